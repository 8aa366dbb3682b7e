"""`minute`: a part of a time."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any

from synthdsl.ops.time.calendar import microseconds_of_day, part

if TYPE_CHECKING:
    from numpy.typing import NDArray


def _scalar(t: datetime.datetime) -> int:
    return t.minute


def _array(times: NDArray[Any]) -> NDArray[Any]:
    return microseconds_of_day(times) // 60_000_000 % 60


OPERATOR = part(
    "minute",
    "The minute of a timestamp, 0 to 59.",
    (0, 59),
    _scalar,
    _array,
    ("minute(make_timestamp(2025, 3, 1, 14, 30))", 30),
    of_dates=False,
)
