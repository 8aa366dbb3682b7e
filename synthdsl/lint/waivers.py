"""Waivers: what somebody decided to leave as it is, at the line, with a reason and the day until which that holds.

    llm grade: Grade = writer "..."   # lint: allow L0101 until 2027-03-01: the other model is not open yet

The comment stands at the end of the line, or on a line of its own above it. A waiver without a reason or an end, one
whose day has come, and one that nothing needs are findings themselves.
"""

from __future__ import annotations

import datetime
import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from synthdsl.base.codes import CODES
from synthdsl.base.diagnostic import Diagnostic, Edit, Fix
from synthdsl.base.span import Source, Span
from synthdsl.syntax.scan import scan
from synthdsl.syntax.tables import load

_MARK = re.compile(r"#[ \t]*lint:(?P<rest>[^\n]*)")
_FORM = re.compile(
    r"[ \t]*allow[ \t]+(?P<codes>L\d{4}(?:[ \t]*,[ \t]*L\d{4})*)"
    r"[ \t]+until[ \t]+(?P<day>\S+?)[ \t]*:[ \t]*(?P<why>\S.*)"
)
FORM = "`# lint: allow L0101 until 2027-03-01: why`"


@dataclass(frozen=True, slots=True)
class Waiver:
    """line: whose findings it allows, counted from 1. span: of the comment. until: the first day it holds no more."""

    codes: tuple[str, ...]
    line: int
    until: datetime.date
    span: Span


def read_waivers(source: Source) -> tuple[list[Waiver], list[Diagnostic]]:
    """The waivers of a file, and what is wrong with others. Text in strings is not looked at."""
    found: list[Waiver] = []
    wrong: list[Diagnostic] = []
    marks = list(_MARK.finditer(source.text))
    places = _code_of(source) if marks else []
    for match in marks:
        if _in_code(places, match.start()):
            continue
        span = Span(source.file, match.start(), match.end())
        form = _FORM.fullmatch(match["rest"].rstrip())
        day = None if form is None else _day(form["day"])
        if form is None or day is None:
            wrong.append(Diagnostic("L0001", "This is no waiver: it has codes, a day and a reason.", span, (FORM,)))
            continue
        codes = tuple(re.split(r"[ \t]*,[ \t]*", form["codes"]))
        unknown = [c for c in codes if c not in CODES]
        if unknown:
            wrong.append(Diagnostic("L0001", f"There is no code '{unknown[0]}' of the linter.", span, (FORM,)))
            continue
        line = source.position(match.start())[0]
        begin = source.text.rfind("\n", 0, match.start()) + 1
        alone = not source.text[begin : match.start()].strip()
        found.append(Waiver(codes, line + 1 if alone else line, day, span))
    return found, wrong


def _code_of(source: Source) -> list[tuple[int, int]]:
    """Where the words and strings of a text stand; comments lie between them."""
    return [(token.start, token.end) for token in scan(source, load()).tokens]


def _in_code(places: Sequence[tuple[int, int]], at: int) -> bool:
    i = bisect_right(places, (at, len(places) and places[-1][1] + 1)) - 1
    return i >= 0 and places[i][0] <= at < places[i][1]


def _day(text: str) -> datetime.date | None:
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        return None


def waived(
    findings: Sequence[Diagnostic], source: Source, waivers: Sequence[Waiver], today: datetime.date
) -> Iterator[Diagnostic]:
    """What remains of the findings, and what is to be said of the waivers."""
    needed: set[int] = set()
    for finding in findings:
        line = source.position(finding.span.start)[0] if finding.span.file == source.file else 0
        fits = [i for i, w in enumerate(waivers) if w.line == line and finding.code in w.codes]
        needed.update(fits)
        if not any(today < waivers[i].until for i in fits):
            yield finding
    for i, waiver in enumerate(waivers):
        if i not in needed:
            begin = len(source.text[: waiver.span.start].rstrip(" \t"))
            gone = Edit(Span(source.file, begin, waiver.span.end), "")
            fix = Fix("Take the comment away", (gone,), safe=True)
            yield Diagnostic("L0003", "Nothing on this line needs the waiver.", waiver.span, (), (), (fix,))
        elif today >= waiver.until:
            yield Diagnostic("L0002", f"This waiver held until {waiver.until.isoformat()}.", waiver.span)
