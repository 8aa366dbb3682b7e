"""`sum`: the sum of a column."""

from __future__ import annotations

from typing import Any

from synthdsl.dataset.vector import Vector, to_array
from synthdsl.ops.aggregates.groups import ratio, sums
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


def _groups(bounds: Any, column: Vector) -> Vector | None:
    found = sums(bounds, column)
    if found is None:
        return None
    if to_array(column, int(bounds[-1])).dtype.kind == "f":
        return [ratio(total, 1, power) for total, power in found]
    # One that does not fit is told of by its fold.
    return [total for total, _ in found] if all(-(2**63) <= total < 2**63 for total, _ in found) else None


OPERATOR = Operator(
    name="sum",
    family="dataset",
    kind="aggregate",
    signatures=("sum(column: number) -> number",),
    doc="The sum of a column, exact up to the last rounding; 0 without rows.",
    examples=(("sum(n)", None),),
    fold=Sum,
    groups=_groups,
)
