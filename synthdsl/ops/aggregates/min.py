"""`min`: the smallest value of a column."""

from __future__ import annotations

from synthdsl.ops.aggregates.ends import Smallest
from synthdsl.ops.contract import Operator

OPERATOR = Operator(
    name="min",
    family="dataset",
    kind="aggregate",
    signatures=("min(column: S) -> S",),
    doc="The smallest value of a column; of texts by code points. Undefined without rows.",
    examples=(("min(n)", None),),
    fold=Smallest,
)
