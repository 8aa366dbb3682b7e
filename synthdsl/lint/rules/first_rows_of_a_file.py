"""`first-rows-of-a-file`: a sample that is none."""

from __future__ import annotations

from collections.abc import Iterator

from synthdsl.lint.contract import Finding, Rule
from synthdsl.lint.subject import Subject

_MIXING = {"shuffle", "sample", "sort", "schedule", "group"}


def look(subject: Subject) -> Iterator[Finding]:
    sources = {s.id for s in subject.spec.sources}
    for pipeline in subject.pipelines:
        if not set(pipeline.head.datasets) & sources:
            continue
        seen: set[str] = set()
        for step in pipeline.steps:
            given = dict(step.arguments)
            if step.operator == "take" and not seen & _MIXING and not {"by", "diverse"} & given.keys():
                message = "`take` gives the first rows of a file, whose order is seldom by chance."
                yield Finding(step.span, message, ("`|> sample(n)` draws rows; `|> shuffle()` before `take`.",))
            seen.add(step.operator)


RULE = Rule("L0304", look)
