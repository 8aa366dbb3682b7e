"""`parse_timestamp`: a moment read from text."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator

from synthdsl.ops.contract import CallSite, Operator, Problem, Undefined
from synthdsl.ops.time.directives import fault, layout

_ISO = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?(?:Z|([+-])(\d\d):?(\d\d))?)?",
    re.ASCII | re.IGNORECASE,
)


def _check(call: CallSite) -> Iterator[Problem]:
    template = call.constant("format")
    wrong = fault(template, times=True, reading=True) if template is not None else None
    if wrong:
        yield Problem("E0320", wrong, "format", ("As in `%d.%m.%Y %H:%M`.",))


def _scalar(text: str, template: str | None) -> datetime.datetime:
    if template is not None:
        return layout(template).read(text.strip())
    found = _ISO.fullmatch(text.strip())
    if found is None:
        raise Undefined(f"The text {text[:40]!r} is no time as 2025-03-01T14:30:00.")
    *numbers, fraction, sign, hours, minutes = found.groups()
    try:
        moment = datetime.datetime(*(int(p or 0) for p in numbers))  # type: ignore[arg-type]
        moment += datetime.timedelta(microseconds=int((fraction or "").ljust(6, "0")[:6]))
        if sign:
            offset = datetime.timedelta(hours=int(hours), minutes=int(minutes))
            moment += -offset if sign == "+" else offset
    except (ValueError, OverflowError):
        raise Undefined(f"The text {text[:40]!r} names no time that exists.") from None
    return moment


OPERATOR = Operator(
    name="parse_timestamp",
    family="time",
    kind="function",
    signatures=("parse_timestamp(text: text, const format: str? = null) -> timestamp",),
    doc=(
        "The moment that a text spells, in ISO 8601 or in the given format. An offset from UTC is taken into account, "
        "a time without one is UTC."
    ),
    examples=(
        ('parse_timestamp("2025-03-01T14:30:00+02:00")', datetime.datetime(2025, 3, 1, 12, 30)),
        ('parse_timestamp("1.3.2025 14:30", "%d.%m.%Y %H:%M")', datetime.datetime(2025, 3, 1, 14, 30)),
    ),
    source="ISO 8601, RFC 3339",
    check=_check,
    scalar=_scalar,
)
