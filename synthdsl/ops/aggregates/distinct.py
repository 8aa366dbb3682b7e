"""`distinct`: how many different values a column has."""

from __future__ import annotations

from synthdsl.dataset.vector import Vector
from synthdsl.ops.aggregates.tally import HashSet, hashes
from synthdsl.ops.contract import Fold, Operator


class Distinct:
    """The hashes of the values seen."""

    __slots__ = ("seen",)

    def __init__(self) -> None:
        self.seen = HashSet()

    def update(self, n: int, *vectors: Vector) -> None:
        self.seen.add(hashes(n, vectors[0]))

    def merge(self, other: Fold) -> None:
        assert isinstance(other, Distinct)
        self.seen.join(other.seen)

    def result(self) -> int:
        return len(self.seen)


OPERATOR = Operator(
    name="distinct",
    family="dataset",
    kind="aggregate",
    signatures=("distinct(column: any) -> int",),
    doc=(
        "The number of different values of a column, by 64-bit hashes of 8 bytes each: the chance that a million "
        "values give one too few is below one in ten million."
    ),
    examples=(("distinct(word)", None),),
    fold=Distinct,
)
