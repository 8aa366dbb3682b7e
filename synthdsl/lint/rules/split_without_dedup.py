"""`split-without-dedup`: test rows that were trained on."""

from __future__ import annotations

from collections.abc import Iterator

from synthdsl.lint.contract import Finding, Rule
from synthdsl.lint.subject import Subject
from synthdsl.model.spec import Pipeline


def look(subject: Subject) -> Iterator[Finding]:
    for pipeline in subject.pipelines:
        before: list[str] = steps_above(subject, pipeline)
        for step in pipeline.steps:
            alike = "alike" in dict(step.arguments)
            if step.operator == "split" and not alike and "dedup" not in before:
                message = "Rows are split without `dedup` before: near duplicates of train stand in test."
                yield Finding(step.span, message, ('`|> dedup(text, method="minhash")` before `split`.',))
            before.append(step.operator)


def steps_above(subject: Subject, pipeline: Pipeline) -> list[str]:
    """The steps that the rows of a pipeline went through before it."""
    known = {p.id: p for p in subject.spec.datasets if isinstance(p, Pipeline)}
    found: list[str] = []
    at = known.get(pipeline.head.datasets[0]) if pipeline.head.datasets else None
    while at is not None and len(found) < 1_000:
        found += [s.operator for s in at.steps]
        at = known.get(at.head.datasets[0]) if at.head.datasets else None
    return found


RULE = Rule("L0302", look)
