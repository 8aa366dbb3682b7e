"""`sample`: some rows, chosen at random."""

from __future__ import annotations

from collections.abc import Iterator

from synthdsl.ops.contract import Problem
from synthdsl.ops.steps.contract import Chosen, StepInput, StepOperator, StepParameter, StepSite, same_row
from synthdsl.types.relations import is_int, is_number


def _check(site: StepSite) -> Iterator[Problem]:
    n = site.constant("n")
    argument = site.given.get("n")
    if argument is None or n is None:
        return
    if isinstance(n, bool) or not is_number(argument.type):
        yield Problem("E0301", "'sample' takes a number of rows, or a share of them.", "n")
    elif is_int(argument.type) and n < 0:
        yield Problem("E0309", f"A number of rows is not negative, this is {n}.", "n")
    elif not is_int(argument.type) and not 0 <= n <= 1:
        yield Problem("E0309", f"A share lies between 0% and 100%, this is {n:g}.", "n")


def _bounds(site: StepSite, low: int, high: int | None) -> tuple[int, int | None]:
    n = site.constant("n")
    if not isinstance(n, int):
        return 0, high
    return min(low, n), n if high is None else min(high, n)


def _work(given: StepInput) -> Chosen:
    import numpy as np

    n = given.constant("n")
    draw = given.draw()
    if isinstance(n, float):
        return Chosen(np.flatnonzero(draw.uniform() < n))
    if n >= given.rows:
        return Chosen(np.arange(given.rows, dtype=np.int64))
    lowest = np.argsort(draw.bits(), kind="stable")[:n]
    return Chosen(np.sort(lowest))


STEP = StepOperator(
    name="sample",
    kind="step",
    doc=(
        "Keeps some rows, chosen at random, in their order: `sample(100)` at most so many, `sample(10%)` about such a "
        "share. A row is chosen by a hash of its key: adding rows to the table changes few of the choices, and those "
        "of a share not at all."
    ),
    parameters=(StepParameter("n", "constant", "How many rows, or which share of them.", None, True, True),),
    result=same_row,
    example="sample(2)",
    check=_check,
    bounds=_bounds,
    work=_work,
)
