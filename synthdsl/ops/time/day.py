"""`day`: a part of a time."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any

from synthdsl.ops.time.calendar import days_of, part

if TYPE_CHECKING:
    from numpy.typing import NDArray


def _scalar(t: datetime.date) -> int:
    return t.day


def _array(times: NDArray[Any]) -> NDArray[Any]:
    return days_of(times) - days_of(times.astype("datetime64[M]")) + 1


OPERATOR = part(
    "day",
    "The day of the month of a date or timestamp, 1 to 31.",
    (1, 31),
    _scalar,
    _array,
    ("day(2025-03-01)", 1),
)
