"""`add_months`: the same day some months later."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any

from synthdsl.dataset.vector import Constant, Vector, to_array
from synthdsl.ops.contract import Operator, Undefined
from synthdsl.ops.rows import by_row, require
from synthdsl.ops.symbols.exact import OUTSIDE_CALENDAR
from synthdsl.ops.time.calendar import days_of, is_times, microseconds_of_day

if TYPE_CHECKING:
    from numpy.typing import NDArray


def _scalar(t: datetime.date, months: int) -> datetime.date:
    count = t.year * 12 + t.month - 1 + months
    if not 12 <= count < 120_000:
        raise Undefined(OUTSIDE_CALENDAR)
    year, month = divmod(count, 12)
    return t.replace(year=year, month=month + 1, day=min(t.day, _length(year, month + 1)))


def _length(year: int, month: int) -> int:
    if month == 12:
        return 31
    return (datetime.date(year, month + 1, 1) - datetime.timedelta(days=1)).day


def _kernel(n: int, t: Vector, months: Vector) -> Vector:
    import numpy as np

    if not is_times(t) or not isinstance(months, np.ndarray | Constant):
        return by_row(_scalar, n, t, months)
    times, step = to_array(t, n), to_array(months, n)
    day = days_of(times) - days_of(times.astype("datetime64[M]"))
    count = times.astype("datetime64[M]").astype(np.int64)
    # Months since 1970; the bound on the step keeps the sum from wrapping.
    require((np.abs(step) < 200_000) & (count + step >= -1969 * 12) & (count + step < 8030 * 12), OUTSIDE_CALENDAR)
    return _with_time(_moved(count + step, day), times)


def _moved(month: NDArray[Any], day: NDArray[Any]) -> NDArray[Any]:
    import numpy as np

    start = days_of(month.astype("datetime64[M]"))
    after = days_of((month + 1).astype("datetime64[M]"))
    return np.minimum(start + day, after - 1).astype("datetime64[D]")


def _with_time(days: NDArray[Any], times: NDArray[Any]) -> NDArray[Any]:
    if times.dtype == "datetime64[D]":
        return days
    return days.astype("datetime64[us]") + microseconds_of_day(times).astype("timedelta64[us]")


OPERATOR = Operator(
    name="add_months",
    family="time",
    kind="function",
    signatures=("add_months(t: date, months: int) -> date", "add_months(t: timestamp, months: int) -> timestamp"),
    doc="The same day `months` months later (earlier when negative), or the month's last day where it is shorter.",
    examples=(("add_months(2025-01-31, 1)", datetime.date(2025, 2, 28)),),
    scalar=_scalar,
    kernel=_kernel,
)
