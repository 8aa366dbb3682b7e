"""`group`: rows of equal value as one."""

from __future__ import annotations

from synthdsl.ops.steps.contract import StepOperator, StepParameter, StepSite
from synthdsl.types.terms import Field, RecordType


def _result(site: StepSite) -> RecordType:
    by = site.given.get("by")
    kept = by.type.fields if by is not None and isinstance(by.type, RecordType) else ()
    return RecordType((*kept, *(Field(n, a.type) for n, a in site.given.items() if n != "by")))


STEP = StepOperator(
    name="group",
    kind="step",
    doc="One row for each value of `by`, with aggregates of its rows.",
    parameters=(StepParameter("by", "columns", "The columns whose values tell groups apart.", None, True),),
    rest="aggregate",
    rest_doc="A column and its value for a group.",
    result=_result,
    example="group(by=word, n=count())",
    lineage=False,
)
