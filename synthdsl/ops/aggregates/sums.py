"""What `sum`, `mean` and `sd` of a column share."""

from __future__ import annotations

from synthdsl.dataset.vector import Vector
from synthdsl.ops.aggregates.exact import ExactSum
from synthdsl.ops.contract import Fold


class Sums:
    """The exact sums of the numbers of a column; subclasses say what becomes of them."""

    __slots__ = ("sums",)

    def __init__(self) -> None:
        self.sums: ExactSum = ExactSum()

    def update(self, n: int, *vectors: Vector) -> None:
        self.sums.add(n, vectors[0])

    def merge(self, other: Fold) -> None:
        assert isinstance(other, Sums)
        self.sums.join(other.sums)
