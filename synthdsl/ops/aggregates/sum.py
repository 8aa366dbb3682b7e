"""`sum`: the sum of a column."""

from __future__ import annotations

from synthdsl.ops.aggregates.sums import Sums
from synthdsl.ops.contract import Operator, Undefined


class Sum(Sums):
    """The sum, rounded once at the end."""

    __slots__ = ()

    def result(self) -> int | float:
        found = self.sums.sum()
        if isinstance(found, int) and not -(2**63) <= found < 2**63:
            raise Undefined("The sum does not fit into a 64-bit integer.")
        return found


OPERATOR = Operator(
    name="sum",
    family="dataset",
    kind="aggregate",
    signatures=("sum(column: number) -> number",),
    doc="The sum of a column, exact up to the last rounding; 0 without rows.",
    examples=(("sum(n)", None),),
    fold=Sum,
)
