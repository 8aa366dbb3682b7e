"""`regroup`: children brought back to their parents."""

from __future__ import annotations

from synthdsl.ops.steps.contract import StepOperator, StepParameter, StepSite
from synthdsl.types.terms import DatasetType, Field, RecordType


def _result(site: StepSite) -> RecordType:
    to = site.given.get("to")
    if to is not None and isinstance(to.type, DatasetType):
        above = to.type.row
    else:
        above = next((row for name, row in site.rows if name in site.lineage), RecordType(()))
    made = tuple(Field(n, a.type) for n, a in site.given.items() if n != "to")
    return RecordType((*(f for f in above.fields if f.name not in site.given), *made))


STEP = StepOperator(
    name="regroup",
    kind="step",
    doc="One row for each row of an ancestor, with aggregates of its children.",
    parameters=(StepParameter("to", "dataset", "The ancestor, the nearest where it is not given."),),
    rest="aggregate",
    rest_doc="A column and its value for the children of a row.",
    result=_result,
    example="regroup(n=count())",
)
