"""Faker's values as values of the language, and the types they have.

Decimals become floats, tuples and sets lists, times of day and time zones text, moments with an offset moments in
UTC. Bytes, files and classes have no place in a dataset and are refused.
"""

from __future__ import annotations

import datetime
import decimal
import uuid
from collections.abc import Callable, Iterable, Iterator
from enum import Enum
from typing import Any

from synthdsl.ops.contract import Undefined
from synthdsl.types.terms import (
    BOOL,
    DATE,
    DURATION,
    FLOAT,
    INT,
    JSON,
    NEVER,
    NULL,
    STR,
    TIMESTAMP,
    BoolType,
    DateType,
    DurationType,
    Field,
    FloatType,
    IntType,
    ListType,
    NeverType,
    NullType,
    OptionalType,
    RecordType,
    StrType,
    TimestampType,
    Type,
)

LARGEST = 2**63 - 1


class Refused(Exception):  # noqa: N818 (becomes a problem of the spec)
    """A value that no column can hold; the message says what it is."""


def plain(value: Any) -> Any:
    """A value of Faker as one of the language. Raises `Refused` for what is none."""
    match value:
        case None | bool() | float():
            return value
        case Enum():
            return plain(value.value)
        case str():
            return str(value)
        case int():
            if not -LARGEST - 1 <= value <= LARGEST:
                raise Refused("a whole number of more than 64 bits")
            return int(value)
        case decimal.Decimal():
            return float(value)
        case datetime.datetime():
            return _naive(value)
        case datetime.date() | datetime.timedelta():
            return value
        case datetime.time():
            return value.isoformat()
        case datetime.tzinfo() | uuid.UUID():
            return str(value)
        case dict():
            return {str(plain(k)): plain(v) for k, v in value.items()}
        case set() | frozenset():
            return sorted((plain(v) for v in value), key=repr)
        case bytes() | bytearray():
            raise Refused("bytes")
        case list() | tuple() | Iterator():
            return [plain(v) for v in value]
        case _:
            raise Refused(f"a Python object of the class {type(value).__name__}")


def _naive(value: datetime.datetime) -> datetime.datetime:
    if value.tzinfo is not None:
        return value.astimezone(datetime.UTC).replace(tzinfo=None)
    if type(value) is datetime.datetime:
        return value
    return datetime.datetime.combine(value.date(), value.time())


def type_of(values: Iterable[Any]) -> Type:
    """The type that these values of the language have in common."""
    found: Type = NEVER
    for value in values:
        found = common(found, type_of_one(value))
    return found


def type_of_one(value: Any) -> Type:
    """The type of one value of the language."""
    match value:
        case None:
            return NULL
        case bool():
            return BOOL
        case int():
            return INT
        case float():
            return FLOAT
        case str():
            return STR
        case datetime.datetime():
            return TIMESTAMP
        case datetime.date():
            return DATE
        case datetime.timedelta():
            return DURATION
        case list():
            return ListType(type_of(value))
        case dict() if all(k.isidentifier() for k in value):
            return RecordType(tuple(Field(k, type_of_one(v)) for k, v in value.items()))
        case _:
            return JSON


def common(a: Type, b: Type) -> Type:
    """The smallest type that holds the values of both; numbers and text together are text."""
    if a == b or isinstance(b, NeverType):
        return a
    if isinstance(a, NeverType):
        return b
    if isinstance(a, NullType | OptionalType) or isinstance(b, NullType | OptionalType):
        inner = common(_inner(a), _inner(b))
        return inner if inner in (JSON, NULL) else OptionalType(inner)
    if {a, b} == {INT, FLOAT}:
        return FLOAT
    if {a, b} <= {INT, FLOAT, STR}:
        return STR
    if isinstance(a, ListType) and isinstance(b, ListType):
        return ListType(common(a.item, b.item))
    if isinstance(a, RecordType) and isinstance(b, RecordType) and _names(a) == _names(b):
        pairs = zip(a.fields, b.fields, strict=True)
        return RecordType(tuple(Field(x.name, common(x.type, y.type)) for x, y in pairs))
    return JSON


def _names(record: RecordType) -> list[str]:
    return [f.name for f in record.fields]


def _inner(type_: Type) -> Type:
    if isinstance(type_, OptionalType):
        return type_.inner
    return NEVER if isinstance(type_, NullType) else type_


def fitting(type_: Type) -> Callable[[Any], Any]:
    """A function that makes a value of Faker one of the type. It raises `Undefined` where that cannot be."""

    def fit(value: Any) -> Any:
        try:
            return _fit(plain(value), type_)
        except (Refused, TypeError, ValueError, AttributeError) as error:
            reason = str(error) if isinstance(error, Refused) else f"not of the type expected ({error})"
            raise Undefined(f"Faker gave {reason}.") from error

    return fit


def _fit(value: Any, type_: Type) -> Any:
    match type_:
        case OptionalType(inner):
            return None if value is None else _fit(value, inner)
        case StrType():
            return value if isinstance(value, str) else _text(value)
        case IntType():
            return _exact(value, int)
        case FloatType():
            return float(_exact(value, int | float))
        case BoolType():
            return _exact(value, bool)
        case TimestampType():
            return _exact(value, datetime.datetime)
        case DateType():
            return value.date() if isinstance(value, datetime.datetime) else _exact(value, datetime.date)
        case DurationType():
            return _exact(value, datetime.timedelta)
        case ListType(item):
            return [_fit(v, item) for v in _exact(value, list)]
        case RecordType(fields):
            return {f.name: _fit(value.get(f.name), f.type) for f in fields}
        case _:
            return _json(value)


def _exact(value: Any, kind: Any) -> Any:
    if not isinstance(value, kind):
        raise TypeError(f"a {type(value).__name__}")
    return value


def _text(value: Any) -> str:
    if value is None:
        raise TypeError("nothing")
    return value.isoformat() if isinstance(value, datetime.date) else str(value)


def _json(value: Any) -> Any:
    if isinstance(value, list):
        return [_json(v) for v in value]
    if isinstance(value, dict):
        return {k: _json(v) for k, v in value.items()}
    if isinstance(value, datetime.date):
        return value.isoformat()
    return value.total_seconds() if isinstance(value, datetime.timedelta) else value
