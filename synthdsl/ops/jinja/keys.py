"""What items of a list are compared by: an attribute, letters without regard to case unless that is asked for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def sort_key(case_sensitive: bool, attribute: str | None) -> Callable[[Any], Any]:
    """A function of an item. attribute: a path as `"author.name"`, or several apart by commas."""
    paths = [path.split(".") for path in attribute.split(",")] if attribute else [[]]

    def key(item: Any) -> Any:
        found = [_part(item, path, case_sensitive) for path in paths]
        return found[0] if len(found) == 1 else found

    return key


def _part(item: Any, path: list[str], case_sensitive: bool) -> Any:
    for name in path:
        item = item[name]
    return item.lower() if isinstance(item, str) and not case_sensitive else item
