"""`collect`: a column as a list."""

from __future__ import annotations

from synthdsl.ops.aggregates.groups import lists
from synthdsl.ops.aggregates.rows import Collected
from synthdsl.ops.contract import Operator

OPERATOR = Operator(
    name="collect",
    family="dataset",
    kind="aggregate",
    signatures=("collect(column: T) -> list[T]",),
    doc="The values of a column as a list, in the order of the rows: `group(by=topic, answers=collect(answer))`.",
    examples=(("collect(word)", None),),
    fold=Collected,
    groups=lists,
)
