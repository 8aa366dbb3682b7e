"""`schedule`: datasets mixed by stages."""

from __future__ import annotations

from synthdsl.ops.steps.contract import StepOperator, StepParameter, StepSite
from synthdsl.types.terms import INT, Field, RecordType

STAGE = "stage"


def _result(site: StepSite) -> RecordType:
    return RecordType((*(f for f in site.row.fields if f.name != STAGE), Field(STAGE, INT)))


STEP = StepOperator(
    name="schedule",
    kind="step",
    doc="Puts the rows in stages in which the shares of their origins change.",
    parameters=(StepParameter("stages", "constant", "How many.", INT, default=10),),
    rest="share",
    rest_doc="An origin and its share, from the first stage to the last.",
    result=_result,
    example="schedule(stages=2, real=100% .. 50%)",
)
