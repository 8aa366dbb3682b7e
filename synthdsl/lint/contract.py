"""What a rule of the linter is: a function from a compiled spec to what it finds doubtful in it.

A spec that compiles runs and means what it says; a rule tells where experience says that it is not what was meant, or
not what is wanted. Rules run nothing: no model, no network, no file beside those that were compiled.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from synthdsl.base.diagnostic import Diagnostic, Edit, Fix
from synthdsl.base.span import Span
from synthdsl.lint.subject import Subject


@dataclass(frozen=True, slots=True)
class Finding:
    """message: one sentence. notes: further ones, the way out among them. fix: a mend, if one is evident."""

    span: Span
    message: str
    notes: tuple[str, ...] = ()
    fix: Fix | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """code: of the table of codes, which names it. look: gives the findings of one spec."""

    code: str
    look: Callable[[Subject], Iterator[Finding]]

    def findings(self, subject: Subject) -> Iterator[Diagnostic]:
        """The findings in the file itself; what it imports is looked at where it is maintained."""
        for one in self.look(subject):
            if one.span.file == subject.file:
                fixes = () if one.fix is None else (one.fix,)
                yield Diagnostic(self.code, one.message, one.span, one.notes, (), fixes)


def unsafe(message: str, span: Span, text: str) -> Fix:
    """A mend that changes what is made."""
    return Fix(message, (Edit(span, text),))
