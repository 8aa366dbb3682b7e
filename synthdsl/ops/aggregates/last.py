"""`last`: the last value of a column."""

from __future__ import annotations

from synthdsl.ops.aggregates.groups import lasts
from synthdsl.ops.aggregates.rows import Last
from synthdsl.ops.contract import Operator

OPERATOR = Operator(
    name="last",
    family="dataset",
    kind="aggregate",
    signatures=("last(column: T) -> T",),
    doc="The value of the last row. Undefined without rows.",
    examples=(("last(word)", None),),
    fold=Last,
    groups=lasts,
)
