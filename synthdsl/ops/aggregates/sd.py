"""`sd`: the standard deviation of a column."""

from __future__ import annotations

from synthdsl.ops.aggregates.exact import ExactSquares
from synthdsl.ops.aggregates.sums import Sums
from synthdsl.ops.contract import Operator, Undefined


class Deviation(Sums):
    """The standard deviation from exact sums of the numbers and their squares."""

    __slots__ = ()
    sums: ExactSquares

    def __init__(self) -> None:
        self.sums = ExactSquares()

    def result(self) -> float:
        if self.sums.n < 2:
            raise Undefined("A standard deviation needs at least two rows.")
        return self.sums.deviation()


OPERATOR = Operator(
    name="sd",
    family="dataset",
    kind="aggregate",
    signatures=("sd(column: number) -> float",),
    doc=(
        "The standard deviation of a column, as of a sample (divided by n - 1), from exact sums. Undefined for "
        "less than two rows."
    ),
    examples=(("sd(n)", None),),
    fold=Deviation,
)
