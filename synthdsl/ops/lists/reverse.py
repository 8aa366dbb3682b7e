"""`reverse`: a list from its end to its beginning."""

from __future__ import annotations

from typing import Any

from synthdsl.ops.contract import Operator
from synthdsl.ops.lists.bounds import same_length


def _scalar(items: list[Any]) -> list[Any]:
    return items[::-1]


OPERATOR = Operator(
    name="reverse",
    family="lists",
    kind="function",
    signatures=("reverse(items: list[T]) -> list[T]",),
    doc="The items of a list from the last to the first.",
    examples=(("reverse([1, 2, 3])", [3, 2, 1]),),
    result=same_length,
    scalar=_scalar,
)
