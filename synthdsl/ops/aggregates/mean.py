"""`mean`: the average of a column."""

from __future__ import annotations

from typing import Any

from synthdsl.dataset.vector import Vector
from synthdsl.ops.aggregates.groups import ratio, sums
from synthdsl.ops.aggregates.sums import Sums
from synthdsl.ops.contract import Operator, Undefined


class Mean(Sums):
    """The mean, rounded once at the end."""

    __slots__ = ()

    def result(self) -> float:
        if not self.sums.n:
            raise Undefined("The mean of no rows is undefined.")
        return self.sums.mean()


def _groups(bounds: Any, column: Vector) -> Vector | None:
    found = sums(bounds, column)
    if found is None:
        return None
    sizes = (bounds[1:] - bounds[:-1]).tolist()
    return [ratio(total, n, power) for (total, power), n in zip(found, sizes, strict=True)]


OPERATOR = Operator(
    name="mean",
    family="dataset",
    kind="aggregate",
    signatures=("mean(column: number) -> float",),
    doc="The arithmetic mean of a column, exact up to the last rounding. Undefined without rows.",
    examples=(("mean(n)", None),),
    fold=Mean,
    groups=_groups,
)
