"""Bounds on the texts that functions make, and the type of a number that counts."""

from __future__ import annotations

from synthdsl.ops.contract import CallSite, Undefined
from synthdsl.types.terms import IntType, Type

MAX_TEXT = 10_000_000
"""No function makes a text of more characters."""


def within(size: int) -> None:
    """Raises `Undefined` where a text would have more than `MAX_TEXT` characters."""
    if size > MAX_TEXT:
        raise Undefined(f"The text would have more than {MAX_TEXT:,} characters.")


def short_enough(text: str) -> str:
    """The text itself. Raises `Undefined` where it has more than `MAX_TEXT` characters."""
    within(len(text))
    return text


def at_least_zero(_call: CallSite, _inferred: Type) -> Type:
    """The type of a count."""
    return IntType(0)
