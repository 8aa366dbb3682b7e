"""`sd`: the standard deviation of a list."""

from __future__ import annotations

import math
from collections.abc import Sequence

from synthdsl.ops.contract import Operator, Undefined
from synthdsl.ops.numbers.limits import average, exact_sum
from synthdsl.ops.symbols.exact import checked


def _scalar(values: Sequence[float]) -> float:
    if len(values) < 2:
        raise Undefined("A standard deviation needs at least two numbers.")
    centre = average(values)
    return checked(math.sqrt(exact_sum((v - centre) * (v - centre) for v in values) / (len(values) - 1)))


OPERATOR = Operator(
    name="sd",
    family="numbers",
    kind="function",
    signatures=("sd(values: list[number]) -> float",),
    doc="The standard deviation of a sample (divided by n - 1) of at least two numbers.",
    examples=(("sd([2, 4, 4, 4, 5, 5, 7, 9, 5])", 2.0),),
    scalar=_scalar,
    whole=True,
)
