"""`every`: whether a condition holds for all rows."""

from __future__ import annotations

from synthdsl.dataset.vector import Vector, to_array
from synthdsl.ops.aggregates.groups import all_hold
from synthdsl.ops.contract import Fold, Operator


class Every:
    """Whether the condition held so far."""

    __slots__ = ("holds",)

    def __init__(self) -> None:
        self.holds = True

    def update(self, n: int, *vectors: Vector) -> None:
        self.holds = self.holds and bool(to_array(vectors[0], n).all())

    def merge(self, other: Fold) -> None:
        assert isinstance(other, Every)
        self.holds = self.holds and other.holds

    def result(self) -> bool:
        return self.holds


OPERATOR = Operator(
    name="every",
    family="dataset",
    kind="aggregate",
    signatures=("every(condition: bool) -> bool",),
    doc="Whether the condition holds for every row; true without rows.",
    examples=(("every(n >= 0)", None),),
    fold=Every,
    groups=all_hold,
)
