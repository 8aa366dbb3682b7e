"""`take`: the first rows, of all or of each kind, or so that they are far from each other."""

from __future__ import annotations

from collections.abc import Iterator

from synthdsl.ops.contract import Problem
from synthdsl.ops.steps.contract import (
    Chosen,
    Dropped,
    StepInput,
    StepOperator,
    StepParameter,
    StepSite,
    same_row,
    whole,
)
from synthdsl.types.relations import is_text, without_null
from synthdsl.types.terms import FLOAT, INT


def _check(site: StepSite) -> Iterator[Problem]:
    n = site.constant("n")
    if isinstance(n, int) and n < 0:
        yield Problem("E0309", f"A number of rows is not negative, this is {n}.", "n")
    diverse = site.given.get("diverse")
    if diverse is not None and not is_text(without_null(diverse.type)):
        yield Problem("E0301", "Rows are told apart by a text.", "diverse")
    if diverse is not None and "by" in site.given:
        yield Problem("E0309", "Rows are taken by kind or far from each other, not both at once.", "by")
    if diverse is None and "apart" in site.given:
        yield Problem("E0208", "'apart' says how far texts are from each other; 'diverse' names them.", "apart")
    apart = site.constant("apart", 0.1)
    if not 0 < apart <= 1:
        yield Problem("E0309", f"A distance lies between 0 and 1, this is {apart:g}.", "apart")


def _bounds(site: StepSite, low: int, high: int | None) -> tuple[int, int | None]:
    n = site.constant("n", 0)
    if "by" in site.given:
        return min(low, n), high
    return min(low, n, 0 if "diverse" in site.given else n), n if high is None else min(high, n)


def _work(given: StepInput) -> Chosen:
    import numpy as np

    from synthdsl.ops.steps.codes import codes_of, rank_within

    n = given.constant("n")
    if given.has("diverse"):
        return _diverse(given, n)
    if not given.has("by"):
        return Chosen(np.arange(min(n, given.rows), dtype=np.int64))
    codes, _ = codes_of(whole(given.values("by")), given.rows)
    return Chosen(np.flatnonzero(rank_within(codes) < n))


def _diverse(given: StepInput, n: int) -> Chosen:
    import numpy as np

    from synthdsl.ops.steps.dedup import few_enough, texts_of
    from synthdsl.ops.steps.vectors import apart, tf_idf

    few_enough(given)
    taken, near = apart(tf_idf(texts_of(given, "diverse")), 1 - given.constant("apart"), n)
    dropped = (Dropped("near a taken one", len(near)),) if near else ()
    return Chosen(np.array(taken, dtype=np.int64), dropped=dropped)


STEP = StepOperator(
    name="take",
    kind="step",
    doc=(
        "Keeps the first rows; with `by`, the first of each value: "
        "`sort(by=score, descending=true) |> take(3, by=topic)`. With `diverse`, rows are taken in order as long as "
        "they are far enough from all that are taken: the cosine of their TF-IDF vectors is at most 1 - `apart`. After "
        "`sort` this is the greedy choice of good and different rows."
    ),
    parameters=(
        StepParameter("n", "constant", "How many rows.", INT, True, True),
        StepParameter("by", "row", "Counts the rows of each value apart."),
        StepParameter("diverse", "row", "The text by which rows are to differ."),
        StepParameter("apart", "constant", "How far rows are from each other at least.", FLOAT, default=0.1),
    ),
    result=same_row,
    example="take(2)",
    source="Liu et al.: What Makes Good Data for Alignment? (DEITA), ICLR 2024",
    check=_check,
    bounds=_bounds,
    work=_work,
)
