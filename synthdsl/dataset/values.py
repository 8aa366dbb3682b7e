"""A JSON or database value as a value of a type.

Text is text, and numbers are numbers: nothing is guessed from a text but dates and times, which JSON has no other way
to write. A whole float is an int, a duration is its seconds. Fields that a record type does not have are left out,
missing ones of an optional type are null.
"""

from __future__ import annotations

import datetime
import math
from typing import Any

from synthdsl.dataset.moments import Unfit, read_date, read_timestamp
from synthdsl.dataset.validate import fits, is_date, is_int, member_of
from synthdsl.types.terms import (
    DateType,
    DurationType,
    FloatType,
    IntType,
    ListType,
    OptionalType,
    RecordType,
    TimestampType,
    Type,
    UnionType,
)

_EXACT = 2**53


def read_value(raw: Any, type_: Type) -> Any:
    """The value of the type that a raw value says. Raises `Unfit` with the reason."""
    value = _shape(raw, type_)
    reason = fits(value, type_)
    if reason:
        raise Unfit(reason)
    return value


def no_constant(name: str) -> Any:
    """For JSON readers: `NaN` and `Infinity` are no JSON."""
    raise ValueError(f"{name} is not JSON")


def _shape(raw: Any, type_: Type) -> Any:
    """The raw value with dates read and unwanted fields left out; refinements are for `fits`."""
    match type_:
        case OptionalType(inner):
            return None if raw is None else _shape(raw, inner)
        case IntType() if isinstance(raw, float) and raw.is_integer() and abs(raw) < _EXACT:
            return int(raw)
        case FloatType() if is_int(raw) or isinstance(raw, float):
            return _as_float(raw)
        case DateType():
            return (read_date(raw) or raw) if isinstance(raw, str) else raw
        case TimestampType():
            return _timestamp(raw)
        case DurationType() if is_int(raw) or isinstance(raw, float):
            return _duration(raw)
        case ListType(item) if isinstance(raw, list | tuple):
            return [_shape(v, item) for v in raw]
        case RecordType() if isinstance(raw, dict):
            return _record(raw, type_)
        case UnionType() if isinstance(raw, dict):
            member = member_of(raw, type_)
            return raw if member is None else _record(raw, member)
        case _:
            return raw


def _as_float(raw: float) -> float:
    try:
        return float(raw) + 0.0
    except OverflowError:
        return math.inf if raw > 0 else -math.inf


def _duration(seconds: float) -> Any:
    try:
        return datetime.timedelta(seconds=seconds)
    except (OverflowError, ValueError):
        return seconds


def _record(raw: dict[str, Any], type_: RecordType) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for field in type_.fields:
        if field.name in raw:
            made[field.name] = _shape(raw[field.name], field.type)
        elif isinstance(field.type, OptionalType):
            made[field.name] = None
    return made


def _timestamp(raw: Any) -> Any:
    if is_date(raw):
        return datetime.datetime(raw.year, raw.month, raw.day)
    return (read_timestamp(raw) or raw) if isinstance(raw, str) else raw
