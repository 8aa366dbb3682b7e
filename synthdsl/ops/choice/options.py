"""What choices are made from: the type of an option, its distribution, and what is kept between batches."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, TypeVar

from synthdsl.ops.contract import CallSite, Finite
from synthdsl.types.relations import MAX_LITERALS
from synthdsl.types.terms import LiteralType, OptionalType, Type

LONG_TEXT = 200
"""A longer text is no category, so that a choice among paragraphs is plain text."""

MAX_OUTCOMES = 10_000
"""A distribution over more values is not written out for the compiler."""

Made = TypeVar("Made")


class Same:
    """An object as a key of a cache, equal to itself only. Holding it keeps its identity from being used again."""

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = value

    def __hash__(self) -> int:
        return id(self.value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Same) and other.value is self.value


def kept(make: Callable[[Any], Made]) -> Callable[[Any], Made]:
    """A function of one object that may be large, with its last few results kept by the object's identity.

    A constant argument is one object for the whole run, but a kernel sees it anew with every batch.
    """
    cached = lru_cache(maxsize=32)(lambda same: make(same.value))
    return lambda value: cached(Same(value))


def literal_union(values: Sequence[Any], otherwise: Type) -> Type:
    """The union of the values as literals, if they are short texts, integers or booleans of one kind."""
    kinds = {type(v) for v in values}
    if len(kinds) != 1 or not kinds <= {str, int, bool} or isinstance(otherwise, OptionalType):
        return otherwise
    distinct = tuple(dict.fromkeys(values))
    if len(distinct) > MAX_LITERALS or any(isinstance(v, str) and len(v) > LONG_TEXT for v in distinct):
        return otherwise
    return LiteralType(distinct)


def options_type(call: CallSite, inferred: Type) -> Type:
    """The type of one of the constant `options`, narrower than what the signature says."""
    options = call.constant("options")
    return literal_union(list(options), inferred) if isinstance(options, list | dict) else inferred


def finite(values: Sequence[Any], shares: Sequence[float]) -> Finite | None:
    """The distribution over values, equal ones joined and impossible ones left out; None when there are too many."""
    if len(values) > MAX_OUTCOMES:
        return None
    joined: dict[str, tuple[Any, float]] = {}
    for value, share in zip(values, shares, strict=True):
        if share > 0:
            name = f"{type(value).__name__} {value!r}"
            joined[name] = (value, joined.get(name, (value, 0.0))[1] + share)
    return Finite(tuple(joined.values()))
