"""`clamp`: a number kept within bounds."""

from __future__ import annotations

from synthdsl.dataset.vector import Vector
from synthdsl.ops.contract import Operator, Undefined
from synthdsl.ops.numbers.bounds import ordered
from synthdsl.ops.numbers.limits import widen
from synthdsl.ops.rows import by_row, require
from synthdsl.ops.symbols.exact import numbers

_CROSSED = "The lower bound is above the upper bound."


def _scalar(x: float, low: float, high: float) -> float:
    if low > high:
        raise Undefined(_CROSSED)
    return widen(min(max(x, low), high), x, low, high)


def _kernel(n: int, x: Vector, low: Vector, high: Vector) -> Vector:
    import numpy as np

    a, b, c = numbers(x), numbers(low), numbers(high)
    if a is None or b is None or c is None or not (np.ndim(a) or np.ndim(b) or np.ndim(c)):
        return by_row(_scalar, n, x, low, high)
    require(np.atleast_1d(np.less_equal(b, c)), _CROSSED)
    out = np.minimum(np.maximum(a, b), c)
    return out + 0.0 if out.dtype.kind == "f" else out


OPERATOR = Operator(
    name="clamp",
    family="numbers",
    kind="function",
    signatures=("clamp(x: number, low: number, high: number) -> number",),
    doc="The nearest value to `x` that lies between `low` and `high`, both included.",
    examples=(("clamp(120, 18, 90)", 90), ("clamp(0.5, 0, 1)", 0.5)),
    check=ordered,
    scalar=_scalar,
    kernel=_kernel,
)
