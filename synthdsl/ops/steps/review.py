"""`review`: rows that people judge."""

from __future__ import annotations

from synthdsl.ops.steps.contract import StepOperator, StepParameter, StepSite
from synthdsl.types.relations import optional
from synthdsl.types.terms import INT, UNKNOWN, Field, RecordType

VERDICT = "verdict"


def _result(site: StepSite) -> RecordType:
    ask = site.given.get("ask")
    verdict = Field(VERDICT, optional(UNKNOWN if ask is None else ask.type))
    return RecordType((*(f for f in site.row.fields if f.name != VERDICT), verdict))


STEP = StepOperator(
    name="review",
    kind="step",
    doc="Has people judge rows, in a browser.",
    parameters=(
        StepParameter("show", "columns", "What they are shown."),
        StepParameter("ask", "type", "What they are asked."),
        StepParameter("edit", "columns", "What they may change."),
        StepParameter("sample", "share", "Which share of the rows."),
        StepParameter("overlap", "constant", "How many people judge a row.", INT, default=1),
    ),
    result=_result,
    example="review(show=word, ask=Verdict)",
)
