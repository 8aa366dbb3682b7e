"""`share`: for what part of the rows a condition holds."""

from __future__ import annotations

from synthdsl.dataset.vector import Vector, to_array
from synthdsl.ops.aggregates.groups import shares
from synthdsl.ops.contract import Fold, Operator, Undefined


class Share:
    """Rows seen, and those for which the condition holds."""

    __slots__ = ("holds", "rows")

    def __init__(self) -> None:
        self.rows = 0
        self.holds = 0

    def update(self, n: int, *vectors: Vector) -> None:
        self.rows += n
        self.holds += int(to_array(vectors[0], n).sum())

    def merge(self, other: Fold) -> None:
        assert isinstance(other, Share)
        self.rows += other.rows
        self.holds += other.holds

    def result(self) -> float:
        if not self.rows:
            raise Undefined("The share of no rows is undefined.")
        return self.holds / self.rows


OPERATOR = Operator(
    name="share",
    family="dataset",
    kind="aggregate",
    signatures=("share(condition: bool) -> float",),
    doc="The part of the rows for which the condition holds, from 0 to 1. Undefined without rows.",
    examples=(("share(n > 2)", None),),
    fold=Share,
    groups=shares,
)
