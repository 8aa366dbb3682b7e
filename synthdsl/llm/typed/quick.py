"""The quick path of reading: one pydantic validator a type, which parses and tests a JSON text in one step.

It takes only what `dataset/values.py` takes too and gives the same values; what it refuses is read again there, which
knows more forms and says why. So this file decides speed, never meaning.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from synthdsl.dataset.moments import read_date, read_timestamp
from synthdsl.dataset.validate import INT_HIGH, INT_LOW
from synthdsl.types.relations import literal_kind
from synthdsl.types.terms import (
    BoolType,
    DateType,
    DurationType,
    FloatType,
    IntType,
    JsonType,
    ListType,
    LiteralType,
    NullType,
    OptionalType,
    RecordType,
    StrType,
    TimestampType,
    Type,
    UnionType,
)

if TYPE_CHECKING:
    from pydantic_core import CoreSchema


def quick_reader(type_: Type, wrapped: bool) -> Callable[[str], Any]:
    """A function from a JSON text to a value of the type.

    It raises ValueError for all it does not take. wrapped: whether the value stands under the key "value".
    Patterns and places for any JSON value are not tested: see `needs_test`.
    """
    from pydantic_core import SchemaValidator, core_schema

    core = _core(type_)
    if not wrapped:
        return SchemaValidator(core).validate_json
    root = core_schema.typed_dict_schema({"value": core_schema.typed_dict_field(core)})
    read = SchemaValidator(root).validate_json
    return lambda text: read(text)["value"]


def needs_test(type_: Type) -> bool:
    """Whether the values of the quick path still have to be tested: for a pattern, or any JSON value."""
    match type_:
        case StrType(pattern=pattern):
            return pattern is not None
        case JsonType():
            return True
        case OptionalType(inner) | ListType(inner):
            return needs_test(inner)
        case RecordType(fields):
            return any(needs_test(f.type) for f in fields)
        case UnionType(members):
            return any(map(needs_test, members))
        case _:
            return False


def _core(type_: Type) -> CoreSchema:
    from pydantic_core import core_schema as core

    match type_:
        case StrType(low, high):
            return core.str_schema(strict=True, min_length=low, max_length=high)
        case IntType(low, high):
            least, most = INT_LOW if low is None else low, INT_HIGH if high is None else high
            return core.int_schema(strict=True, ge=least, le=most)
        case FloatType(low, high):
            return core.float_schema(strict=True, ge=low, le=high, allow_inf_nan=False)
        case BoolType():
            return core.bool_schema(strict=True)
        case DateType():
            return core.no_info_after_validator_function(_date, core.str_schema(strict=True))
        case TimestampType():
            return core.no_info_after_validator_function(_timestamp, core.str_schema(strict=True))
        case DurationType():
            return core.no_info_after_validator_function(_duration, core.float_schema(strict=True, allow_inf_nan=False))
        case NullType():
            return core.none_schema()
        case LiteralType(values):
            # A literal alone would take `true` for 1.
            return core.chain_schema([_core(literal_kind(type_)), core.literal_schema(list(values))])
        case ListType(item, low, high):
            return core.list_schema(_core(item), strict=True, min_length=low, max_length=high)
        case RecordType(fields):
            return core.typed_dict_schema({f.name: core.typed_dict_field(_field(f.type)) for f in fields}, strict=True)
        case UnionType(members, tag):
            choices = {value: _core(m) for m in members for value in _tags(m, tag)}
            return core.tagged_union_schema(choices, tag)
        case OptionalType(inner):
            return core.nullable_schema(_core(inner))
        case JsonType():
            return core.any_schema()
        case _:
            raise ValueError(f"{type_} is no type of an answer")


def _field(type_: Type) -> CoreSchema:
    from pydantic_core import core_schema as core

    made = _core(type_)
    return core.with_default_schema(made, default=None) if isinstance(type_, OptionalType) else made


def _tags(member: RecordType, tag: str) -> tuple[Any, ...]:
    field = member.field(tag)
    return field.type.values if field is not None and isinstance(field.type, LiteralType) else ()


def _date(text: str) -> datetime.date:
    return _found(read_date(text))


def _timestamp(text: str) -> datetime.datetime:
    return _found(read_timestamp(text))


def _duration(seconds: float) -> datetime.timedelta:
    try:
        return datetime.timedelta(seconds=seconds)
    except OverflowError as error:
        raise ValueError(str(error)) from None


def _found(moment: Any) -> Any:
    if moment is None:
        raise ValueError("no day and no moment")
    return moment
