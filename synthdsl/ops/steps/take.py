"""`take`: the first rows, of all or of each kind."""

from __future__ import annotations

from collections.abc import Iterator

from synthdsl.ops.contract import Problem
from synthdsl.ops.steps.contract import Chosen, StepInput, StepOperator, StepParameter, StepSite, same_row, whole
from synthdsl.types.terms import INT


def _check(site: StepSite) -> Iterator[Problem]:
    n = site.constant("n")
    if isinstance(n, int) and n < 0:
        yield Problem("E0309", f"A number of rows is not negative, this is {n}.", "n")


def _bounds(site: StepSite, low: int, high: int | None) -> tuple[int, int | None]:
    n = site.constant("n", 0)
    if "by" in site.given:
        return min(low, n), high
    return min(low, n), n if high is None else min(high, n)


def _work(given: StepInput) -> Chosen:
    import numpy as np

    from synthdsl.ops.steps.codes import codes_of, rank_within

    n = given.constant("n")
    if not given.has("by"):
        return Chosen(np.arange(min(n, given.rows), dtype=np.int64))
    codes, _ = codes_of(whole(given.values("by")), given.rows)
    return Chosen(np.flatnonzero(rank_within(codes) < n))


STEP = StepOperator(
    name="take",
    kind="step",
    doc=(
        "Keeps the first rows; with `by`, the first of each value: "
        "`sort(by=score, descending=true) |> take(3, by=topic)`."
    ),
    parameters=(
        StepParameter("n", "constant", "How many rows.", INT, True, True),
        StepParameter("by", "row", "Counts the rows of each value apart."),
    ),
    result=same_row,
    example="take(2)",
    check=_check,
    bounds=_bounds,
    work=_work,
)
