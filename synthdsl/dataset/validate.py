"""Whether a Python value is one of a type, and why not.

In: a value as columns hold it (see `vector.py`) and a type term. Out: nothing, or the reason in words that can
follow a colon. Refinements are tested too. A `pattern` is found anywhere in the text unless it is anchored, as in
JSON Schema. A field of an optional type may be absent. NaN and the infinities are no floats of the language: no
output format can hold them.
"""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from synthdsl.types.show import show
from synthdsl.types.terms import (
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

INT_LOW, INT_HIGH = -(2**63), 2**63 - 1
"""The integers of the language."""

_SHOWN = 60


def fits(value: Any, type_: Type) -> str | None:
    """Why the value is none of the type's, in words; None when it is one."""
    match type_:
        case OptionalType(inner):
            return None if value is None else fits(value, inner)
        case StrType():
            return _text(value, type_)
        case IntType(low, high):
            if not is_int(value):
                return _no(value, type_)
            return _between(value, INT_LOW if low is None else low, INT_HIGH if high is None else high)
        case FloatType(low, high):
            if not (is_int(value) or isinstance(value, float)) or not _finite(value):
                return _no(value, type_)
            return _between(value, low, high)
        case LiteralType(values):
            same = any(type(v) is type(value) and v == value for v in values)
            return None if same else f"{shorten(value)} is not one of {show(type_)}"
        case ListType(item, low, high):
            if not isinstance(value, list):
                return _no(value, type_)
            return _length(len(value), low, high, "items") or _items(value, item)
        case RecordType():
            return _record(value, type_)
        case UnionType():
            return _union(value, type_)
        case MapType(key, item):
            if not isinstance(value, dict):
                return _no(value, type_)
            return _first(_at(f"key {shorten(k)}", fits(k, key) or fits(v, item)) for k, v in value.items())
        case RangeType(item):
            if not isinstance(value, tuple) or len(value) != 2:
                return _no(value, type_)
            return fits(value[0], item) or fits(value[1], item)
        case JsonType():
            return _json(value)
        case DatasetType():
            return None if hasattr(value, "rows") and hasattr(value, "column") else _no(value, type_)
        case UnknownType() | TypeVar() | ModelType():
            return None
        case NeverType():
            return f"{shorten(value)} stands where there is no value"
        case BoolType() | DateType() | TimestampType() | DurationType() | NullType():
            return None if _PLAIN[type(type_)](value) else _no(value, type_)


def is_int(value: Any) -> bool:
    """Whether it is an integer; true and false are none."""
    return isinstance(value, int) and not isinstance(value, bool)


def is_date(value: Any) -> bool:
    """Whether it is a day; a timestamp is none."""
    return isinstance(value, datetime.date) and not isinstance(value, datetime.datetime)


def is_timestamp(value: Any) -> bool:
    """Whether it is a moment in UTC, written without an offset."""
    return isinstance(value, datetime.datetime) and value.tzinfo is None


_PLAIN: dict[type, Callable[[Any], bool]] = {
    BoolType: lambda value: isinstance(value, bool),
    DateType: is_date,
    TimestampType: is_timestamp,
    DurationType: lambda value: isinstance(value, datetime.timedelta),
    NullType: lambda value: value is None,
}


def shorten(value: Any) -> str:
    """The value as a spec would write it, cut to a length that fits into a message."""
    if isinstance(value, str):
        text = value if len(value) <= _SHOWN else value[:_SHOWN]
        shown = '"' + re.sub(r"[\x00-\x1f\x7f-\x9f\\\"]", _escape, text) + '"'
        return shown if len(value) <= _SHOWN else f"{shown}... ({len(value)} characters)"
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, dict):
        return _shown_items("{ ", [f"{_key(k)}: {shorten(v)}" for k, v in list(value.items())[:4]], len(value), " }")
    if isinstance(value, list):
        return _shown_items("[", [shorten(v) for v in value[:4]], len(value), "]")
    if is_int(value) and not -(10**_SHOWN) < value < 10**_SHOWN:
        return f"an integer of {value.bit_length()} bits"
    text = str(value)
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "..."


def _key(name: Any) -> str:
    return name if isinstance(name, str) and name.isidentifier() and len(name) <= _SHOWN else shorten(name)


def _shown_items(start: str, items: list[str], count: int, end: str) -> str:
    text = ", ".join(items)
    if len(text) > _SHOWN:
        return f"{start}{text[:_SHOWN]}... ({count} in all){end}"
    return start + text + (f", ... ({count} in all)" if count > len(items) else "") + end


def _escape(found: re.Match[str]) -> str:
    char = found[0]
    return {"\n": "\\n", "\r": "\\r", "\t": "\\t", '"': '\\"', "\\": "\\\\"}.get(char, f"\\u{ord(char):04x}")


def _no(value: Any, type_: Type) -> str:
    return f"{shorten(value)} is no {show(type_)}"


def _finite(value: float) -> bool:
    return is_int(value) or math.isfinite(value)


def _between(value: float, low: float | None, high: float | None) -> str | None:
    if low is not None and value < low:
        return f"{shorten(value)} is below {low}"
    if high is not None and value > high:
        return f"{shorten(value)} is above {high}"
    return None


def _text(value: Any, type_: StrType) -> str | None:
    if not isinstance(value, str):
        return _no(value, type_)
    wrong = _length(len(value), type_.min, type_.max, "characters")
    if wrong:
        return f"{shorten(value)}: {wrong}"
    if type_.pattern is not None and not compiled(type_.pattern).search(value):
        return f"{shorten(value)} does not match the pattern {shorten(type_.pattern)}"
    return None


@lru_cache(maxsize=256)
def compiled(pattern: str) -> re.Pattern[str]:
    """The regular expression of a `pattern`, compiled once."""
    return re.compile(pattern)


def _length(count: int, low: int | None, high: int | None, unit: str) -> str | None:
    if low is not None and count < low:
        return f"{count} {unit} where at least {low} are wanted"
    if high is not None and count > high:
        return f"{count} {unit} where at most {high} are allowed"
    return None


def _items(values: list[Any], item: Type) -> str | None:
    return _first(_at(f"[{i}]", fits(v, item)) for i, v in enumerate(values))


def _record(value: Any, type_: RecordType) -> str | None:
    if not isinstance(value, dict):
        return _no(value, type_)
    for field in type_.fields:
        if field.name not in value:
            if not isinstance(field.type, OptionalType):
                return f"the field '{field.name}' is missing"
            continue
        wrong = fits(value[field.name], field.type)
        if wrong:
            return _at(field.name, wrong)
    extra = next((name for name in value if type_.field(name) is None), None)
    return None if extra is None else f"the field {shorten(extra)} is not one of {show(type_)}"


def _union(value: Any, type_: UnionType) -> str | None:
    if not isinstance(value, dict):
        return _no(value, type_)
    member = member_of(value, type_)
    if member is None:
        return _at(type_.tag, f"{shorten(value.get(type_.tag))} tells none of the records apart")
    return _record(value, member)


def member_of(value: dict[str, Any], type_: UnionType) -> RecordType | None:
    """The record of a union that a value's tag names."""
    tag = value.get(type_.tag)
    for member in type_.members:
        field = member.field(type_.tag)
        if field is not None and isinstance(field.type, LiteralType) and fits(tag, field.type) is None:
            return member
    return None


def _json(value: Any) -> str | None:
    if isinstance(value, list):
        return _first(_at(f"[{i}]", _json(v)) for i, v in enumerate(value))
    if isinstance(value, dict):
        return _first(_at(_key(k), _json(v) if isinstance(k, str) else "the key is no text") for k, v in value.items())
    if value is None or isinstance(value, str | bool | int) or (isinstance(value, float) and math.isfinite(value)):
        return None
    return f"{shorten(value)} is no JSON value"


def _at(place: str, reason: str | None) -> str | None:
    """The reason with the place inside the value it stands at, `answers[2].score: 7 is above 5`."""
    if reason is None:
        return None
    inner, colon, rest = reason.partition(": ")
    if colon and re.fullmatch(r"(\[\d+\]|\.?\w+)+", inner):
        return f"{place}{'' if inner.startswith('[') else '.'}{inner}: {rest}"
    return f"{place}: {reason}"


def _first(reasons: Any) -> str | None:
    return next((r for r in reasons if r is not None), None)
