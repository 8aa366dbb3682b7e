"""Equality of values as keys of a dictionary."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any


def key_of(value: Any) -> Any:
    """A hashable value, equal for two values exactly when they are equal in the language.

    Lists are equal item by item, records field by field in any order; true is not 1.
    """
    if isinstance(value, bool):
        return (bool, value)
    if isinstance(value, list):
        return (list, *map(key_of, value))
    if isinstance(value, dict):
        return (dict, frozenset((name, key_of(v)) for name, v in value.items()))
    return value


def first_of_each(items: Iterable[Any]) -> dict[Any, Any]:
    """Each different item under its key, in the order of their first occurrence."""
    found: dict[Any, Any] = {}
    for item in items:
        found.setdefault(key_of(item), item)
    return found
