"""`clamp`: a number kept within bounds."""

from __future__ import annotations

from collections.abc import Iterator

from synthdsl.dataset.vector import Vector, to_array
from synthdsl.ops.contract import CallSite, Operator, Problem


def _check(call: CallSite) -> Iterator[Problem]:
    low, high = call.constant("low"), call.constant("high")
    if low is not None and high is not None and low > high:
        yield Problem("E0309", f"The lower bound {low} is above the upper bound {high}.", "low")


def _scalar(x: float, low: float, high: float) -> float:
    return min(max(x, low), high)


def _kernel(n: int, x: Vector, low: Vector, high: Vector) -> Vector:
    import numpy as np

    return np.minimum(np.maximum(to_array(x, n), to_array(low, n)), to_array(high, n))


OPERATOR = Operator(
    name="clamp",
    family="numbers",
    kind="function",
    signatures=("clamp(x: number, low: number, high: number) -> number",),
    doc="The nearest value to `x` that lies between `low` and `high`, both included.",
    examples=(("clamp(120, 18, 90)", 90), ("clamp(0.5, 0, 1)", 0.5)),
    check=_check,
    scalar=_scalar,
    kernel=_kernel,
)
