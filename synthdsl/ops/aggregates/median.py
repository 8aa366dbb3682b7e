"""`median`: the middle value of a column."""

from __future__ import annotations

from synthdsl.ops.aggregates.order import Quantile
from synthdsl.ops.contract import Operator

OPERATOR = Operator(
    name="median",
    family="dataset",
    kind="aggregate",
    signatures=("median(column: number) -> float",),
    doc="The middle value of a column in order, or the mean of the two in the middle. Undefined without rows.",
    examples=(("median(n)", None),),
    fold=Quantile,
)
