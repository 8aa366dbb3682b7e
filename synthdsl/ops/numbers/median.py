"""`median`: the middle of a list."""

from __future__ import annotations

from collections.abc import Sequence

from synthdsl.ops.contract import Operator, Undefined
from synthdsl.ops.symbols.exact import checked


def _scalar(values: Sequence[float]) -> float:
    if not values:
        raise Undefined("An empty list has no median.")
    ranked = sorted(values)
    middle = len(ranked) // 2
    if len(ranked) % 2:
        return checked(float(ranked[middle]))
    return checked((ranked[middle - 1] + ranked[middle]) / 2)


OPERATOR = Operator(
    name="median",
    family="numbers",
    kind="function",
    signatures=("median(values: list[number]) -> float",),
    doc="The middle of a list of numbers once sorted, the mean of both middle ones when their number is even.",
    examples=(("median([5, 1, 3])", 3.0), ("median([1, 2])", 1.5)),
    scalar=_scalar,
)
