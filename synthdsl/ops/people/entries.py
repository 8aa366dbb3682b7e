"""What the catalogue knows of one provider, and its form in `providers.json`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from synthdsl.types.terms import (
    BOOL,
    DATE,
    DURATION,
    FLOAT,
    INT,
    JSON,
    NULL,
    STR,
    TIMESTAMP,
    Field,
    ListType,
    OptionalType,
    RecordType,
    Type,
)


@dataclass(frozen=True, slots=True)
class Taken:
    """A parameter of a provider. kind: "int", "float", "str", "bool" or "any"; a name with `*` takes any others."""

    name: str
    kind: str
    required: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """A provider. result: the type of its column. refusal: why it has none, a sentence; empty when it has one."""

    parameters: tuple[Taken, ...]
    result: Type
    refusal: str = ""


_PLAIN: dict[str, Type] = {
    "str": STR,
    "int": INT,
    "float": FLOAT,
    "bool": BOOL,
    "date": DATE,
    "timestamp": TIMESTAMP,
    "duration": DURATION,
    "null": NULL,
    "json": JSON,
}
_NAMES = {type_: name for name, type_ in _PLAIN.items()}


def pack_entry(entry: Entry) -> list[Any]:
    """An entry as JSON: result, parameters and, where there is one, the refusal."""
    parameters = [f"{p.name}:{p.kind}{'!' if p.required else ''}" for p in entry.parameters]
    return [pack_type(entry.result), parameters, *([entry.refusal] if entry.refusal else [])]


def read_entry(packed: list[Any]) -> Entry:
    """The entry that `pack_entry` wrote."""
    taken: list[Taken] = []
    for text in packed[1]:
        name, kind = text.split(":")
        taken.append(Taken(name, kind.rstrip("!"), kind.endswith("!")))
    return Entry(tuple(taken), read_type(packed[0]), packed[2] if len(packed) > 2 else "")


def pack_type(type_: Type) -> Any:
    """A type as JSON: a name, or a list that begins with "list", "optional" or "record"."""
    match type_:
        case ListType(item):
            return ["list", pack_type(item)]
        case OptionalType(inner):
            return ["optional", pack_type(inner)]
        case RecordType(fields):
            return ["record", *([f.name, pack_type(f.type)] for f in fields)]
        case _:
            return _NAMES[type_]


def read_type(packed: Any) -> Type:
    """The type that `pack_type` wrote."""
    if isinstance(packed, str):
        return _PLAIN[packed]
    match packed:
        case ["list", item]:
            return ListType(read_type(item))
        case ["optional", inner]:
            return OptionalType(read_type(inner))
        case _:
            return RecordType(tuple(Field(name, read_type(type_)) for name, type_ in packed[1:]))
