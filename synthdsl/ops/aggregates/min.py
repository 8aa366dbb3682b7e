"""`min`: the smallest value of a column."""

from __future__ import annotations

from typing import Any

from synthdsl.dataset.vector import Vector
from synthdsl.ops.aggregates.ends import Smallest
from synthdsl.ops.aggregates.groups import ends
from synthdsl.ops.contract import Operator


def _groups(bounds: Any, column: Vector) -> Vector | None:
    return ends(bounds, column, "min")


OPERATOR = Operator(
    name="min",
    family="dataset",
    kind="aggregate",
    signatures=("min(column: S) -> S",),
    doc="The smallest value of a column; of texts by code points. Undefined without rows.",
    examples=(("min(n)", None),),
    fold=Smallest,
    groups=_groups,
)
