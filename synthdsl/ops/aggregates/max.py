"""`max`: the largest value of a column."""

from __future__ import annotations

from synthdsl.ops.aggregates.ends import Largest
from synthdsl.ops.contract import Operator

OPERATOR = Operator(
    name="max",
    family="dataset",
    kind="aggregate",
    signatures=("max(column: S) -> S",),
    doc="The largest value of a column; of texts by code points. Undefined without rows.",
    examples=(("max(n)", None),),
    fold=Largest,
)
