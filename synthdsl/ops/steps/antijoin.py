"""`antijoin`: rows that another dataset has not."""

from __future__ import annotations

from collections.abc import Iterator

from synthdsl.ops.contract import Problem
from synthdsl.ops.steps.contract import Chosen, StepInput, StepOperator, StepParameter, StepSite, same_row
from synthdsl.ops.steps.join import same_columns
from synthdsl.types.terms import DatasetType, RecordType


def _check(site: StepSite) -> Iterator[Problem]:
    on, other = site.given.get("on"), site.given.get("other")
    if on is None or other is None or not isinstance(other.type, DatasetType) or not isinstance(on.type, RecordType):
        return
    yield from same_columns(on.type, [(other.type.dataset, other.type.row)])


def _work(given: StepInput) -> Chosen:
    from synthdsl.ops.steps.relational import without

    other, _ = given.other("other")
    return Chosen(without(given.scratch, given, "on", other))


STEP = StepOperator(
    name="antijoin",
    kind="step",
    doc=(
        "Drops the rows whose values occur in another dataset: `antijoin(seen, on=id)`, or `on=[topic, level]`. Null "
        "equals nothing, so a row with null stays."
    ),
    parameters=(
        StepParameter("other", "dataset", "Where they must not occur.", None, True, True),
        StepParameter("on", "columns", "The columns compared, which both have.", None, True),
    ),
    result=same_row,
    check=_check,
    work=_work,
    example="antijoin(other, on=word)",
)
