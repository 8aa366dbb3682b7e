"""`balance`: as many rows of each kind."""

from __future__ import annotations

from synthdsl.ops.steps.contract import StepOperator, StepParameter, same_row

STEP = StepOperator(
    name="balance",
    kind="step",
    doc="Keeps as many rows of each value as the rarest has.",
    parameters=(StepParameter("by", "row", "The value that is balanced.", None, True, True),),
    result=same_row,
    example="balance(by=word)",
)
