"""`antijoin`: rows that another dataset has not."""

from __future__ import annotations

from synthdsl.ops.steps.contract import StepOperator, StepParameter, same_row

STEP = StepOperator(
    name="antijoin",
    kind="step",
    doc="Drops the rows whose values occur in another dataset.",
    parameters=(
        StepParameter("other", "dataset", "Where they must not occur.", None, True, True),
        StepParameter("on", "columns", "The columns compared, which both have.", None, True),
    ),
    result=same_row,
    example="antijoin(other, on=word)",
)
