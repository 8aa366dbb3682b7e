"""`argmin`: where the smallest item stands."""

from __future__ import annotations

from typing import Any

from synthdsl.ops.contract import Operator, Undefined
from synthdsl.ops.lists.bounds import place_in_list


def _scalar(items: list[Any]) -> int:
    if not items:
        raise Undefined("An empty list has no smallest item.")
    return items.index(min(items))


OPERATOR = Operator(
    name="argmin",
    family="lists",
    kind="function",
    signatures=("argmin(items: list[S]) -> int",),
    doc=(
        "The position of the smallest item of a list, from 0; of the first one if there are several. Undefined "
        "for an empty list."
    ),
    examples=(
        ("argmin([2, 5, 1, 5, 1])", 2),
        ('argmin(["b", "a"])', 1),
    ),
    result=place_in_list,
    scalar=_scalar,
)
