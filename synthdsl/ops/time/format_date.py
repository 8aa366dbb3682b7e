"""`format_date`: a time as text."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from synthdsl.dataset.vector import Coded, Constant, Vector, to_array, to_list
from synthdsl.ops.contract import CallSite, Operator, Problem
from synthdsl.ops.rows import by_row
from synthdsl.ops.time.calendar import coded_days, is_times, microseconds_of_day
from synthdsl.ops.time.directives import DIRECTIVES, Layout, fault, layout
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
    how = layout(template.value)
    times = to_array(t, n)
    days = coded_days(times)
    if not how.of_time:
        return Coded(days.codes, [how.write(day) for day in days.values])
    clock = microseconds_of_day(times)
    columns = [_column(letter, days, clock, n) for letter in how.letters]
    return _written(how, columns, n)


def _column(letter: str, days: Coded, clock: NDArray[Any], n: int) -> list[Any]:
    """The values of one directive: of the day by a table of days, of the time by arithmetic."""
    found = DIRECTIVES[letter]
    if not found.of_time:
        return to_list(Coded(days.codes, [found.get(day) for day in days.values]), n)
    hour = clock // 3_600_000_000
    match letter:
        case "H":
            return hour.tolist()
        case "I":
            return ((hour + 11) % 12 + 1).tolist()
        case "M":
            return (clock // 60_000_000 % 60).tolist()
        case "S":
            return (clock // 1_000_000 % 60).tolist()
        case "f":
            return (clock % 1_000_000).tolist()
        case _:
            return ["AM" if h < 12 else "PM" for h in hour.tolist()]


def _written(how: Layout, columns: list[list[Any]], n: int) -> list[str]:
    return [how.pattern % row for row in zip(*columns, strict=True)]


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
