"""`neighbours`: the rows that are nearest."""

from __future__ import annotations

from synthdsl.ops.steps.contract import StepOperator, StepParameter, StepSite
from synthdsl.types.terms import FLOAT, INT, STR, Field, ListType, RecordType

NEIGHBOURS = "neighbours"


def _result(site: StepSite) -> RecordType:
    near = RecordType((Field("text", STR), Field("similarity", FLOAT)))
    return RecordType((*(f for f in site.row.fields if f.name != NEIGHBOURS), Field(NEIGHBOURS, ListType(near))))


STEP = StepOperator(
    name="neighbours",
    kind="step",
    doc="Gives each row the most similar rows of another dataset, or of its own.",
    parameters=(
        StepParameter("key", "row", "What is compared.", STR, True, True),
        StepParameter("k", "constant", "How many.", INT, default=1),
        StepParameter("of", "column", "Where they are looked for; among the rows themselves where it is not given."),
    ),
    result=_result,
    example="neighbours(word, k=2)",
)
