"""`no-expectation`: a result that nobody tests."""

from __future__ import annotations

from collections.abc import Iterator

from synthdsl.lint.contract import Finding, Rule
from synthdsl.lint.subject import Subject


def look(subject: Subject) -> Iterator[Finding]:
    expected = {e.dataset for e in subject.spec.expectations}
    paid = {a.dataset.id for a in subject.calls}
    for output in subject.spec.outputs:
        if output.dataset in paid and output.dataset not in expected and output.span.file == subject.file:
            message = f"'{output.dataset}' is written by models, and nothing is expected of it."
            note = f"`expect {output.dataset} {{ enough: count() >= 100 }}` tells when a run fell short."
            yield Finding(output.path_span, message, (note,))


RULE = Rule("L0306", look)
