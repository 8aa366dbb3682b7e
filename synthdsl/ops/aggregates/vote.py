"""`vote`: the value that stands in a column most often."""

from __future__ import annotations

from typing import Any

from synthdsl.dataset.vector import Vector, to_list
from synthdsl.ops.contract import Fold, Operator, Undefined
from synthdsl.ops.lists.keys import key_of


class Vote:
    """How often each value was seen, in the order of first occurrence."""

    __slots__ = ("counts",)

    def __init__(self) -> None:
        self.counts: dict[Any, tuple[Any, int]] = {}

    def update(self, n: int, *vectors: Vector) -> None:
        for value in to_list(vectors[0], n):
            self._take(value, 1)

    def merge(self, other: Fold) -> None:
        assert isinstance(other, Vote)
        for value, count in other.counts.values():
            self._take(value, count)

    def result(self) -> Any:
        if not self.counts:
            raise Undefined("There is no vote without rows.")
        return max(self.counts.values(), key=lambda pair: pair[1])[0]

    def _take(self, value: Any, count: int) -> None:
        name = key_of(value)
        first, before = self.counts.get(name, (value, 0))
        self.counts[name] = (first, before + count)


OPERATOR = Operator(
    name="vote",
    family="dataset",
    kind="aggregate",
    signatures=("vote(column: T) -> T",),
    doc=(
        "The value that stands in a column most often; among several such, the one that comes first. Undefined "
        "without rows."
    ),
    examples=(("vote(word)", None),),
    fold=Vote,
)
