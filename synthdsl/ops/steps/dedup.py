"""`dedup`: rows whose text was not there before."""

from __future__ import annotations

from synthdsl.ops.steps.contract import StepOperator, StepParameter, same_row
from synthdsl.types.terms import FLOAT, STR

STEP = StepOperator(
    name="dedup",
    kind="step",
    doc="Keeps the first of rows that are alike.",
    parameters=(
        StepParameter("key", "row", "What is compared.", None, True, True),
        StepParameter("method", "constant", "`exact`, `normalized`, `minhash` or `semantic`.", STR, default="exact"),
        StepParameter("threshold", "constant", "From which similarity on two rows are alike.", FLOAT),
    ),
    result=same_row,
    example="dedup(word)",
)
