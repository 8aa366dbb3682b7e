"""The layout of one row in a file: a small closed tree, plain data that a plan can hold.

Leaves name keys of the output; everything else is constant. `encode_json.py` writes it, `record.py` types it.
"""

from __future__ import annotations

from typing import Any

from synthdsl.base.record import record


@record
class KeyRef:
    """The key's value as it is; null where it is null."""

    key: str


@record
class Text:
    """A constant text."""

    text: str


@record
class OrElse:
    """The key's value, or where that is null a constant: a text, or the empty list for `()`."""

    key: str
    otherwise: str | tuple[()]


@record
class Compact:
    """The key's value, a list of records, without those of their fields that are null."""

    key: str


@record
class Turns:
    """The key's value, messages, in the ShareGPT spelling: `from` and `value`, `human` and `gpt`."""

    key: str


@record
class ObjectLayout:
    """A JSON object with these members, in this order."""

    fields: tuple[tuple[str, Layout], ...]


@record
class OptionalItem:
    """An item of a list that is left out where the key is null. Never the last item; `item` uses that key alone."""

    key: str
    item: Layout


@record
class ListLayout:
    """A JSON list of these items."""

    items: tuple[Layout | OptionalItem, ...]


Layout = KeyRef | Text | OrElse | Compact | Turns | ObjectLayout | ListLayout


def message(role: str, key: str) -> ObjectLayout:
    """One chat message of a fixed role, whose content is a key."""
    return ObjectLayout((("role", Text(role)), ("content", KeyRef(key))))


def to_data(layout: Layout | OptionalItem) -> dict[str, Any]:
    """The layout as JSON-ready data; `from_data` reads it back."""
    match layout:
        case KeyRef(key):
            return {"key": key}
        case Text(text):
            return {"text": text}
        case OrElse(key, otherwise):
            return {"key": key, "else": otherwise if isinstance(otherwise, str) else []}
        case Compact(key):
            return {"compact": key}
        case Turns(key):
            return {"turns": key}
        case ObjectLayout(fields):
            return {"object": [[name, to_data(inner)] for name, inner in fields]}
        case OptionalItem(key, item):
            return {"optional": key, "item": to_data(item)}
        case ListLayout(items):
            return {"list": [to_data(item) for item in items]}


def from_data(data: dict[str, Any]) -> Layout:
    """The layout that `to_data` wrote. Raises ValueError for data it never writes."""
    match data:
        case {"key": str(key), "else": str(text)}:
            return OrElse(key, text)
        case {"key": str(key), "else": []}:
            return OrElse(key, ())
        case {"key": str(key)}:
            return KeyRef(key)
        case {"text": str(text)}:
            return Text(text)
        case {"compact": str(key)}:
            return Compact(key)
        case {"turns": str(key)}:
            return Turns(key)
        case {"object": list(fields)}:
            return ObjectLayout(tuple((str(name), from_data(inner)) for name, inner in fields))
        case {"list": list(items)}:
            return ListLayout(tuple(_item(item) for item in items))
        case _:
            raise ValueError(f"no layout: {data!r}")


def _item(data: dict[str, Any]) -> Layout | OptionalItem:
    match data:
        case {"optional": str(key), "item": dict(item)}:
            return OptionalItem(key, from_data(item))
        case _:
            return from_data(data)
