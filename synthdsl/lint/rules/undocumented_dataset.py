"""`undocumented-dataset`: a dataset without a word on it."""

from __future__ import annotations

from collections.abc import Iterator

from synthdsl.base.span import Span
from synthdsl.lint.contract import Finding, Rule
from synthdsl.lint.subject import Subject


def look(subject: Subject) -> Iterator[Finding]:
    known = {d.id: d for d in subject.datasets}
    for output in subject.spec.outputs:
        dataset = known.get(output.dataset)
        if dataset is not None and not dataset.doc.strip() and not output.doc.strip():
            place = Span(dataset.span.file, dataset.span.start, min(dataset.span.end, dataset.span.start + 7))
            yield Finding(place, f"'{dataset.id}' is written and has no `##` comment for its readers.")


RULE = Rule("L0401", look)
