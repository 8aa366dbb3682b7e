"""`quantile`: the value below which a part of a column lies."""

from __future__ import annotations

from collections.abc import Iterator

from synthdsl.ops.aggregates.order import Quantile
from synthdsl.ops.contract import CallSite, Operator, Problem


def _check(call: CallSite) -> Iterator[Problem]:
    q = call.constant("q")
    if not 0 <= q <= 1:
        yield Problem("E0309", f"A quantile lies between 0 and 1, this is {q}.", "q")


OPERATOR = Operator(
    name="quantile",
    family="dataset",
    kind="aggregate",
    signatures=("quantile(column: number, const q: number) -> float",),
    doc=(
        "The value below which the part `q` of a column lies, `quantile(age, 90%)`; between two neighbouring "
        "values in proportion. Undefined without rows."
    ),
    examples=(("quantile(n, 90%)", None),),
    source="Hyndman, Fan: Sample quantiles in statistical packages, The American Statistician 50, 1996, type 7",
    check=_check,
    fold=Quantile,
)
