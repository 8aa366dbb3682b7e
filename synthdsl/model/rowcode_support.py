"""What generated code calls at run time: bounds on the size of texts, fields of values of any shape."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NoReturn

from synthdsl.ops.contract import Undefined

MAX_TEXT = 10_000_000
"""No template renders more characters than this for one row."""

MAX_STEPS = 2_000_000
"""Loops inside loops of one template take no more turns than this for one row."""

FREE_TURNS = 32
"""A loop of so few turns is put together without counting characters on the way."""


def too_long() -> NoReturn:
    """Give up on a text. Raises Undefined."""
    raise Undefined(f"The template renders more than {MAX_TEXT:,} characters.")


def too_many() -> NoReturn:
    """Give up on loops. Raises Undefined."""
    raise Undefined(f"The loops of the template take more than {MAX_STEPS:,} turns.")


def gathered(parts: Iterable[str]) -> str:
    """The parts as one text. Raises Undefined as soon as it is longer than `MAX_TEXT`."""
    kept: list[str] = []
    size = 0
    for part in parts:
        size += len(part)
        if size > MAX_TEXT:
            too_long()
        kept.append(part)
    return "".join(kept)


def bounded(texts: list[str]) -> list[str]:
    """The texts themselves. Raises Undefined when one is longer than `MAX_TEXT`."""
    if max(map(len, texts), default=0) > MAX_TEXT:
        too_long()
    return texts


def field_of(base: Any, name: str) -> Any:
    """`base.name` where only the value tells what it is: a record, a list of records, a table."""
    if isinstance(base, list):
        return [field_of(item, name) for item in base]
    if isinstance(base, dict):
        if name not in base:
            raise Undefined(f"The record has no field '{name}'.")
        return base[name]
    column = getattr(base, "column", None)
    if column is None:
        raise Undefined(f"A value of type {type(base).__name__} has no field '{name}'.")
    return column(name)
