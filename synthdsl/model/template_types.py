"""What templates ask of types: which values can be written, which can be gone through, what counts as true."""

from __future__ import annotations

from dataclasses import replace

from synthdsl.base.diagnostic import Diagnostic
from synthdsl.base.span import Span
from synthdsl.model.expr import Apply, Expr, Value, WholeDataset
from synthdsl.model.maker import Maker
from synthdsl.types.relations import is_nullable
from synthdsl.types.show import show
from synthdsl.types.terms import (
    BOOL,
    JSON,
    MESSAGES,
    UNKNOWN,
    BoolType,
    DatasetType,
    DateType,
    DurationType,
    FloatType,
    IntType,
    JsonType,
    ListType,
    LiteralType,
    NeverType,
    NullType,
    RecordType,
    StrType,
    TimestampType,
    Type,
    UnionType,
    UnknownType,
)

_PRINTED = (
    StrType | IntType | FloatType | BoolType | LiteralType | DateType | TimestampType | DurationType | JsonType
    | NeverType | UnknownType
)  # fmt: skip

_ALWAYS_TRUE = RecordType | UnionType | DateType | TimestampType


def unknown(span: Span) -> Expr:
    """What stands in for an expression that was reported."""
    return Value(None, UNKNOWN, span)


def is_unknown(expr: Expr) -> bool:
    """Whether an expression was reported already."""
    return isinstance(expr.type, UnknownType)


def printable(value: Expr, span: Span, maker: Maker) -> Expr:
    """A value that is written; reported where its type has no text of its own."""
    type_ = value.type
    if isinstance(type_, _PRINTED):
        return value
    message, *notes = _no_text(type_)
    code = "E0303" if is_nullable(type_) and not isinstance(type_, NullType) else "E0404"
    maker.report(Diagnostic(code, message, span, tuple(notes)))
    return unknown(span)


def _no_text(type_: Type) -> tuple[str, ...]:
    match type_:
        case NullType():
            return ("This is null: there is nothing to write.",)
        case ListType() if type_ == MESSAGES or _is_transcript(type_):
            return "A chat is no text.", "Write it as `{{ x | transcript }}`."
        case ListType(RecordType()):
            return f"A list cannot be written as text ({show(type_)}).", "Go through it with `{% for %}`."
        case ListType():
            return f"A list cannot be written as text ({show(type_)}).", 'Write it as `{{ x | join(", ") }}`.'
        case RecordType(fields) if fields:
            named = f"Write one of its fields, as in `{{{{ x.{fields[0].name} }}}}`, or `{{{{ x | tojson }}}}`."
            return f"A record cannot be written as text ({show(type_)}).", named
        case RecordType() | UnionType():
            return f"A record cannot be written as text ({show(type_)}).", "Write it as `{{ x | tojson }}`."
        case DatasetType():
            return f"A dataset cannot be written as text ({show(type_)}).", "Go through it with `{% for %}`."
        case _ if is_nullable(type_):
            guard = "Guard it with `{% if x is not none %}`, or give a value: `{{ x | default(...) }}`."
            return f"This may be null ({show(type_)}).", guard
        case _:
            return (f"A value of type {show(type_)} cannot be written as text.",)


def _is_transcript(type_: ListType) -> bool:
    item = type_.item
    return isinstance(item, RecordType) and {f.name for f in item.fields} == {"role", "content"}


def gone_through(source: Expr, span: Span, maker: Maker) -> Expr:
    """What a loop goes through, as a list; reported where it is none."""
    type_ = source.type
    if isinstance(source, WholeDataset) and isinstance(type_, DatasetType):
        return replace(source, type=ListType(type_.row))
    if isinstance(type_, JsonType):
        return Apply("jinja.items", (source,), ListType(JSON), span=span)
    if isinstance(type_, ListType | UnknownType):
        return source
    if is_nullable(type_):
        message = f"This may be null ({show(type_)}), so it cannot be gone through."
        guard = "Guard it with `{% if x is not none %}`, or write `x | default([])`."
        maker.report(Diagnostic("E0303", message, span, (guard,)))
        return unknown(span)
    notes: tuple[str, ...] = ()
    if isinstance(type_, StrType | LiteralType):
        notes = ("Its characters are `x | list`, its words `words(x)`, its lines `split(x, ...)`.",)
    elif isinstance(type_, IntType):
        notes = ("To count, go through `range(x)`.",)
    elif isinstance(type_, RecordType):
        notes = ("A record has its fields: " + ", ".join(f.name for f in type_.fields) + ".",)
    maker.report(Diagnostic("E0404", f"A loop goes through a list, this is {show(type_)}.", span, notes))
    return unknown(span)


def truth(value: Expr, span: Span) -> Expr:
    """Whether a value counts as true by Jinja's rules, as a boolean expression."""
    if isinstance(value.type, BoolType | UnknownType):
        return value
    if isinstance(value, Value):
        return Value(bool(value.value), BOOL, span)
    if isinstance(value.type, _ALWAYS_TRUE):
        return Value(True, BOOL, span)
    return Apply("jinja.truth", (value,), BOOL, span=span)
