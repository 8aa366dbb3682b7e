"""`make_timestamp`: a moment from its numbers."""

from __future__ import annotations

import datetime

from synthdsl.ops.contract import Operator, Undefined


def _scalar(year: int, month: int, day: int, hour: int, minute: int, second: int) -> datetime.datetime:
    try:
        return datetime.datetime(year, month, day, hour, minute, second)
    except (ValueError, OverflowError):
        raise Undefined(f"There is no time {year}-{month}-{day} {hour}:{minute}:{second}.") from None


OPERATOR = Operator(
    name="make_timestamp",
    family="time",
    kind="function",
    signatures=(
        "make_timestamp(year: int, month: int, day: int, hour: int = 0, minute: int = 0, second: int = 0) -> timestamp",
    ),
    doc="The moment with these numbers, in UTC; undefined where there is none.",
    examples=(("make_timestamp(2025, 3, 1, 14, 30)", datetime.datetime(2025, 3, 1, 14, 30)),),
    scalar=_scalar,
)
