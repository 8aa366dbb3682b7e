"""`join`: rows of two datasets side by side."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from synthdsl.ops.contract import Problem
from synthdsl.ops.steps.contract import Formed, StepInput, StepOperator, StepParameter, StepSite
from synthdsl.types.relations import comparable, optional
from synthdsl.types.show import show
from synthdsl.types.terms import STR, Field, RecordType


def _result(site: StepSite) -> RecordType:
    left = site.constant("how") == "left"
    fields = {f.name: f for f in site.row.fields}
    for _, row in site.rows[1:]:
        for found in row.fields:
            if found.name not in fields:
                fields[found.name] = Field(found.name, optional(found.type) if left else found.type, found.doc)
    return RecordType(tuple(fields.values()))


def _check(site: StepSite) -> Iterator[Problem]:
    how = site.constant("how", "inner")
    if how not in ("inner", "left"):
        yield Problem("E0309", f"Datasets are joined 'inner' or 'left', not '{how}'.", "how")
    if len(site.rows) != 2:
        yield Problem("E0208", f"'join' takes two datasets, these are {len(site.rows)}.")
        return
    on = site.given.get("on")
    if on is not None and isinstance(on.type, RecordType):
        yield from same_columns(on.type, site.rows)


def same_columns(on: RecordType, rows: Sequence[tuple[str, RecordType]]) -> Iterator[Problem]:
    """What is wrong with columns that all of these datasets must have."""
    for wanted in on.fields:
        for name, row in rows:
            found = row.field(wanted.name)
            if found is None:
                yield Problem("E0206", f"'{name}' has no column '{wanted.name}'.", "on")
            elif not comparable(found.type, wanted.type):
                message = f"'{wanted.name}' of '{name}' is {show(found.type)}, which never equals {show(wanted.type)}."
                yield Problem("E0302", message, "on")


def _work(given: StepInput) -> Formed:
    from synthdsl.dataset.views_of_many import Paired
    from synthdsl.ops.steps.relational import TooMany, matches

    (_, left), (_, right) = given.tables
    try:
        a, b = matches(given.scratch, left, right, given.parts("on"), given.constant("how") == "left")
    except TooMany as many:
        message = f"The join makes {many.pairs:,} rows: the columns have equal values in many rows of both datasets."
        note = "Join on columns whose values occur once in one of them, or `group` one of them first."
        raise given.no_value(message, "on", "E0817", note) from many
    names = list(dict.fromkeys(n for n in (*left.names, *right.names) if not n.startswith("#")))
    return Formed(Paired(left, right, a, b, names))


STEP = StepOperator(
    name="join",
    kind="head",
    doc=(
        "Rows of two datasets side by side, wherever they have equal values in the columns `on`: "
        "`join(people, towns, on=town)`. Columns are those of the first, then those of the second that the first has "
        'not. Rows are in the order of the first; null equals nothing. `how="left"` keeps rows of the first that have '
        "no partner, with nulls."
    ),
    parameters=(
        StepParameter("on", "columns", "The columns compared, which both have.", None, True),
        StepParameter("how", "constant", "`left` keeps rows of the first without a partner.", STR, default="inner"),
    ),
    result=_result,
    example="join(a, other, on=word)",
    check=_check,
    bounds=lambda site, low, high: (0, None),
    lineage=False,
    work=_work,
)
