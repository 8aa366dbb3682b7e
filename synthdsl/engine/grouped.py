"""Aggregates for groups of rows.

In: an expression with aggregates, and which rows form which group. Out: its value for each group. Where numpy can do
all groups at once it does; else each group is folded by itself, which is what an aggregate means.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any, Protocol

from synthdsl.dataset.batch import Batch, cut
from synthdsl.dataset.vector import Constant, Vector, concat, take, to_list
from synthdsl.engine.evaluate import conform
from synthdsl.engine.failing import evaluated
from synthdsl.engine.frame import Frame, World
from synthdsl.engine.work import BATCH_ROWS, new_fold
from synthdsl.model.expr import Aggregate, ColumnRef, Expr
from synthdsl.model.walk import free_columns, rewrite, walk
from synthdsl.ops.contract import Undefined

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from synthdsl.dataset.views import Rows
    from synthdsl.ops.steps.contract import StepOperator


class Groups(Protocol):
    """Whose rows are grouped."""

    @property
    def world(self) -> World: ...

    @property
    def pipeline(self) -> str: ...

    @property
    def operator(self) -> StepOperator: ...

    @property
    def table(self) -> Rows: ...

    def frame(self, batch: Batch) -> Frame:
        """The rows of a batch."""

    def no_value(self, message: str, argument: str = "") -> Exception:
        """What to raise."""


def grouped(given: Groups, expr: Expr, order: NDArray[Any], starts: NDArray[Any]) -> list[Any]:
    """The values of an expression over groups. order, starts: see `StepInput.grouped`."""
    import numpy as np

    count = len(starts) - 1
    nodes: list[Aggregate] = []
    for node in walk(expr):
        if isinstance(node, Aggregate) and node not in nodes:
            nodes.append(node)
    columns = {f"#{i}": _folded(given, node, order, starts) for i, node in enumerate(nodes)}

    def known(node: Expr) -> Expr:
        if isinstance(node, Aggregate):
            return ColumnRef(f"#{nodes.index(node)}", node.type, node.span)
        return node

    outer = rewrite(expr, known)
    keys = np.zeros(count, dtype=np.uint64)
    frame = Frame(given.world, given.pipeline, count, keys, None, dict(columns))
    values = conform(evaluated(f"'{given.operator.name}' of '{given.pipeline}'", outer, frame), expr.type)
    return to_list(values, count)


def _folded(given: Groups, node: Aggregate, order: NDArray[Any], starts: NDArray[Any]) -> Vector:
    arguments = [_argument(given, a) for a in node.arguments]
    ordered = [take(a, order) for a in arguments]
    values: list[Any] = []
    bounds = starts.tolist()
    for first, last in pairwise(bounds):
        fold = new_fold(node)
        fold.update(last - first, *[cut(a, first, last) for a in ordered])
        try:
            values.append(fold.result())
        except Undefined as reason:
            raise given.no_value(f"An aggregate of '{given.pipeline}': {reason}") from reason
    return values


def _argument(given: Groups, expr: Expr) -> Vector:
    """The values for all rows of the table."""
    subject = f"'{given.operator.name}' of '{given.pipeline}'"
    parts: list[Vector] = []
    sizes: list[int] = []
    for batch in given.table.batches(BATCH_ROWS, free_columns(expr)):
        parts.append(evaluated(subject, expr, given.frame(batch)))
        sizes.append(batch.n)
    return concat(parts, sizes) if parts else Constant(None)
