"""`split-apart-siblings`: siblings on both sides."""

from __future__ import annotations

from collections.abc import Iterator

from synthdsl.lint.contract import Finding, Rule
from synthdsl.lint.subject import Subject
from synthdsl.model.spec import Dataset, DerivedRows

FEW = 10


def look(subject: Subject) -> Iterator[Finding]:
    datasets = {d.id: d for d in subject.spec.datasets if isinstance(d, Dataset)}
    for pipeline in subject.pipelines:
        fans = [datasets[n] for n in pipeline.head.datasets if n in datasets and _fans_out(datasets[n])]
        for step in pipeline.steps:
            if step.operator == "split" and fans and "group" not in dict(step.arguments):
                parent = getattr(fans[0].rows, "parent", "")
                message = f"Several rows of '{fans[0].id}' come from one row of '{parent}', and are split apart."
                yield Finding(step.span, message, ("`group=` keeps rows with the same value on one side.",))


def _fans_out(dataset: Dataset) -> bool:
    rows = dataset.rows
    # Many rows for each are a quota, as of a label: those are not told apart by what they were made from.
    return isinstance(rows, DerivedRows) and (rows.each is not None or 1 < (rows.copies or 1) <= FEW)


RULE = Rule("L0303", look)
