"""`coalesce`: a value in the place of null."""

from __future__ import annotations

from typing import Any

from synthdsl.dataset.vector import Vector
from synthdsl.ops.contract import Operator
from synthdsl.ops.rows import by_row


def _scalar(x: Any, y: Any) -> Any:
    if x is None:
        return y
    return float(x) if isinstance(y, float) and type(x) is int else x


def _kernel(n: int, x: Vector, y: Vector) -> Vector:
    import numpy as np

    # An array holds no null; only where an int meets a float does the other side matter.
    if isinstance(x, np.ndarray) and x.dtype.kind != "i":
        return x
    return by_row(_scalar, n, x, y)


OPERATOR = Operator(
    name="coalesce",
    family="lists",
    kind="function",
    signatures=("coalesce(x: T?, y: T) -> T",),
    doc="`x`, or `y` where `x` is null.",
    examples=(
        ('coalesce(null, "none")', "none"),
        ('coalesce("a", "none")', "a"),
    ),
    scalar=_scalar,
    kernel=_kernel,
)
