"""`format_date`: a time as text."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from synthdsl.dataset.vector import Coded, Constant, Vector, to_array, to_list
from synthdsl.ops.contract import CallSite, Operator, Problem
from synthdsl.ops.rows import by_row
from synthdsl.ops.time.calendar import coded_days, is_times, microseconds_of_day
from synthdsl.ops.time.directives import fault, layout
from synthdsl.types.terms import DateType

if TYPE_CHECKING:
    from numpy.typing import NDArray


def _check(call: CallSite) -> Iterator[Problem]:
    wrong = fault(call.constant("format"), not isinstance(call.arguments["t"].type, DateType), reading=False)
    if wrong:
        yield Problem("E0320", wrong, "format", ("Directives are %Y %m %d %B %b %A %a %H %M %S and a few more.",))


def _scalar(t: datetime.date, template: str) -> str:
    return layout(template).write(t)


def _kernel(n: int, t: Vector, template: Vector) -> Vector:
    if not isinstance(template, Constant) or not is_times(t):
        return by_row(_scalar, n, t, template)
    times = to_array(t, n)
    days, clock = coded_days(times), microseconds_of_day(times)
    columns: list[Vector] = []
    for piece in layout(template.value).pieces:
        if piece.of_time:
            columns.append(
                list(map(piece.pattern.__mod__, zip(*[_clock(x, clock) for x in piece.letters], strict=True)))
            )
        else:
            # Days repeat, so each is written once.
            columns.append(Coded(days.codes, [piece.write(day) for day in days.values]))
    if len(columns) == 1:
        return columns[0]
    return list(map("".join, zip(*[to_list(c, n) for c in columns], strict=True)))


def _clock(letter: str, clock: NDArray[Any]) -> list[Any]:
    """The values of a directive of the time of day, from microseconds since midnight."""
    match letter:
        case "H":
            return (clock // 3_600_000_000).tolist()
        case "I":
            return ((clock // 3_600_000_000 + 11) % 12 + 1).tolist()
        case "M":
            return (clock // 60_000_000 % 60).tolist()
        case "S":
            return (clock // 1_000_000 % 60).tolist()
        case "f":
            return (clock % 1_000_000).tolist()
        case _:
            return ["AM" if c < 43_200_000_000 else "PM" for c in clock.tolist()]


OPERATOR = Operator(
    name="format_date",
    family="time",
    kind="function",
    signatures=(
        "format_date(t: date, const format: str) -> str",
        "format_date(t: timestamp, const format: str) -> str",
    ),
    doc=(
        "A date or timestamp as text. Directives: `%Y %y` year, `%m %B %b` month, `%d` day, `%A %a` weekday, "
        "`%H %I %p %M %S %f` time, `%j` day of the year, `%u %w` number of the weekday, `%G %V` ISO year and week, "
        "`%F` for `%Y-%m-%d`, `%T` for `%H:%M:%S`, `%R` for `%H:%M`, `%D` for `%m/%d/%y`, `%-d` without padding, `%%`. "
        "Names are English."
    ),
    examples=(
        ('format_date(2025-03-01, "%d %B %Y")', "01 March 2025"),
        ('format_date(make_timestamp(2025, 3, 1, 14, 5), "%-I:%M %p")', "2:05 PM"),
    ),
    check=_check,
    scalar=_scalar,
    kernel=_kernel,
)
