"""The type of a row as it stands in the file: what Parquet columns and dataset cards are made from."""

from __future__ import annotations

from collections.abc import Mapping

from synthdsl.export.layout import Compact, KeyRef, Layout, ListLayout, ObjectLayout, OptionalItem, OrElse, Text, Turns
from synthdsl.types.relations import is_nullable, join, optional, without_null
from synthdsl.types.terms import (
    JSON,
    NEVER,
    STR,
    Field,
    ListType,
    LiteralType,
    RecordType,
    Type,
    UnionType,
)

_TURN = ListType(RecordType((Field("from", STR), Field("value", STR))))


def record_of(layout: ObjectLayout, keys: Mapping[str, Field]) -> RecordType:
    """The columns of the file. keys: the keys with their types and documentation."""
    return RecordType(tuple(Field(name, _type(inner, keys), _doc(inner, keys)) for name, inner in layout.fields))


def _type(layout: Layout, keys: Mapping[str, Field]) -> Type:
    match layout:
        case KeyRef(key) | Compact(key):
            return keys[key].type
        case Text(text):
            return LiteralType((text,))
        case OrElse(key):
            return without_null(keys[key].type)
        case Turns(key):
            return optional(_TURN) if is_nullable(keys[key].type) else _TURN
        case ObjectLayout(fields):
            return RecordType(tuple(Field(name, _type(inner, keys)) for name, inner in fields))
        case ListLayout(items):
            return ListType(_item(items, keys))


def _item(items: tuple[Layout | OptionalItem, ...], keys: Mapping[str, Field]) -> Type:
    joined: Type = NEVER
    for item in items:
        inner = item.item if isinstance(item, OptionalItem) else item
        type_ = _type(inner, _present(keys, item.key) if isinstance(item, OptionalItem) else keys)
        joined = join(joined, type_) or JSON
    return joined


def _present(keys: Mapping[str, Field], key: str) -> dict[str, Field]:
    found = keys[key]
    return {**keys, key: Field(found.name, without_null(found.type), found.doc)}


def _doc(layout: Layout, keys: Mapping[str, Field]) -> str:
    match layout:
        case KeyRef(key) | Compact(key) | Turns(key) | OrElse(key):
            return keys[key].doc
        case _:
            return ""


def merged(union: UnionType) -> RecordType | None:
    """One record with the fields of all members, null where a member lacks them; None where types disagree."""
    fields: dict[str, Type] = {}
    for member in union.members:
        for field in member.fields:
            joined = join(fields.get(field.name, NEVER), field.type)
            if joined is None:
                return None
            fields[field.name] = joined
    everywhere = {name for name in fields if all(m.field(name) for m in union.members)}
    return RecordType(tuple(Field(n, t if n in everywhere else optional(t)) for n, t in fields.items()))
