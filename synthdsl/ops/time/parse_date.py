"""`parse_date`: a day read from text."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from synthdsl.ops.contract import CallSite, Operator, Problem
from synthdsl.ops.time.directives import fault, layout


def _check(call: CallSite) -> Iterator[Problem]:
    wrong = fault(call.constant("format"), times=False, reading=True)
    if wrong:
        yield Problem("E0320", wrong, "format", ("As in `%d %B %Y`.",))


def _scalar(text: str, template: str) -> datetime.date:
    return layout(template).read(text.strip()).date()


OPERATOR = Operator(
    name="parse_date",
    family="time",
    kind="function",
    signatures=('parse_date(text: text, const format: str = "%Y-%m-%d") -> date',),
    doc="The day that a text spells in this format; undefined where it does not. Names are English, in any case.",
    examples=(
        ('parse_date("2025-03-01")', datetime.date(2025, 3, 1)),
        ('parse_date("1 March 2025", "%d %B %Y")', datetime.date(2025, 3, 1)),
    ),
    check=_check,
    scalar=_scalar,
)
