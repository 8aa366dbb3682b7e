"""`mean`: the average of a column."""

from __future__ import annotations

from synthdsl.ops.aggregates.sums import Sums
from synthdsl.ops.contract import Operator, Undefined


class Mean(Sums):
    """The mean, rounded once at the end."""

    __slots__ = ()

    def result(self) -> float:
        if not self.sums.n:
            raise Undefined("The mean of no rows is undefined.")
        return self.sums.mean()


OPERATOR = Operator(
    name="mean",
    family="dataset",
    kind="aggregate",
    signatures=("mean(column: number) -> float",),
    doc="The arithmetic mean of a column, exact up to the last rounding. Undefined without rows.",
    examples=(("mean(n)", None),),
    fold=Mean,
)
