"""`-x`: numbers and durations."""

from __future__ import annotations

import datetime
from typing import Any

from synthdsl.dataset.vector import Vector
from synthdsl.ops.contract import Operator
from synthdsl.ops.rows import by_row, require
from synthdsl.ops.symbols.exact import INT_MIN, TOO_LARGE_INT, checked


def _scalar(x: Any) -> Any:
    return -x if isinstance(x, datetime.timedelta) else checked(-x)


def _kernel(n: int, x: Vector) -> Vector:
    import numpy as np

    if not isinstance(x, np.ndarray):
        return by_row(_scalar, n, x)
    if x.dtype.kind == "i":
        require(x != INT_MIN, TOO_LARGE_INT)
    # 0 - x rather than -x: it makes no -0.0.
    return np.negative(x) if x.dtype.kind != "f" else 0.0 - x


OPERATOR = Operator(
    name="neg",
    family="symbols",
    kind="function",
    signatures=("neg(x: number) -> number", "neg(x: duration) -> duration"),
    doc="The number or duration with the opposite sign.",
    examples=(("-3", -3), ("-duration(days=1)", datetime.timedelta(days=-1))),
    scalar=_scalar,
    kernel=_kernel,
)
