"""`split`: rows for training and for testing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from synthdsl.ops.contract import Problem
from synthdsl.ops.steps.contract import Chosen, StepInput, StepOperator, StepParameter, StepSite
from synthdsl.ops.steps.shares import check_shares
from synthdsl.types.relations import is_text, without_null
from synthdsl.types.terms import Field, LiteralType, RecordType

SPLIT = "split"
NEAR = 0.8
TOGETHER = ("group", "alike")
"""Arguments that say which rows stay together; all others are parts."""

DEFAULT: Mapping[str, float] = {"train": 0.9, "test": 0.1}


def _result(site: StepSite) -> RecordType:
    names = tuple(n for n in site.given if n not in TOGETHER) or tuple(DEFAULT)
    return RecordType((*(f for f in site.row.fields if f.name != SPLIT), Field(SPLIT, LiteralType(names))))


def _check(site: StepSite) -> Iterator[Problem]:
    shares = {n: site.constant(n) for n in site.given if n not in TOGETHER}
    alike = site.given.get("alike")
    if alike is not None and not is_text(without_null(alike.type)):
        yield Problem("E0301", "Texts are alike, other values equal: `group=` keeps those together.", "alike")
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

    shares = {n: given.constant(n)[0] for n in given.names() if n not in TOGETHER} or DEFAULT
    keys = None
    if given.has("group"):
        pieces = [row_hashes(n, vector) for n, vector in given.values("group")]
        keys = np.concatenate(pieces) if pieces else np.empty(0, dtype=np.uint64)
    if given.has("alike"):
        keys = _together(given, given.table.keys() if keys is None else keys)
    uniform = given.draw_of(keys).uniform()
    borders = np.cumsum(list(shares.values()))[:-1]
    part = np.searchsorted(borders, uniform, side="right").astype(np.int64)
    return Chosen(np.arange(given.rows, dtype=np.int64), {SPLIT: Coded(part, list(shares))})


def _together(given: StepInput, keys: Any) -> Any:
    """One key for all rows that are joined by equal keys or by texts that are alike: the smallest of them."""
    import numpy as np

    from synthdsl.ops.steps.dedup import like

    _, codes = np.unique(keys, return_inverse=True)
    above = list(range(int(codes.max()) + 1 if len(codes) else 0))

    def top(code: int) -> int:
        while above[code] != code:
            above[code] = above[above[code]]
            code = above[code]
        return code

    # Codes are in the order of the keys, so the smallest code has the smallest key.
    for row, first in like(given, "alike", NEAR).items():
        a, b = top(int(codes[row])), top(int(codes[first]))
        above[max(a, b)] = min(a, b)
    tops = np.array([top(code) for code in range(len(above))], dtype=np.int64)
    smallest = np.unique(keys)
    return smallest[tops[codes]] if len(codes) else keys


STEP = StepOperator(
    name="split",
    kind="step",
    doc=(
        "Gives each row the name of a part in the column `split`, 90% `train` and 10% `test` where nothing else is "
        "said: `split(train=80%, dev=10%, test=10%, group=author, alike=question)`. Rows with equal values of `group` "
        "get the same part, and so do rows whose texts `alike` have a Jaccard similarity of 0.8 by their words, as "
        '`dedup(..., method="minhash")` finds them: no test set then holds what was trained on. A row\'s part follows '
        "from a hash of its group or its key, so adding rows moves none, and shares are met about. Files of an output "
        "folder go by this column."
    ),
    parameters=(
        StepParameter("group", "row", "Rows with equal values stay together."),
        StepParameter("alike", "row", "Rows with texts that are alike stay together."),
    ),
    rest="share",
    rest_doc="A part and its share of the rows.",
    result=_result,
    example="split(train=90%, test=10%)",
    check=_check,
    bounds=lambda site, low, high: (low, high),
    work=_work,
)
