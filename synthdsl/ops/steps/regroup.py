"""`regroup`: children brought back to their parents."""

from __future__ import annotations

from collections.abc import Iterator

from synthdsl.ops.contract import Problem
from synthdsl.ops.steps.contract import Formed, StepInput, StepOperator, StepParameter, StepSite
from synthdsl.types.terms import DatasetType, Field, RecordType


def _result(site: StepSite) -> RecordType:
    to = site.given.get("to")
    if to is not None and isinstance(to.type, DatasetType):
        above = to.type.row
    else:
        above = next((row for name, row in site.rows if name in site.lineage), RecordType(()))
    made = tuple(Field(n, a.type) for n, a in site.given.items() if n != "to")
    return RecordType((*(f for f in above.fields if f.name not in site.given), *made))


def _check(site: StepSite) -> Iterator[Problem]:
    to = site.given.get("to")
    if not site.lineage:
        message = "These rows were not made from rows of another dataset."
        notes = ("`group(by=..., ...)` puts rows of equal value together.",)
        yield Problem("E0230", message, None, notes)
    elif to is not None and isinstance(to.type, DatasetType) and to.type.dataset not in site.lineage:
        message = f"These rows were not made from rows of '{to.type.dataset}'."
        yield Problem("E0230", message, "to", (f"They come from {', '.join(site.lineage)}.",))


def _work(given: StepInput) -> Formed:
    import numpy as np

    from synthdsl.dataset.views import Beside, Part, Rows

    target = given.lineage[0]
    if given.has("to"):
        target = given.target("to")
    above, numbers = given.ancestors(target)
    order = np.argsort(numbers, kind="stable")
    starts = np.searchsorted(numbers[order], np.arange(above.rows + 1))
    made = {name: given.grouped(name, order, starts) for name in given.names() if name != "to"}
    rows = given.table

    def children(parent: int) -> list[Part]:
        return [(rows, row) for row in order[starts[parent] : starts[parent + 1]].tolist()]

    table: Rows = Beside(above, made, children)
    return Formed(table)


STEP = StepOperator(
    name="regroup",
    kind="step",
    doc=(
        "Brings rows that were made from the rows of another dataset back to them: one row for each row of that "
        "dataset, the nearest or the one named by `to`, with its columns and aggregates of its children, in their "
        "order: `regroup(answers=collect(answer), best=max(score))`. Rows without children are there too: an "
        "aggregate that has no value without rows is null for them."
    ),
    parameters=(StepParameter("to", "dataset", "The ancestor, the nearest where it is not given."),),
    rest="aggregate",
    rest_doc="A column and its value for the children of a row.",
    result=_result,
    check=_check,
    bounds=lambda site, low, high: (0, None),
    work=_work,
    example="regroup(n=count())",
)
