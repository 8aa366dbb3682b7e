"""Type terms: the types of columns, expressions, fields and parameters.

Plain frozen data; relations between them are in `relations.py`, their spelling in `show.py`.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class StrType:
    """Text. `min` and `max` bound its length in characters; `pattern` is a regular expression."""

    min: int | None = None
    max: int | None = None
    pattern: str | None = None


@dataclass(frozen=True, slots=True)
class IntType:
    """A 64-bit integer, both bounds included."""

    low: int | None = None
    high: int | None = None


@dataclass(frozen=True, slots=True)
class FloatType:
    """A 64-bit float, both bounds included."""

    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class BoolType:
    """true or false."""


@dataclass(frozen=True, slots=True)
class DateType:
    """A calendar day (Python `datetime.date`)."""


@dataclass(frozen=True, slots=True)
class TimestampType:
    """A moment in UTC without offset, microseconds (Python naive `datetime.datetime`)."""


@dataclass(frozen=True, slots=True)
class DurationType:
    """A length of time (Python `datetime.timedelta`)."""


@dataclass(frozen=True, slots=True)
class NullType:
    """The type of `null` alone."""


@dataclass(frozen=True, slots=True)
class LiteralType:
    """One of a few values, all of one kind: strings, integers or booleans; order as written."""

    values: tuple[str | int | bool, ...]


@dataclass(frozen=True, slots=True)
class ListType:
    """A list; `min` and `max` bound its length. `item` is `NeverType` for the empty list display."""

    item: Type
    min: int | None = None
    max: int | None = None


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a record with its documentation comment."""

    name: str
    type: Type
    doc: str = ""


@dataclass(frozen=True, slots=True)
class RecordType:
    """A record; `name` is the declared type name, for messages only (not part of its identity)."""

    fields: tuple[Field, ...]
    name: str = ""

    def field(self, name: str) -> Field | None:
        """The field of that name, if there is one."""
        return next((f for f in self.fields if f.name == name), None)


@dataclass(frozen=True, slots=True)
class UnionType:
    """One of several records, told apart by the literal field `tag`."""

    members: tuple[RecordType, ...]
    tag: str


@dataclass(frozen=True, slots=True)
class OptionalType:
    """The type or null; never nested."""

    inner: Type


@dataclass(frozen=True, slots=True)
class MapType:
    """A display with quoted keys, as `choice` and `mix` take it; no column has this type."""

    key: Type
    value: Type


@dataclass(frozen=True, slots=True)
class RangeType:
    """`a .. b` as an argument; no column has this type."""

    item: Type


@dataclass(frozen=True, slots=True)
class ModelType:
    """A declared model used as a value."""


@dataclass(frozen=True, slots=True)
class DatasetType:
    """A dataset or source as a whole, with the type of one row."""

    row: RecordType
    dataset: str = ""


@dataclass(frozen=True, slots=True)
class JsonType:
    """Any JSON value, known only at run time (`parse_json`)."""


@dataclass(frozen=True, slots=True)
class NeverType:
    """Has no value: the item type of `[]`."""


@dataclass(frozen=True, slots=True)
class UnknownType:
    """Already reported as wrong: everything is allowed with it, so that one mistake gives one message."""


@dataclass(frozen=True, slots=True)
class TypeVar:
    """A type to be found from the arguments; only inside signatures of operators."""

    name: str


Type = (
    StrType
    | IntType
    | FloatType
    | BoolType
    | DateType
    | TimestampType
    | DurationType
    | NullType
    | LiteralType
    | ListType
    | RecordType
    | UnionType
    | OptionalType
    | MapType
    | RangeType
    | ModelType
    | DatasetType
    | JsonType
    | NeverType
    | UnknownType
    | TypeVar
)

STR = StrType()
INT = IntType()
FLOAT = FloatType()
BOOL = BoolType()
DATE = DateType()
TIMESTAMP = TimestampType()
DURATION = DurationType()
NULL = NullType()
JSON = JsonType()
NEVER = NeverType()
UNKNOWN = UnknownType()
MODEL = ModelType()

MESSAGE = RecordType(
    (
        Field("role", LiteralType(("system", "user", "assistant", "tool"))),
        Field("content", STR),
    ),
    "message",
)
MESSAGES = ListType(MESSAGE)
"""A chat transcript; `messages` in the language."""
