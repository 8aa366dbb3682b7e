"""Diagnostics: what is wrong, where, and the way out.

Stages return `(value, diagnostics)`; nothing here is raised for a mistake in a spec.
"""

from __future__ import annotations

from collections.abc import Iterable

from synthdsl.base.codes import CODES, Severity
from synthdsl.base.record import record
from synthdsl.base.span import Span


@record
class Edit:
    """Replace the characters of `span` by `text`."""

    span: Span
    text: str


@record
class Fix:
    """A mend that a tool can apply; `safe` ones keep the meaning that was evidently meant."""

    message: str
    edits: tuple[Edit, ...]
    safe: bool = False


@record
class Label:
    """A second place that explains the first one."""

    span: Span
    message: str


@record
class Diagnostic:
    """One finding.

    code: a key of `CODES`. message: one sentence, no "you". span: the narrowest place.
    notes: further sentences. labels: other places. fixes: mends.
    """

    code: str
    message: str
    span: Span
    notes: tuple[str, ...] = ()
    labels: tuple[Label, ...] = ()
    fixes: tuple[Fix, ...] = ()

    @property
    def severity(self) -> Severity:
        return CODES[self.code].severity

    @property
    def name(self) -> str:
        """The kebab-case name of the code, as in `unknown-name`."""
        return CODES[self.code].name

    @property
    def is_error(self) -> bool:
        return self.severity is Severity.ERROR


def has_errors(diagnostics: Iterable[Diagnostic]) -> bool:
    """Whether any of them stops the compiler."""
    return any(d.is_error for d in diagnostics)


def in_order(diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Sorted by place, doubles removed: the order in which they are shown."""
    seen = dict.fromkeys(diagnostics)
    return sorted(seen, key=lambda d: (d.span.file, d.span.start, d.span.end, d.code, d.message))
