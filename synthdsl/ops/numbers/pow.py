"""`pow`: a power."""

from __future__ import annotations

from synthdsl.dataset import portable, portable_arrays
from synthdsl.dataset.vector import Vector
from synthdsl.ops.contract import Operator, Undefined
from synthdsl.ops.rows import by_row, require
from synthdsl.ops.symbols.exact import TOO_LARGE_FLOAT, numbers

_NO_POWER = "A negative number has whole powers only, and 0 no negative ones."


def _scalar(x: float, y: float) -> float:
    if (x < 0 and y != int(y)) or (x == 0 and y < 0):
        raise Undefined(_NO_POWER)
    found = portable.power(float(x), float(y))
    if found - found != 0.0:
        raise Undefined(TOO_LARGE_FLOAT)
    return found + 0.0


def _kernel(n: int, x: Vector, y: Vector) -> Vector:
    import numpy as np

    a, b = numbers(x), numbers(y)
    if a is None or b is None or not (np.ndim(a) or np.ndim(b)):
        return by_row(_scalar, n, x, y)
    base, exponent = np.asarray(a, dtype=np.float64), np.asarray(b, dtype=np.float64)
    bad = ((base < 0) & (exponent != np.trunc(exponent))) | ((base == 0) & (exponent < 0))
    require(~bad, _NO_POWER)
    out = portable_arrays.power(base, exponent)
    require(np.isfinite(out), TOO_LARGE_FLOAT)
    return out + 0.0


OPERATOR = Operator(
    name="pow",
    family="numbers",
    kind="function",
    signatures=("pow(x: number, y: number) -> float",),
    doc=(
        "`x` to the power `y`, as a float. Exact for whole numbers up to 2**53. Undefined for a negative `x` with a "
        "fraction as `y`, and for a negative power of 0."
    ),
    examples=(("pow(2, 10)", 1024.0), ("pow(2, -1)", 0.5), ("pow(9, 0.5)", 3.0)),
    source="dataset/portable.py",
    scalar=_scalar,
    kernel=_kernel,
)
