"""`make_date`: a day from its numbers."""

from __future__ import annotations

import datetime

from synthdsl.ops.contract import Operator, Undefined


def _scalar(year: int, month: int, day: int) -> datetime.date:
    try:
        return datetime.date(year, month, day)
    except (ValueError, OverflowError):
        raise Undefined(f"There is no day {year}-{month}-{day}.") from None


OPERATOR = Operator(
    name="make_date",
    family="time",
    kind="function",
    signatures=("make_date(year: int, month: int, day: int) -> date",),
    doc="The day with these numbers in the Gregorian calendar, years 1 to 9999; undefined where there is none.",
    examples=(("make_date(2024, 2, 29)", datetime.date(2024, 2, 29)),),
    scalar=_scalar,
)
