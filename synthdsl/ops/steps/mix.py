"""`mix`: rows of several datasets in given shares."""

from __future__ import annotations

from synthdsl.ops.steps.contract import StepOperator, StepParameter
from synthdsl.ops.steps.union import stacked_row
from synthdsl.types.terms import INT

STEP = StepOperator(
    name="mix",
    kind="head",
    doc='Rows of several datasets in given shares: `mix({"real": 70%, "clean": 30%}, total=1_000)`.',
    parameters=(
        StepParameter("shares", "constant", "The shares of the datasets, in their order."),
        StepParameter("total", "constant", "How many rows in all.", INT),
    ),
    result=stacked_row,
    example='mix({"a": 70%, "b": 30%})',
    lineage=False,
)
