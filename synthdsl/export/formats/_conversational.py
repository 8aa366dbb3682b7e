"""What the TRL forms with a prompt share: as soon as one part is messages, all parts are.

TRL looks at one column to tell standard from conversational data and then treats all of them alike, so text beside
messages is lifted into a list of one message: `prompt` by the user, everything else by the assistant.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from synthdsl.export.layout import Compact, KeyRef, Layout, ListLayout, ObjectLayout, message
from synthdsl.export.shapes import is_messages
from synthdsl.types.relations import is_text
from synthdsl.types.terms import ListType, RecordType, Type, UnionType


def prompted(keys: Mapping[str, Type], parts: Sequence[str], rest: Sequence[str] = ()) -> ObjectLayout:
    """A row of `parts` (text, or all of them messages), then the keys of `rest` as they are."""
    conversational = any(is_messages(keys[part]) for part in parts)
    fields: list[tuple[str, Layout]] = [(part, _part(part, keys[part], conversational)) for part in parts]
    fields.extend((name, KeyRef(name)) for name in rest)
    return ObjectLayout(tuple(fields))


def _part(name: str, type_: Type, conversational: bool) -> Layout:
    if conversational and is_text(type_):
        return ListLayout((message("user" if name == "prompt" else "assistant", name),))
    return transcript(name, type_)


def transcript(name: str, type_: Type) -> Layout:
    """Messages (or text) as they are; where their fields may be null or differ, null fields are left out."""
    if isinstance(type_, ListType) and _has_gaps(type_.item):
        return Compact(name)
    return KeyRef(name)


def _has_gaps(item: Type) -> bool:
    from synthdsl.types.relations import is_nullable

    if isinstance(item, UnionType):
        return any(_has_gaps(member) for member in item.members)
    return isinstance(item, RecordType) and any(is_nullable(field.type) for field in item.fields)
