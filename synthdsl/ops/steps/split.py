"""`split`: rows for training and for testing."""

from __future__ import annotations

from synthdsl.ops.steps.contract import StepOperator, StepParameter, StepSite
from synthdsl.types.terms import Field, LiteralType, RecordType

SPLIT = "split"


def _result(site: StepSite) -> RecordType:
    names = tuple(n for n in site.given if n != "group") or ("train", "test")
    return RecordType((*(f for f in site.row.fields if f.name != SPLIT), Field(SPLIT, LiteralType(names))))


STEP = StepOperator(
    name="split",
    kind="step",
    doc="Gives each row the name of a part, in the column `split`.",
    parameters=(StepParameter("group", "row", "Rows with equal values stay together."),),
    rest="share",
    rest_doc="A part and its share of the rows.",
    result=_result,
    example="split(train=90%, test=10%)",
)
