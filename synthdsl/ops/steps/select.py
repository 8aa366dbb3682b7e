"""`select`: rows with other columns."""

from __future__ import annotations

from collections.abc import Iterator

from synthdsl.ops.contract import Problem
from synthdsl.ops.steps.contract import Mapped, StepInput, StepOperator, StepSite
from synthdsl.types.terms import Field, RecordType


def _check(site: StepSite) -> Iterator[Problem]:
    if not site.given:
        yield Problem("E0208", "'select' names the columns that come out.", None, ("As in `select(question=title)`.",))


def _result(site: StepSite) -> RecordType:
    docs = {f.name: f.doc for f in site.row.fields}
    return RecordType(tuple(Field(n, a.type, docs.get(n, "")) for n, a in site.given.items()))


def _work(given: StepInput) -> Mapped:
    return Mapped()


STEP = StepOperator(
    name="select",
    kind="step",
    doc="Gives each row other columns: those that are named here, with the values of their expressions, and no others.",
    parameters=(),
    rest="row",
    rest_doc="A column and its value.",
    result=_result,
    example="select(word=word, longer=x + 1)",
    check=_check,
    bounds=lambda site, low, high: (low, high),
    work=_work,
)
