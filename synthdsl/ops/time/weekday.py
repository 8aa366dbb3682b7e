"""`weekday`: a part of a time."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any

from synthdsl.ops.time.calendar import days_of, part

if TYPE_CHECKING:
    from numpy.typing import NDArray


def _scalar(t: datetime.date) -> int:
    return t.isoweekday()


def _array(times: NDArray[Any]) -> NDArray[Any]:
    return (days_of(times) + 3) % 7 + 1


OPERATOR = part(
    "weekday",
    "The day of the week of a date or timestamp: 1 is Monday, 7 is Sunday (ISO 8601).",
    (1, 7),
    _scalar,
    _array,
    ("weekday(2025-03-01)", 6),
)
