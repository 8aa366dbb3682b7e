"""Type terms: the types of columns, expressions, fields and parameters.

Plain frozen data; relations between them are in `relations.py`, their spelling in `show.py`.
"""

from __future__ import annotations

from synthdsl.base.record import record


@record
class StrType:
    """Text. `min` and `max` bound its length in characters; `pattern` is a regular expression."""

    min: int | None = None
    max: int | None = None
    pattern: str | None = None


@record
class IntType:
    """A 64-bit integer, both bounds included."""

    low: int | None = None
    high: int | None = None


@record
class FloatType:
    """A 64-bit float, both bounds included."""

    low: float | None = None
    high: float | None = None


@record
class BoolType:
    """true or false."""


@record
class DateType:
    """A calendar day (Python `datetime.date`)."""


@record
class TimestampType:
    """A moment in UTC without offset, microseconds (Python naive `datetime.datetime`)."""


@record
class DurationType:
    """A length of time (Python `datetime.timedelta`)."""


@record
class NullType:
    """The type of `null` alone."""


@record
class LiteralType:
    """One of a few values, all of one kind: strings, integers or booleans; order as written."""

    values: tuple[str | int | bool, ...]


@record
class ListType:
    """A list; `min` and `max` bound its length. `item` is `NeverType` for the empty list display."""

    item: Type
    min: int | None = None
    max: int | None = None


@record
class Field:
    """A field of a record with its documentation comment."""

    name: str
    type: Type
    doc: str = ""


@record
class RecordType:
    """A record; `name` is the declared type name, for messages only (not part of its identity)."""

    fields: tuple[Field, ...]
    name: str = ""

    def field(self, name: str) -> Field | None:
        """The field of that name, if there is one."""
        return next((f for f in self.fields if f.name == name), None)


@record
class UnionType:
    """One of several records, told apart by the literal field `tag`."""

    members: tuple[RecordType, ...]
    tag: str


@record
class OptionalType:
    """The type or null; never nested."""

    inner: Type


@record
class MapType:
    """A display with quoted keys, as `choice` and `mix` take it; no column has this type."""

    key: Type
    value: Type


@record
class RangeType:
    """`a .. b` as an argument; no column has this type."""

    item: Type


@record
class ModelType:
    """A declared model used as a value."""


@record
class DatasetType:
    """A dataset or source as a whole, with the type of one row."""

    row: RecordType
    dataset: str = ""


@record
class JsonType:
    """Any JSON value, known only at run time (`parse_json`)."""


@record
class NeverType:
    """Has no value: the item type of `[]`."""


@record
class UnknownType:
    """Already reported as wrong: everything is allowed with it, so that one mistake gives one message."""


@record
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
