"""What an output format is: its keys, what they may hold, how they are laid out in a row."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from synthdsl.export.layout import ObjectLayout
from synthdsl.export.shapes import ShapeName
from synthdsl.types.terms import Type


@dataclass(frozen=True, slots=True)
class Key:
    """A key that a format knows.

    shape: what it takes. doc: what it means, one sentence. required: it must be written.
    nullable: it may be null, and what then happens stands in `doc`.
    """

    name: str
    shape: ShapeName
    doc: str
    required: bool = True
    nullable: bool = False


@dataclass(frozen=True, slots=True)
class Format:
    """A format of the language's section 9.

    alternatives: the key sets it can be written with; an output uses one of them.
    extra: further keys of any type are allowed. reserved: names such a key may not have, with the reason.
    layout: how the keys make a row, from their types (which fit their shapes).
    read_by: what reads it. doc: Markdown; the first sentence is the summary. source: where it is specified.
    task: the task category of the Hugging Face hub, for the dataset card. tags: further tags of the card.
    """

    name: str
    alternatives: tuple[tuple[Key, ...], ...]
    layout: Callable[[Mapping[str, Type]], ObjectLayout]
    read_by: str
    doc: str
    source: str
    extra: bool = False
    reserved: tuple[str, ...] = ()
    task: str = ""
    tags: tuple[str, ...] = ()

    def key(self, name: str) -> Key | None:
        """The key of that name, from whichever alternative has it."""
        return next((k for keys in self.alternatives for k in keys if k.name == name), None)

    def key_names(self) -> tuple[str, ...]:
        """The names of all keys of all alternatives, in order, each once."""
        return tuple(dict.fromkeys(k.name for keys in self.alternatives for k in keys))
