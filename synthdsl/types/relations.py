"""Relations between types: what may stand where, and what two have in common."""

from __future__ import annotations

from synthdsl.types.terms import (
    BOOL,
    FLOAT,
    INT,
    JSON,
    NEVER,
    STR,
    UNKNOWN,
    BoolType,
    DatasetType,
    Field,
    FloatType,
    IntType,
    JsonType,
    ListType,
    LiteralType,
    MapType,
    NeverType,
    NullType,
    OptionalType,
    RangeType,
    RecordType,
    StrType,
    Type,
    UnionType,
    UnknownType,
)

MAX_LITERALS = 200
"""A union of more literals than this is plain text (or int): nobody matches on it, and messages stay readable."""


def optional(type_: Type) -> Type:
    """The type or null; the type itself if it is nullable already."""
    if isinstance(type_, OptionalType | NullType | UnknownType | JsonType):
        return type_
    return OptionalType(type_)


def without_null(type_: Type) -> Type:
    """The type once null is ruled out."""
    return type_.inner if isinstance(type_, OptionalType) else type_


def is_nullable(type_: Type) -> bool:
    """Whether null is one of its values."""
    return isinstance(type_, OptionalType | NullType)


def literal_kind(type_: LiteralType) -> Type:
    """The plain type of its values: text, integers or booleans."""
    first = type_.values[0] if type_.values else ""
    if isinstance(first, bool):
        return BOOL
    return INT if isinstance(first, int) else STR


def is_text(type_: Type) -> bool:
    """Whether all its values are text."""
    if isinstance(type_, LiteralType):
        return literal_kind(type_) == STR
    return isinstance(type_, StrType | UnknownType)


def is_number(type_: Type) -> bool:
    """Whether all its values are integers or floats."""
    if isinstance(type_, LiteralType):
        return literal_kind(type_) == INT
    return isinstance(type_, IntType | FloatType | UnknownType)


def is_int(type_: Type) -> bool:
    """Whether all its values are integers."""
    if isinstance(type_, LiteralType):
        return literal_kind(type_) == INT
    return isinstance(type_, IntType | UnknownType)


def is_bool(type_: Type) -> bool:
    """Whether all its values are true or false."""
    if isinstance(type_, LiteralType):
        return literal_kind(type_) == BOOL
    return isinstance(type_, BoolType | UnknownType)


def widen(type_: Type) -> Type:
    """The type without refinements and literals, all the way down: `"a" | "b"` becomes str."""
    match type_:
        case StrType():
            return STR
        case IntType():
            return INT
        case FloatType():
            return FLOAT
        case LiteralType():
            return literal_kind(type_)
        case ListType(item):
            return ListType(widen(item))
        case RecordType(fields, name):
            return RecordType(tuple(Field(f.name, widen(f.type), f.doc) for f in fields), name)
        case OptionalType(inner):
            return OptionalType(widen(inner))
        case _:
            return type_


def assignable(value: Type, target: Type) -> bool:
    """Whether a value of one type may stand where the other is wanted, as far as types can tell.

    Refinements (`int(1..5)`) are not decided here unless they exclude each other: what cannot be proved is
    tested at run time. An int is a float; nothing else is converted.
    """
    if isinstance(value, UnknownType | NeverType | JsonType) or isinstance(target, UnknownType | JsonType):
        return True
    if isinstance(target, OptionalType):
        if isinstance(value, NullType):
            return True
        return assignable(without_null(value), target.inner)
    if is_nullable(value):
        return isinstance(value, NullType) and isinstance(target, NullType)
    match target:
        case LiteralType(values):
            if isinstance(value, LiteralType):
                return all(_same_member(v, values) for v in value.values)
            return False
        case StrType():
            return is_text(value) and _text_fits(value, target)
        case IntType(low, high):
            return is_int(value) and _overlap(_bounds(value), (low, high))
        case FloatType(low, high):
            return is_number(value) and _overlap(_bounds(value), (low, high))
        case BoolType():
            return is_bool(value)
        case ListType(item):
            return isinstance(value, ListType) and assignable(value.item, item) and _lengths_meet(value, target)
        case RecordType():
            return isinstance(value, RecordType) and _record_fits(value, target)
        case UnionType(members):
            if isinstance(value, UnionType):
                return all(any(assignable(m, t) for t in members) for m in value.members)
            return any(assignable(value, m) for m in members)
        case MapType(key, item):
            return isinstance(value, MapType) and assignable(value.key, key) and assignable(value.value, item)
        case RangeType(item):
            return isinstance(value, RangeType) and assignable(value.item, item)
        case DatasetType(row):
            return isinstance(value, DatasetType) and assignable(value.row, row)
        case _:
            return type(value) is type(target)


def _same_member(value: str | int | bool, values: tuple[str | int | bool, ...]) -> bool:
    return any(v == value and type(v) is type(value) for v in values)


def _text_fits(value: Type, target: StrType) -> bool:
    if not isinstance(value, LiteralType):
        return True
    lengths = [len(str(v)) for v in value.values]
    return (target.max is None or min(lengths) <= target.max) and (target.min is None or max(lengths) >= target.min)


def _bounds(type_: Type) -> tuple[float | None, float | None]:
    if isinstance(type_, IntType | FloatType):
        return type_.low, type_.high
    if isinstance(type_, LiteralType):
        numbers = [int(v) for v in type_.values]
        return min(numbers), max(numbers)
    return None, None


def _overlap(a: tuple[float | None, float | None], b: tuple[float | None, float | None]) -> bool:
    return (a[0] is None or b[1] is None or a[0] <= b[1]) and (a[1] is None or b[0] is None or a[1] >= b[0])


def _lengths_meet(value: ListType, target: ListType) -> bool:
    return _overlap((value.min, value.max), (target.min, target.max))


def _record_fits(value: RecordType, target: RecordType) -> bool:
    if {f.name for f in value.fields} - {f.name for f in target.fields}:
        return False
    for wanted in target.fields:
        given = value.field(wanted.name)
        if given is None:
            if not isinstance(wanted.type, OptionalType):
                return False
        elif not assignable(given.type, wanted.type):
            return False
    return True


def join(a: Type, b: Type) -> Type | None:
    """The narrowest type that holds the values of both; None when they have nothing in common."""
    if a == b:
        return a
    if isinstance(a, UnknownType) or isinstance(b, UnknownType):
        return UNKNOWN
    if isinstance(a, NeverType):
        return b
    if isinstance(b, NeverType):
        return a
    if isinstance(a, NullType):
        return optional(b)
    if isinstance(b, NullType):
        return optional(a)
    if isinstance(a, JsonType) or isinstance(b, JsonType):
        return JSON
    if isinstance(a, OptionalType) or isinstance(b, OptionalType):
        inner = join(without_null(a), without_null(b))
        return None if inner is None else optional(inner)
    return _join_plain(a, b)


def _join_plain(a: Type, b: Type) -> Type | None:
    if isinstance(a, LiteralType) and isinstance(b, LiteralType) and literal_kind(a) == literal_kind(b):
        values = tuple(dict.fromkeys(a.values + b.values))
        return LiteralType(values) if len(values) <= MAX_LITERALS else literal_kind(a)
    if is_text(a) and is_text(b):
        return STR
    if is_int(a) and is_int(b):
        low, high = _hull(_bounds(a), _bounds(b))
        return IntType(None if low is None else int(low), None if high is None else int(high))
    if is_number(a) and is_number(b):
        return FloatType(*_hull(_bounds(a), _bounds(b)))
    if is_bool(a) and is_bool(b):
        return BOOL
    if isinstance(a, ListType) and isinstance(b, ListType):
        item = join(a.item, b.item)
        return None if item is None else ListType(item)
    if isinstance(a, RecordType) and isinstance(b, RecordType):
        return _join_records(a, b)
    return None


def _hull(
    a: tuple[float | None, float | None], b: tuple[float | None, float | None]
) -> tuple[float | None, float | None]:
    low = None if a[0] is None or b[0] is None else min(a[0], b[0])
    high = None if a[1] is None or b[1] is None else max(a[1], b[1])
    return low, high


def _join_records(a: RecordType, b: RecordType) -> Type | None:
    if [f.name for f in a.fields] != [f.name for f in b.fields]:
        return None
    fields = []
    for left, right in zip(a.fields, b.fields, strict=True):
        joined = join(left.type, right.type)
        if joined is None:
            return None
        fields.append(Field(left.name, joined, left.doc))
    return RecordType(tuple(fields), a.name if a.name == b.name else "")


def join_all(types: list[Type]) -> Type | None:
    """`join` over a list; `NEVER` for an empty one."""
    result: Type | None = NEVER
    for type_ in types:
        if result is None:
            return None
        result = join(result, type_)
    return result


def comparable(a: Type, b: Type) -> bool:
    """Whether `a == b` can be asked without being false for all values by type alone."""
    if isinstance(a, NullType) or isinstance(b, NullType):
        return True
    a, b = without_null(a), without_null(b)
    if isinstance(a, LiteralType) and isinstance(b, LiteralType) and literal_kind(a) == literal_kind(b):
        return any(_same_member(v, b.values) for v in a.values)
    return join(widen(a), widen(b)) is not None


def larger_than(type_: Type, limit: int) -> bool:
    """Whether a type has more parts than `limit`; looks at no more than that."""
    stack: list[Type] = [type_]
    count = 0
    while stack:
        count += 1
        if count > limit:
            return True
        match stack.pop():
            case ListType(item) | OptionalType(item):
                stack.append(item)
            case RecordType(fields):
                stack.extend(f.type for f in fields)
            case UnionType(members):
                stack.extend(members)
            case _:
                pass
    return False
