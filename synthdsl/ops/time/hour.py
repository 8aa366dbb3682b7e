"""`hour`: a part of a time."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any

from synthdsl.ops.time.calendar import microseconds_of_day, part

if TYPE_CHECKING:
    from numpy.typing import NDArray


def _scalar(t: datetime.datetime) -> int:
    return t.hour


def _array(times: NDArray[Any]) -> NDArray[Any]:
    return microseconds_of_day(times) // 3_600_000_000


OPERATOR = part(
    "hour",
    "The hour of a timestamp, 0 to 23.",
    (0, 23),
    _scalar,
    _array,
    ("hour(make_timestamp(2025, 3, 1, 14, 30))", 14),
    of_dates=False,
)
