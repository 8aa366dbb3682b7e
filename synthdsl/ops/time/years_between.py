"""`years_between`: completed years, as an age is counted."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any

from synthdsl.dataset.vector import Vector, to_array
from synthdsl.ops.contract import Operator
from synthdsl.ops.rows import by_row
from synthdsl.ops.time.calendar import days_of, is_times

if TYPE_CHECKING:
    from numpy.typing import NDArray


def _scalar(a: datetime.date, b: datetime.date) -> int:
    if b < a:
        return -_scalar(b, a)
    return b.year - a.year - ((b.month, b.day) < (a.month, a.day))


def _kernel(n: int, a: Vector, b: Vector) -> Vector:
    import numpy as np

    if not (is_times(a) or is_times(b)) or not n:
        return by_row(_scalar, n, a, b)
    x, y = to_array(a, n), to_array(b, n)
    first, last = np.minimum(x, y), np.maximum(x, y)
    months = _months(last) - _months(first)
    early = (months % 12 == 0) & (_day(last) < _day(first))
    return np.where(x <= y, 1, -1) * (months // 12 - early)


def _months(days: NDArray[Any]) -> NDArray[Any]:
    import numpy as np

    return days.astype("datetime64[M]").astype(np.int64)


def _day(days: NDArray[Any]) -> NDArray[Any]:
    return days_of(days) - days_of(days.astype("datetime64[M]"))


OPERATOR = Operator(
    name="years_between",
    family="time",
    kind="function",
    signatures=("years_between(a: date, b: date) -> int",),
    doc=(
        "The number of completed years from `a` to `b`, as an age is counted, negative when `b` is earlier. Who is "
        "born on 29 February completes a year on 1 March where there is no such day."
    ),
    examples=(("years_between(1990-06-15, 2025-06-14)", 34),),
    scalar=_scalar,
    kernel=_kernel,
)
