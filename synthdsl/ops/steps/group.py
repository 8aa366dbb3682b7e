"""`group`: rows of equal value as one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from synthdsl.dataset.vector import Vector
from synthdsl.ops.contract import Problem
from synthdsl.ops.steps.contract import Formed, StepInput, StepOperator, StepParameter, StepSite, whole
from synthdsl.types.terms import Field, RecordType


def _result(site: StepSite) -> RecordType:
    by = site.given.get("by")
    kept = by.type.fields if by is not None and isinstance(by.type, RecordType) else ()
    return RecordType((*kept, *(Field(n, a.type) for n, a in site.given.items() if n != "by")))


def _check(site: StepSite) -> Iterator[Problem]:
    by = site.given.get("by")
    names = [f.name for f in by.type.fields] if by is not None and isinstance(by.type, RecordType) else []
    for name in site.given:
        if name != "by" and name in names:
            yield Problem("E0202", f"'{name}' is a column of 'by' already.", name)


def _work(given: StepInput) -> Formed:
    from synthdsl.base.digest import hash64
    from synthdsl.dataset.vector import take
    from synthdsl.dataset.views import Held, Part
    from synthdsl.ops.steps.relational import groups

    order, starts = groups(given, "by")
    firsts = order[starts[:-1]]
    columns = {name: take(whole(given.values(f"by.{i}")), firsts) for i, name in enumerate(given.parts("by"))}
    keys = keys_of(columns, len(firsts), hash64("group"))
    made = {name: given.grouped(name, order, starts) for name in given.names() if name != "by"}
    rows = given.table

    def parts(group: int) -> list[Part]:
        return [(rows, row) for row in order[starts[group] : starts[group + 1]].tolist()]

    return Formed(Held(keys, {**columns, **made}, parts))


def keys_of(columns: Mapping[str, Vector], n: int, salt: int) -> Any:
    """Keys of rows that are told apart by the values of these columns, uint64[n]."""
    import numpy as np

    from synthdsl.dataset.address import item_keys
    from synthdsl.ops.aggregates.tally import row_hashes

    keys = np.full(n, salt, dtype=np.uint64)
    for name in sorted(columns):
        keys = item_keys(keys, row_hashes(n, columns[name]).view(np.int64))
    return keys


STEP = StepOperator(
    name="group",
    kind="step",
    doc=(
        "One row for each value of `by`, or for each combination of several, in the order in which they first occur. "
        "Columns are those of `by`, then aggregates of the rows of the group: `group(by=topic, n=count())`. Nulls are "
        "one group."
    ),
    parameters=(StepParameter("by", "columns", "The columns whose values tell groups apart.", None, True),),
    rest="aggregate",
    rest_doc="A column and its value for a group.",
    result=_result,
    example="group(by=word, n=count())",
    check=_check,
    bounds=lambda site, low, high: (min(low, 1), high),
    lineage=False,
    work=_work,
)
