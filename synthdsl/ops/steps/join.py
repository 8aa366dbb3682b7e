"""`join`: rows of two datasets side by side."""

from __future__ import annotations

from synthdsl.ops.steps.contract import StepOperator, StepParameter, StepSite
from synthdsl.types.relations import optional
from synthdsl.types.terms import STR, Field, RecordType


def _result(site: StepSite) -> RecordType:
    left = site.constant("how") == "left"
    fields = {f.name: f for f in site.row.fields}
    for _, row in site.rows[1:]:
        for found in row.fields:
            if found.name not in fields:
                fields[found.name] = Field(found.name, optional(found.type) if left else found.type, found.doc)
    return RecordType(tuple(fields.values()))


STEP = StepOperator(
    name="join",
    kind="head",
    doc="Rows of two datasets with equal values side by side.",
    parameters=(
        StepParameter("on", "columns", "The columns compared, which both have.", None, True),
        StepParameter("how", "constant", "`left` keeps rows of the first without a partner.", STR, default="inner"),
    ),
    result=_result,
    example="join(a, b, on=id)",
    lineage=False,
)
