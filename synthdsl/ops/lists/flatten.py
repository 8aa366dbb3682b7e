"""`flatten`: the items of all lists of a list."""

from __future__ import annotations

from itertools import chain
from typing import Any

from synthdsl.ops.contract import Operator


def _scalar(items: list[list[Any]]) -> list[Any]:
    return list(chain.from_iterable(items))


OPERATOR = Operator(
    name="flatten",
    family="lists",
    kind="function",
    signatures=("flatten(items: list[list[T]]) -> list[T]",),
    doc="The items of the lists in a list, one list after another; lists inside those stay lists.",
    examples=(("flatten([[1, 2], [], [3]])", [1, 2, 3]),),
    scalar=_scalar,
)
