"""The spelling of types, as a person would write them in a spec."""

from __future__ import annotations

from synthdsl.types.terms import (
    MESSAGES,
    BoolType,
    DatasetType,
    DateType,
    DurationType,
    FloatType,
    IntType,
    JsonType,
    ListType,
    LiteralType,
    MapType,
    ModelType,
    NeverType,
    NullType,
    OptionalType,
    RangeType,
    RecordType,
    StrType,
    TimestampType,
    Type,
    TypeVar,
    UnionType,
    UnknownType,
)

_SHOWN_LITERALS = 6


def show(type_: Type) -> str:
    """The type as text, for messages: named records by name, long literal unions shortened."""
    return _show(type_, brief=True)


def spell(type_: Type) -> str:
    """The type as text in full: what `type X = ...` would say."""
    return _show(type_, brief=False)


def _show(type_: Type, brief: bool) -> str:
    match type_:
        case StrType(low, high, pattern):
            parts = [f"min={low}"] * (low is not None) + [f"max={high}"] * (high is not None)
            parts += [f"pattern={_quote(pattern)}"] if pattern is not None else []
            return "str" + (f"({', '.join(parts)})" if parts else "")
        case IntType(low, high):
            # The type of a constant: `3` says more to a reader than `int(3..3)`.
            return str(low) if brief and low is not None and low == high else "int" + _bounds(low, high)
        case FloatType(low, high):
            return "float" + _bounds(low, high)
        case LiteralType(values):
            shown = [_literal(v) for v in values]
            if brief and len(shown) > _SHOWN_LITERALS:
                shown = [*shown[:_SHOWN_LITERALS], f"... ({len(values)} in all)"]
            return " | ".join(shown)
        case ListType(item, low, high):
            if type_ == MESSAGES:
                return "messages"
            inner = _show(item, brief)
            parts = [f"min={low}"] * (low is not None) + [f"max={high}"] * (high is not None)
            return f"list[{inner}]" + (f"({', '.join(parts)})" if parts else "")
        case RecordType(fields, name):
            if brief and name:
                return name
            return "{ " + ", ".join(f"{f.name}: {_show(f.type, brief)}" for f in fields) + " }"
        case UnionType(members):
            return " | ".join(_show(m, brief) for m in members)
        case OptionalType(inner):
            text = _show(inner, brief)
            return f"({text})?" if " | " in text else text + "?"
        case MapType(key, value):
            return f"map[{_show(key, brief)}, {_show(value, brief)}]"
        case RangeType(item):
            return f"range[{_show(item, brief)}]"
        case DatasetType(row, name):
            return f"dataset {name}" if name else f"dataset of {_show(row, brief)}"
        case TypeVar(name):
            return name
        case _:
            return _PLAIN[type(type_)]


_PLAIN: dict[type, str] = {
    BoolType: "bool",
    DateType: "date",
    TimestampType: "timestamp",
    DurationType: "duration",
    NullType: "null",
    ModelType: "model",
    JsonType: "json",
    NeverType: "nothing",
    UnknownType: "unknown",
}


def _literal(value: str | int | bool) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return _quote(value) if isinstance(value, str) else str(value)


def _quote(text: str) -> str:
    from json import dumps

    return dumps(text, ensure_ascii=False)


def _bounds(low: float | None, high: float | None) -> str:
    if low is None and high is None:
        return ""
    if low is not None and high is not None:
        return f"({low}..{high})"
    return f"(min={low})" if low is not None else f"(max={high})"
