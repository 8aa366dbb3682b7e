"""Aggregates for groups of rows.

In: an expression with aggregates, and which rows form which group. Out: its value for each group. An aggregate that
can does all groups at once; else each group is folded by itself, which is what an aggregate means.
"""

from __future__ import annotations

from collections.abc import Callable
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
from synthdsl.ops.table import aggregate

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

    def no_value(self, message: str, argument: str = "", code: str = "E0801", note: str = "") -> Exception:
        """What to raise."""


def grouped(given: Groups, name: str, expr: Expr, order: NDArray[Any], starts: NDArray[Any]) -> Vector:
    """The values of an expression over groups, of which an empty one may have null. See `StepInput.grouped`."""
    import numpy as np

    from synthdsl.dataset.vector import scatter

    nodes: list[Aggregate] = []
    for node in walk(expr):
        if isinstance(node, Aggregate) and node not in nodes:
            nodes.append(node)
    sizes = np.diff(starts)
    full = np.flatnonzero(sizes > 0)
    bounds = np.append(starts[:-1][full], starts[-1]).astype(np.int64)
    columns: dict[str, Vector] = {f"#{i}": _folded(given, name, n, order, bounds) for i, n in enumerate(nodes)}

    def known(node: Expr) -> Expr:
        if isinstance(node, Aggregate):
            return ColumnRef(f"#{nodes.index(node)}", node.type, node.span)
        return node

    outer = rewrite(expr, known)
    values = _outer(given, outer, len(full), columns)
    if len(full) == len(sizes):
        return values
    none: Vector = Constant(None)
    try:
        nothing: dict[str, Vector] = {f"#{i}": Constant(new_fold(n).result()) for i, n in enumerate(nodes)}
    except Undefined:
        pass
    else:
        none = Constant(to_list(_outer(given, outer, 1, nothing), 1)[0])
    return scatter(len(sizes), [(full, to_list(values, len(full))), (np.flatnonzero(sizes == 0), none)])


def _outer(given: Groups, outer: Expr, n: int, columns: dict[str, Vector]) -> Vector:
    import numpy as np

    frame = Frame(given.world, given.pipeline, n, np.zeros(n, dtype=np.uint64), None, columns)
    return conform(evaluated(f"'{given.operator.name}' of '{given.pipeline}'", outer, frame), outer.type)


def _folded(given: Groups, name: str, node: Aggregate, order: NDArray[Any], bounds: NDArray[Any]) -> Vector:
    """The aggregate of each group; none is empty."""
    arguments = [take(_argument(given, a), order) for a in node.arguments]
    at_once = aggregate(node.operator).groups
    try:
        made = None if at_once is None else _in_turns(at_once, bounds, arguments)
        if made is not None:
            return made
        values: list[Any] = []
        for first, last in pairwise(bounds.tolist()):
            fold = new_fold(node)
            for start in range(first, last, BATCH_ROWS):
                stop = min(start + BATCH_ROWS, last)
                fold.update(stop - start, *[cut(a, start, stop) for a in arguments])
            values.append(fold.result())
    except Undefined as reason:
        raise given.no_value(f"An aggregate of '{given.pipeline}': {reason}", name) from reason
    return values


AT_ONCE = 524_288
"""About how many rows of groups are folded at once: what is computed on the way takes a few times their memory."""


def _in_turns(at_once: Callable[..., Vector | None], bounds: NDArray[Any], arguments: list[Vector]) -> Vector | None:
    import numpy as np

    if len(bounds) < 2:
        return None
    parts, sizes = [], []
    first = 0
    while first < len(bounds) - 1:
        last = max(first + 1, int(np.searchsorted(bounds, bounds[first] + AT_ONCE, side="right")) - 1)
        low, high = int(bounds[first]), int(bounds[last])
        made = at_once(bounds[first : last + 1] - low, *[cut(a, low, high) for a in arguments])
        if made is None:
            return None
        parts.append(made)
        sizes.append(last - first)
        first = last
    return concat(parts, sizes)


def _argument(given: Groups, expr: Expr) -> Vector:
    """The values for all rows of the table."""
    subject = f"'{given.operator.name}' of '{given.pipeline}'"
    parts: list[Vector] = []
    sizes: list[int] = []
    for batch in given.table.batches(BATCH_ROWS, free_columns(expr)):
        parts.append(evaluated(subject, expr, given.frame(batch)))
        sizes.append(batch.n)
    return concat(parts, sizes) if parts else Constant(None)
