"""`argmax`: where the largest item stands."""

from __future__ import annotations

from typing import Any

from synthdsl.ops.contract import Operator, Undefined
from synthdsl.ops.lists.bounds import place_in_list


def _scalar(items: list[Any]) -> int:
    if not items:
        raise Undefined("An empty list has no largest item.")
    return items.index(max(items))


OPERATOR = Operator(
    name="argmax",
    family="lists",
    kind="function",
    signatures=("argmax(items: list[S]) -> int",),
    doc=(
        "The position of the largest item of a list, from 0; of the first one if there are several. Undefined for "
        "an empty list."
    ),
    examples=(
        ("argmax([2, 5, 1, 5, 1])", 1),
        ('argmax(["b", "a"])', 0),
    ),
    result=place_in_list,
    scalar=_scalar,
)
