"""`split`: rows for training and for testing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from synthdsl.ops.contract import Problem
from synthdsl.ops.steps.contract import Chosen, StepInput, StepOperator, StepParameter, StepSite
from synthdsl.ops.steps.shares import check_shares
from synthdsl.types.terms import Field, LiteralType, RecordType

SPLIT = "split"
DEFAULT: Mapping[str, float] = {"train": 0.9, "test": 0.1}


def _result(site: StepSite) -> RecordType:
    names = tuple(n for n in site.given if n != "group") or tuple(DEFAULT)
    return RecordType((*(f for f in site.row.fields if f.name != SPLIT), Field(SPLIT, LiteralType(names))))


def _check(site: StepSite) -> Iterator[Problem]:
    shares = {n: site.constant(n) for n in site.given if n != "group"}
    for name, share in shares.items():
        if share[0] != share[1]:
            yield Problem("E0301", f"The share of '{name}' is one number.", name)
            return
    if shares:
        yield from check_shares({name: share[0] for name, share in shares.items()})


def _work(given: StepInput) -> Chosen:
    import numpy as np

    from synthdsl.dataset.vector import Coded
    from synthdsl.ops.aggregates.tally import row_hashes

    shares = {n: given.constant(n)[0] for n in given.names() if n != "group"} or DEFAULT
    keys = None
    if given.has("group"):
        pieces = [row_hashes(n, vector) for n, vector in given.values("group")]
        keys = np.concatenate(pieces) if pieces else np.empty(0, dtype=np.uint64)
    uniform = given.draw_of(keys).uniform()
    borders = np.cumsum(list(shares.values()))[:-1]
    part = np.searchsorted(borders, uniform, side="right").astype(np.int64)
    return Chosen(np.arange(given.rows, dtype=np.int64), {SPLIT: Coded(part, list(shares))})


STEP = StepOperator(
    name="split",
    kind="step",
    doc=(
        "Gives each row the name of a part in the column `split`, 90% `train` and 10% `test` where nothing else is "
        "said: `split(train=80%, dev=10%, test=10%, group=author)`. Rows with equal values of `group` get the same "
        "part. A row's part follows from a hash of its group or its key, so adding rows moves none, and shares are met "
        "about. Files of an output folder go by this column."
    ),
    parameters=(StepParameter("group", "row", "Rows with equal values stay together."),),
    rest="share",
    rest_doc="A part and its share of the rows.",
    result=_result,
    example="split(train=90%, test=10%)",
    check=_check,
    bounds=lambda site, low, high: (low, high),
    work=_work,
)
