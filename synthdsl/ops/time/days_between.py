"""`days_between`: the days from one time to another."""

from __future__ import annotations

import datetime

from synthdsl.dataset.vector import Vector, to_array
from synthdsl.ops.contract import Operator
from synthdsl.ops.rows import by_row
from synthdsl.ops.time.calendar import is_times

_DAY = datetime.timedelta(days=1)


def _scalar(a: datetime.date, b: datetime.date) -> int:
    return (b - a) // _DAY if b >= a else -((a - b) // _DAY)


def _kernel(n: int, a: Vector, b: Vector) -> Vector:
    import numpy as np

    if not (is_times(a) and is_times(b)):
        return by_row(_scalar, n, a, b)
    span = (to_array(b, n) - to_array(a, n)).astype("timedelta64[us]").astype(np.int64)
    return np.sign(span) * (np.abs(span) // 86_400_000_000)


OPERATOR = Operator(
    name="days_between",
    family="time",
    kind="function",
    signatures=("days_between(a: date, b: date) -> int", "days_between(a: timestamp, b: timestamp) -> int"),
    doc="The number of whole days from `a` to `b`, negative when `b` is earlier.",
    examples=(("days_between(2025-01-01, 2025-03-01)", 59),),
    scalar=_scalar,
    kernel=_kernel,
)
