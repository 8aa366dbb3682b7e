"""`get`: what stands under a key, or null."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from synthdsl.base.suggest import did_you_mean
from synthdsl.ops.contract import CallSite, Operator, Problem
from synthdsl.types.relations import join_all, optional
from synthdsl.types.terms import JSON, UNKNOWN, LiteralType, MapType, RecordType, Type


def _check(call: CallSite) -> Iterator[Problem]:
    record, key = call.arguments.get("record"), call.constant("key")
    if record is None or key is None or not isinstance(record.type, RecordType):
        return
    if record.type.field(key) is None:
        names = [f.name for f in record.type.fields]
        notes = (*did_you_mean(key, names), "Its fields are: " + ", ".join(names) + ".")
        yield Problem("E0206", f"The record has no field '{key}'.", "key", notes)


def _result(call: CallSite, inferred: Type) -> Type:
    """A field of a record; a value of a map, nullable unless the map has every key there can be."""
    holder, key = (call.arguments[name] for name in list(call.arguments)[:2])
    if isinstance(holder.type, MapType):
        keys, value = holder.type.key, holder.type.value
        if isinstance(key.type, LiteralType) and isinstance(keys, LiteralType):
            return value if set(key.type.values) <= set(keys.values) else optional(value)
        return optional(value)
    if isinstance(holder.type, RecordType):
        if key.constant is not None:
            field = holder.type.field(key.constant.value)
            return field.type if field else UNKNOWN
        joined = join_all([f.type for f in holder.type.fields])
        return JSON if joined is None else optional(joined)
    return inferred


def _scalar(holder: Any, key: Any) -> Any:
    if isinstance(holder, dict):
        return holder.get(key)
    if isinstance(holder, list) and isinstance(key, int) and -len(holder) <= key < len(holder):
        return holder[key]
    return None


OPERATOR = Operator(
    name="get",
    family="lists",
    kind="function",
    signatures=(
        "get(map: map[T], key: T) -> any?",
        "get(record: record, key: text) -> any?",
        "get(value: json, key: text) -> json",
        "get(value: json, index: int) -> json",
    ),
    doc=(
        "What stands under a key of a map, in a field of a record, in a field or at a position of a JSON value; "
        "null where there is nothing. `match` says the same as a map, and is checked for cases left out."
    ),
    examples=(
        ('get({"a": 1, "b": 2}, "b")', 2),
        ('get({"a": 1}, "x")', None),
        ('get(parse_json("{\\"a\\": [7]}"), "a")', [7]),
    ),
    result=_result,
    check=_check,
    scalar=_scalar,
)
