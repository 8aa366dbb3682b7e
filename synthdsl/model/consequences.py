"""Findings that only follow from a mistake in the text: what could not be read may have held what seems to be missing.

One mistake gives one message. So in a file with mistakes in its text nothing is said of what is unused, of a name that
occurs in what could not be read, or of the statement in which such a mistake is.
"""

from __future__ import annotations

import sys
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping

from synthdsl.base.diagnostic import Diagnostic
from synthdsl.base.span import Span
from synthdsl.syntax import ast

_HARMLESS = ("E0105", "E0106")
"""Mistakes in the text that lose nothing of it: the first line is missing, or is of another edition."""

_ABSENCE = ("W0201", "W0202", "W0701", "W0901")
_UNKNOWN = ("E0201", "E0204", "E0205", "E0206")
_PLACE = "E0218"
"""A statement that stands in the wrong body: its own may have been broken open."""


def without_consequences(
    findings: Iterable[Diagnostic], modules: Iterable[ast.Module], texts: Mapping[str, str]
) -> list[Diagnostic]:
    """The findings that are mistakes of their own. modules: of all files; texts: by file."""
    found = list(findings)
    broken: dict[str, list[Span]] = {}
    for one in found:
        if one.code.startswith("E01") and one.code not in _HARMLESS:
            broken.setdefault(one.span.file, []).append(one.span)
    if not broken:
        return found
    files = {m.file: _File(m, broken[m.file], texts[m.file]) for m in modules if m.file in broken}
    return [d for d in found if d.span.file not in files or not files[d.span.file].explains(d)]


class _File:
    """A file with mistakes in its text."""

    def __init__(self, module: ast.Module, mistakes: list[Span], text: str) -> None:
        self.lost = module.lost
        self.text = text
        self.items = _with_mistakes((i.span for i in module.items), mistakes)
        self.parts = _with_mistakes(_parts(module), mistakes)

    def explains(self, finding: Diagnostic) -> bool:
        """Whether a finding may only follow from the mistakes."""
        span = finding.span
        if finding.code.startswith("E01"):
            return False
        if finding.code in _ABSENCE:
            return True
        if finding.code in _UNKNOWN and self.text[span.start : span.end] in self.lost:
            return True
        return any(_holds(p, span) for p in (self.items if finding.code == _PLACE else self.parts))


def _parts(module: ast.Module) -> Iterator[Span]:
    """What is read on its own: the statements of a dataset, and every other declaration."""
    for item in module.items:
        if isinstance(item, ast.DatasetDecl):
            yield from (statement.span for statement in item.body)
        else:
            yield item.span


def _with_mistakes(parts: Iterable[Span], mistakes: list[Span]) -> list[Span]:
    """The parts with a mistake in them, each up to the next one: a mistake may have broken it off before its end."""
    ordered = sorted(parts, key=lambda span: span.start)
    starts = [span.start for span in ordered]
    broken = sorted({bisect_right(starts, mistake.start) - 1 for mistake in mistakes} - {-1})
    ends = [*starts[1:], sys.maxsize]
    return [Span(ordered[i].file, starts[i], ends[i]) for i in broken]


def _holds(outer: Span, inner: Span) -> bool:
    return outer.start <= inner.start < outer.end
