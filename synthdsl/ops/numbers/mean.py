"""`mean`: the average of a list."""

from __future__ import annotations

from collections.abc import Sequence

from synthdsl.ops.contract import Operator
from synthdsl.ops.numbers.limits import average
from synthdsl.ops.symbols.exact import checked


def _scalar(values: Sequence[float]) -> float:
    return checked(average(values))


OPERATOR = Operator(
    name="mean",
    family="numbers",
    kind="function",
    signatures=("mean(values: list[number]) -> float",),
    doc="The arithmetic mean of a list of numbers; undefined for an empty one.",
    examples=(("mean([1, 2, 6])", 3.0),),
    scalar=_scalar,
    whole=True,
)
