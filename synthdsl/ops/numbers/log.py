"""`log`: the logarithm."""

from __future__ import annotations

from collections.abc import Iterator

from synthdsl.dataset import portable, portable_arrays
from synthdsl.dataset.vector import Constant, Vector
from synthdsl.ops.contract import CallSite, Operator, Problem, Undefined
from synthdsl.ops.rows import by_row, require

_NOT_POSITIVE = "Only a number above 0 has a logarithm."
_BAD_BASE = "The base of a logarithm is above 0 and not 1."


def _check(call: CallSite) -> Iterator[Problem]:
    x, base = call.constant("x"), call.constant("base")
    if x is not None and x <= 0:
        yield Problem("E0309", f"The logarithm of {x} is undefined.", "x")
    if base is not None and (base <= 0 or base == 1):
        yield Problem("E0309", f"A logarithm cannot have the base {base}.", "base")


def _scalar(x: float, base: float | None) -> float:
    if x <= 0:
        raise Undefined(_NOT_POSITIVE)
    if base is None:
        return portable.log(float(x))
    if base <= 0 or base == 1:
        raise Undefined(_BAD_BASE)
    x, base = float(x), float(base)
    found = portable.log(x) / portable.log(base)
    near = float(round(found))
    # A quotient of rounded logarithms misses whole results by a bit: log(8, 2) is 3.
    return near if portable.power(base, near) == x else found


def _kernel(n: int, x: Vector, base: Vector) -> Vector:
    import numpy as np

    if not isinstance(x, np.ndarray) or not isinstance(base, Constant) or base.value is not None:
        return by_row(_scalar, n, x, base)
    require(x > 0, _NOT_POSITIVE)
    return portable_arrays.log(x)


OPERATOR = Operator(
    name="log",
    family="numbers",
    kind="function",
    signatures=("log(x: number, base: number? = null) -> float",),
    doc="The natural logarithm of `x`, which must be above 0, or the logarithm to another `base`.",
    examples=(("log(1)", 0.0), ("log(8, base=2)", 3.0), ("log(1000, 10)", 3.0)),
    source="dataset/portable.py",
    check=_check,
    scalar=_scalar,
    kernel=_kernel,
)
