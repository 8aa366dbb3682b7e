"""`not x`."""

from __future__ import annotations

from operator import not_

from synthdsl.dataset.vector import Vector
from synthdsl.ops.contract import Operator
from synthdsl.ops.rows import by_row


def _kernel(n: int, x: Vector) -> Vector:
    import numpy as np

    return np.logical_not(x) if isinstance(x, np.ndarray) else by_row(not_, n, x)


OPERATOR = Operator(
    name="not_",
    family="symbols",
    kind="function",
    signatures=("not_(x: bool) -> bool",),
    doc="True where `x` is false, and the other way round.",
    examples=(("not true", False),),
    scalar=not_,
    kernel=_kernel,
)
