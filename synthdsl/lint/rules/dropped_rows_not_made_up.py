"""`dropped-rows-not-made-up`: fewer rows than were asked for."""

from __future__ import annotations

from collections.abc import Iterator

from synthdsl.lint.contract import Finding, Rule
from synthdsl.lint.subject import Subject
from synthdsl.model.spec import FreshRows


def look(subject: Subject) -> Iterator[Finding]:
    written = {o.dataset for o in subject.spec.outputs}
    for dataset in subject.datasets:
        rows = dataset.rows
        if not isinstance(rows, FreshRows) or rows.within is not None or dataset.id not in written:
            continue
        for rule in dataset.rules:
            if rule.action in ("drop", "retry"):
                message = f"'{dataset.id}' has fewer than {rows.count:,} rows where '{rule.name}' drops some."
                note = f"`of {rows.count:,} accepted within {2 * rows.count:,}` tries until there are so many."
                yield Finding(rule.span, message, (note,))
                break


RULE = Rule("L0305", look)
