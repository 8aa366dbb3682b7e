"""`format_date`: a time as text."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from synthdsl.dataset.vector import Coded, Constant, Vector, to_array, to_list
from synthdsl.ops.contract import CallSite, Operator, Problem
from synthdsl.ops.rows import by_row
from synthdsl.ops.time.calendar import coded_days, coded_seconds, is_times
from synthdsl.ops.time.directives import Piece, fault, layout
from synthdsl.types.terms import DateType


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
    if "f" in how.letters:
        return by_row(_scalar, n, t, template)
    times = to_array(t, n)
    # Days repeat, and so do seconds of the day: each is written once.
    columns = [_written(piece, coded_seconds(times) if piece.of_time else coded_days(times)) for piece in how.pieces]
    if len(columns) == 1:
        return columns[0]
    return list(map("".join, zip(*[to_list(c, n) for c in columns], strict=True)))


def _written(piece: Piece, moments: Coded) -> Coded:
    return Coded(moments.codes, [piece.write(moment) for moment in moments.values])


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
