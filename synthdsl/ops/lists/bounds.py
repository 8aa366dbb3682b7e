"""Types of lists: how long they are, what their items are."""

from __future__ import annotations

from collections.abc import Iterator

from synthdsl.ops.contract import CallSite, Problem
from synthdsl.types.terms import UNKNOWN, IntType, ListType, Type


def item_type(type_: Type) -> Type:
    """The type of the items of a list type."""
    return type_.item if isinstance(type_, ListType) else UNKNOWN


def same_length(call: CallSite, inferred: Type) -> Type:
    """A list as long as the argument `items`."""
    given = call.arguments["items"].type
    if isinstance(inferred, ListType) and isinstance(given, ListType):
        return ListType(inferred.item, given.min, given.max)
    return inferred


def place_in_list(call: CallSite, _inferred: Type) -> Type:
    """A position in the argument `items`."""
    given = call.arguments["items"].type
    longest = given.max if isinstance(given, ListType) else None
    return IntType(0, None if not longest else longest - 1)


def no_longer(call: CallSite, inferred: Type) -> Type:
    """A list no longer than the argument `items`, and not empty where that is not."""
    given = call.arguments["items"].type
    if isinstance(inferred, ListType) and isinstance(given, ListType):
        return ListType(inferred.item, 1 if given.min else None, given.max)
    return inferred


def not_empty(call: CallSite) -> Iterator[Problem]:
    """A problem where the constant `items` has none (E0321)."""
    if call.constant("items") == []:
        yield Problem("E0321", "The list is empty.", "items")
