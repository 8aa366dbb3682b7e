"""`count()`: how many rows a dataset has."""

from __future__ import annotations

from synthdsl.dataset.vector import Vector, to_array
from synthdsl.ops.aggregates.groups import counts
from synthdsl.ops.contract import Fold, Operator


class Count:
    """Rows seen, or those for which a condition holds."""

    __slots__ = ("rows",)

    def __init__(self) -> None:
        self.rows = 0

    def update(self, n: int, *condition: Vector) -> None:
        self.rows += int(to_array(condition[0], n).sum()) if condition else n

    def merge(self, other: Fold) -> None:
        assert isinstance(other, Count)
        self.rows += other.rows

    def result(self) -> int:
        return self.rows


OPERATOR = Operator(
    name="count",
    family="dataset",
    kind="aggregate",
    signatures=(
        "count() -> int",
        "count(condition: bool) -> int",
    ),
    doc="The number of rows; with a condition, of those for which it holds.",
    examples=(
        ("count()", None),
        ("count(n > 2)", None),
    ),
    fold=Count,
    groups=counts,
)
