"""`first`: the first value of a column."""

from __future__ import annotations

from synthdsl.ops.aggregates.groups import firsts
from synthdsl.ops.aggregates.rows import First
from synthdsl.ops.contract import Operator

OPERATOR = Operator(
    name="first",
    family="dataset",
    kind="aggregate",
    signatures=("first(column: T) -> T",),
    doc="The value of the first row. Undefined without rows.",
    examples=(("first(word)", None),),
    fold=First,
    groups=firsts,
)
