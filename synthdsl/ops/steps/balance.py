"""`balance`: as many rows of each kind, or in given shares."""

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
from synthdsl.ops.steps.shares import check_shares, largest, parts_of
from synthdsl.types.relations import is_text, without_null
from synthdsl.types.terms import LiteralType


def _check(site: StepSite) -> Iterator[Problem]:
    shares = site.constant("shares")
    by = site.given.get("by")
    if shares is None or by is None:
        return
    if not isinstance(shares, dict):
        yield Problem("E0301", 'Shares are a map from values, as `{"easy": 30%, "hard": 70%}`.', "shares")
        return
    plain = without_null(by.type)
    if not is_text(plain):
        yield Problem("E0301", "Shares are given for the values of a text.", "shares")
    elif isinstance(plain, LiteralType):
        strange = [name for name in shares if name not in plain.values]
        if strange:
            yield Problem("E0302", f"'by' is never \"{strange[0]}\".", "shares")
    yield from check_shares(shares, "shares")


def _work(given: StepInput) -> Chosen:
    import numpy as np

    from synthdsl.ops.steps.codes import codes_of, rank_within

    codes, values = codes_of(whole(given.values("by")), given.rows)
    if not len(codes):
        return Chosen(codes)
    sizes = np.bincount(codes, minlength=len(values))
    shares = given.constant("shares")
    if shares is None:
        wanted = np.full(len(values), sizes.min())
    else:
        rows = [int(sizes[values.index(name)]) if name in values else 0 for name in shares]
        parts = dict(zip(shares, parts_of(largest(rows, list(shares.values())), list(shares.values())), strict=True))
        wanted = np.array([parts.get(value, 0) for value in values])
    turn = np.argsort(given.draw().bits(), kind="stable")
    ranks = np.empty(len(codes), dtype=np.int64)
    ranks[turn] = rank_within(codes[turn])
    kept = np.flatnonzero(ranks < wanted[codes])
    gone = len(codes) - len(kept)
    return Chosen(kept, dropped=(Dropped("left over", gone),) if gone else ())


STEP = StepOperator(
    name="balance",
    kind="step",
    doc=(
        "Keeps as many rows of each value of `by` as the rarest has; with `shares` as many as there can be in these "
        'shares: `balance(by=level, shares={"easy": 30%, "hard": 70%})`, where other values go. Which rows stay '
        "follows from hashes of their keys; they keep their order. Null is a value like others."
    ),
    parameters=(
        StepParameter("by", "row", "The value that is balanced.", None, True, True),
        StepParameter("shares", "constant", "The share of each value, where they are not to be equal."),
    ),
    result=same_row,
    example="balance(by=word)",
    check=_check,
    work=_work,
)
