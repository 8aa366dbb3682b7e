"""`schedule`: rows of several origins in stages, in which their shares change."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from synthdsl.ops.contract import Problem
from synthdsl.ops.steps.contract import (
    Chosen,
    Dropped,
    StepInput,
    StepOperator,
    StepParameter,
    StepSite,
    whole,
)
from synthdsl.ops.steps.shares import NEARLY, parts_of
from synthdsl.ops.steps.union import ORIGIN
from synthdsl.types.terms import INT, Field, LiteralType, RecordType

STAGE = "stage"
MAX_STAGES = 10_000


def _result(site: StepSite) -> RecordType:
    return RecordType((*(f for f in site.row.fields if f.name != STAGE), Field(STAGE, INT)))


def _check(site: StepSite) -> Iterator[Problem]:
    stages = site.constant("stages", 10)
    if not 1 <= stages <= MAX_STAGES:
        yield Problem("E0309", f"The number of stages lies between 1 and {MAX_STAGES:,}, this is {stages}.", "stages")
        return
    origin = site.row.field(ORIGIN)
    if origin is None or not isinstance(origin.type, LiteralType):
        note = "`mix({...})` and `union(...)` make it."
        yield Problem("E0206", "A schedule wants rows with the column 'origin'.", None, (note,))
        return
    known = [str(v) for v in origin.type.values]
    named = {n: site.constant(n) for n in site.given if n != "stages"}
    for name in named:
        if name not in known:
            yield Problem("E0302", f"No row comes from '{name}'.", name, (f"Origins are {', '.join(known)}.",))
            return
    for stage in range(stages):
        total = sum(_at(share, stage, stages) for share in named.values())
        if total > 1 + NEARLY or (len(named) == len(known) and total < 1 - NEARLY):
            message = f"In stage {stage + 1} the shares sum to {total:.6g}, not to 1."
            yield Problem("E0310", message, None, ("Origins that are not named share what is left.",))
            return


def _at(share: Any, stage: int, stages: int) -> float:
    """The share in a stage, counted from 0."""
    first, last = share
    part = stage / (stages - 1) if stages > 1 else 0.0
    return float(first + (last - first) * part)


def _work(given: StepInput) -> Chosen:
    import numpy as np

    from synthdsl.dataset.views import READ_ROWS
    from synthdsl.ops.steps.codes import codes_of

    stages = given.constant("stages")
    pieces = ((batch.n, batch.columns[ORIGIN]) for batch in given.table.batches(READ_ROWS, [ORIGIN]))
    codes, names = codes_of(whole(pieces), given.rows)
    rows = np.bincount(codes, minlength=len(names)).tolist()
    named = {n: given.constant(n) for n in given.names() if n != "stages"}
    plan = _shares(names, rows, named, stages)
    total = _most(rows, plan, given.rows)
    queues = [np.flatnonzero(codes == at) for at in range(len(names))]
    taken = [0] * len(names)
    index, stage_of = [], []
    turn = given.draw().bits()
    for stage, (size, shares) in enumerate(zip(parts_of(total, [1 / stages] * stages), plan, strict=True), 1):
        chosen = []
        for at, want in enumerate(parts_of(size, shares)):
            chosen.append(queues[at][taken[at] : taken[at] + want])
            taken[at] += want
        together = np.concatenate(chosen) if chosen else np.empty(0, dtype=np.int64)
        index.append(together[np.argsort(turn[together], kind="stable")])
        stage_of.append(np.full(len(together), stage, dtype=np.int64))
    rest = given.rows - sum(len(i) for i in index)
    dropped = (Dropped("without a place in the stages", rest),) if rest else ()
    none = [np.empty(0, dtype=np.int64)]
    return Chosen(np.concatenate(none + index), {STAGE: np.concatenate(none + stage_of)}, dropped)


def _shares(names: list[Any], rows: list[int], named: dict[str, Any], stages: int) -> list[list[float]]:
    """The share of each origin in each stage; those not named share the rest by their rows."""
    others = sum(n for name, n in zip(names, rows, strict=True) if name not in named)
    plan = []
    for stage in range(stages):
        left = max(0.0, 1 - sum(_at(share, stage, stages) for share in named.values()))
        plan.append(
            [
                _at(named[name], stage, stages) if name in named else left * n / others
                for name, n in zip(names, rows, strict=True)
            ]
        )
    return plan


def _most(rows: list[int], plan: list[list[float]], n: int) -> int:
    """The most rows that fill all stages by these shares."""

    def fits(total: int) -> bool:
        used = [0] * len(rows)
        for size, shares in zip(parts_of(total, [1 / len(plan)] * len(plan)), plan, strict=True):
            for at, want in enumerate(parts_of(size, shares)):
                used[at] += want
        # An origin that a stage wants and that has no row leaves the stage short: parts then do not add up.
        return sum(used) == total and all(u <= r for u, r in zip(used, rows, strict=True))

    low, high = 0, n
    while low < high:
        middle = (low + high + 1) // 2
        if fits(middle):
            low = middle
        else:
            high = middle - 1
    return low


STEP = StepOperator(
    name="schedule",
    kind="step",
    doc=(
        "Puts the rows of a `mix` or `union` into stages of equal size, in which the share of an origin goes evenly "
        "from the first to the last: `schedule(stages=5, real=100% .. 50%)` begins with real rows alone and ends with "
        "half of them. Origins that are not named share the rest. The rows come out stage by stage, with the number of "
        "the stage from 1 in the column `stage`; as many are used as fill all stages. A trainer that reads them in "
        "this order sees synthetic data little by little."
    ),
    parameters=(StepParameter("stages", "constant", "How many.", INT, default=10),),
    rest="share",
    rest_doc="An origin and its share, from the first stage to the last.",
    result=_result,
    example="schedule(stages=2, a=100% .. 50%)",
    check=_check,
    work=_work,
)
