"""`fixed-size`: a size that only an edit can change."""

from __future__ import annotations

import re
from collections.abc import Iterator

from synthdsl.base.span import Span
from synthdsl.lint.contract import Finding, Rule
from synthdsl.lint.subject import Subject
from synthdsl.model.spec import FreshRows

SMALL = 200
_COUNT = re.compile(r"\bof\s+(\d[\d_]*)")


def look(subject: Subject) -> Iterator[Finding]:
    for dataset in subject.datasets:
        rows = dataset.rows
        if (
            not isinstance(rows, FreshRows)
            or rows.count < SMALL
            or not any(a.dataset.id == dataset.id for a in subject.calls)
        ):
            continue
        found = _COUNT.search(subject.written(rows.span))
        if found:
            place = Span(rows.span.file, rows.span.start + found.start(1), rows.span.start + found.end(1))
            message = f"'{dataset.id}' calls models for a number of rows that only an edit can change."
            yield Finding(
                place, message, ("`param rows: int(min=1) = 20` and `of rows`: `--set rows=5_000` runs it whole.",)
            )


RULE = Rule("L0403", look)
