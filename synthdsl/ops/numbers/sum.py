"""`sum`: the sum of a list."""

from __future__ import annotations

from collections.abc import Sequence

from synthdsl.ops.contract import Operator
from synthdsl.ops.numbers.limits import exact_sum
from synthdsl.ops.symbols.exact import checked


def _scalar(values: Sequence[float]) -> float:
    if all(isinstance(v, int) for v in values):
        return checked(sum(values))
    return checked(exact_sum(values))


OPERATOR = Operator(
    name="sum",
    family="numbers",
    kind="function",
    signatures=("sum(values: list[number]) -> number",),
    doc="The sum of a list of numbers, 0 for an empty one. Floats are added exactly and rounded once.",
    examples=(("sum([1, 2, 3])", 6), ("sum([0.1, 0.2, 0.3])", 0.6), ("sum([])", 0)),
    source="Shewchuk 1997, Adaptive Precision Floating-Point Arithmetic",
    scalar=_scalar,
    whole=True,
)
