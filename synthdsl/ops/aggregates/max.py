"""`max`: the largest value of a column."""

from __future__ import annotations

from typing import Any

from synthdsl.dataset.vector import Vector
from synthdsl.ops.aggregates.ends import Largest
from synthdsl.ops.aggregates.groups import ends
from synthdsl.ops.contract import Operator


def _groups(bounds: Any, column: Vector) -> Vector | None:
    return ends(bounds, column, "max")


OPERATOR = Operator(
    name="max",
    family="dataset",
    kind="aggregate",
    signatures=("max(column: S) -> S",),
    doc="The largest value of a column; of texts by code points. Undefined without rows.",
    examples=(("max(n)", None),),
    fold=Largest,
    groups=_groups,
)
