"""`vote`: the item that stands in a list most often."""

from __future__ import annotations

from collections import Counter
from typing import Any

from synthdsl.ops.contract import Operator, Undefined
from synthdsl.ops.lists.bounds import not_empty
from synthdsl.ops.lists.keys import first_of_each, key_of


def _scalar(items: list[Any]) -> Any:
    if not items:
        raise Undefined("There is no vote without items.")
    counts = Counter(map(key_of, items))
    # `max` keeps the first of equals, and a Counter the order of first occurrence.
    return first_of_each(items)[max(counts, key=counts.__getitem__)]


OPERATOR = Operator(
    name="vote",
    family="lists",
    kind="function",
    signatures=("vote(items: list[T]) -> T",),
    doc=(
        "The item that stands in a list most often; among several such, the one that comes first. Undefined for "
        "an empty list."
    ),
    examples=(
        ('vote(["b", "a", "b", "c"])', "b"),
        ("vote([3, 7, 7, 3])", 3),
    ),
    check=not_empty,
    scalar=_scalar,
)
