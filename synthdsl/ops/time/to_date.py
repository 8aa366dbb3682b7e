"""`to_date`: the day of a moment."""

from __future__ import annotations

import datetime

from synthdsl.dataset.vector import Vector, to_array
from synthdsl.ops.contract import Operator
from synthdsl.ops.rows import by_row
from synthdsl.ops.time.calendar import as_date, is_times


def _kernel(n: int, t: Vector) -> Vector:
    return to_array(t, n).astype("datetime64[D]") if is_times(t) else by_row(as_date, n, t)


OPERATOR = Operator(
    name="to_date",
    family="time",
    kind="function",
    signatures=("to_date(t: timestamp) -> date",),
    doc="The day on which a moment lies.",
    examples=(("to_date(make_timestamp(2025, 3, 1, 14, 30))", datetime.date(2025, 3, 1)),),
    scalar=as_date,
    kernel=_kernel,
)
