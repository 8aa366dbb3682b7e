"""`mod`: the remainder of a division."""

from __future__ import annotations

from collections.abc import Iterator

from synthdsl.dataset.vector import Vector
from synthdsl.ops.contract import CallSite, Operator, Problem, Undefined
from synthdsl.ops.numbers.limits import widen
from synthdsl.ops.rows import by_row, require
from synthdsl.ops.symbols.exact import numbers

_BY_ZERO = "A division by zero has no remainder."


def _check(call: CallSite) -> Iterator[Problem]:
    if call.constant("b") == 0:
        yield Problem("E0309", _BY_ZERO, "b")


def _scalar(a: float, b: float) -> float:
    if b == 0:
        raise Undefined(_BY_ZERO)
    return widen(a % b, a, b)


def _kernel(n: int, a: Vector, b: Vector) -> Vector:
    import numpy as np

    x, y = numbers(a), numbers(b)
    if x is None or y is None or not (np.ndim(x) or np.ndim(y)):
        return by_row(_scalar, n, a, b)
    require(np.atleast_1d(np.not_equal(y, 0)), _BY_ZERO)
    out = np.mod(x, y)
    return out + 0.0 if out.dtype.kind == "f" else out


OPERATOR = Operator(
    name="mod",
    family="numbers",
    kind="function",
    signatures=("mod(a: number, b: number) -> number",),
    doc="The remainder of `a` divided by `b`; it has the sign of `b`, so `mod(-1, 7)` is 6. Undefined for `b` = 0.",
    examples=(("mod(7, 3)", 1), ("mod(-1, 7)", 6), ("mod(5.5, 2)", 1.5)),
    check=_check,
    scalar=_scalar,
    kernel=_kernel,
)
