"""`to_timestamp`: the first moment of a day."""

from __future__ import annotations

import datetime

from synthdsl.dataset.vector import Vector, to_array
from synthdsl.ops.contract import Operator
from synthdsl.ops.rows import by_row
from synthdsl.ops.time.calendar import is_times


def _scalar(day: datetime.date) -> datetime.datetime:
    return datetime.datetime(day.year, day.month, day.day)


def _kernel(n: int, day: Vector) -> Vector:
    return to_array(day, n).astype("datetime64[us]") if is_times(day) else by_row(_scalar, n, day)


OPERATOR = Operator(
    name="to_timestamp",
    family="time",
    kind="function",
    signatures=("to_timestamp(day: date) -> timestamp",),
    doc="The moment at which a day begins; hours can be added to it.",
    examples=(("to_timestamp(2025-03-01)", datetime.datetime(2025, 3, 1)),),
    scalar=_scalar,
    kernel=_kernel,
)
