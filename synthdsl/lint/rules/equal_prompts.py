"""`equal-prompts`: the same question twice."""

from __future__ import annotations

from collections.abc import Iterator

from synthdsl.lint.contract import Finding, Rule
from synthdsl.lint.subject import Subject, prompts_written


def look(subject: Subject) -> Iterator[Finding]:
    seen: dict[tuple[str, ...], str] = {}
    for asked in subject.calls:
        texts = tuple(" ".join(t.split()) for _, t in prompts_written(subject, asked))
        key = (asked.dataset.id, repr([m.name for m in subject.models_of(asked.call)]), *texts)
        if texts and key in seen:
            message = f"'{asked.column.name}' asks the same as '{seen[key]}'."
            yield Finding(asked.column.span, message, (f"`n = 2` of '{seen[key]}' gives two samples as a list.",))
        elif texts:
            seen[key] = asked.column.name


RULE = Rule("L0207", look)
