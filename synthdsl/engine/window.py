"""Draws a column from between the bounds that rules give it, so that the joint distribution stays exact.

With `y` drawn from its window alone, a pair (x, y) would come too often for those `x` whose window holds little. So a
draw counts with the chance p(x) of its window, or with p(x) / P where no window holds more than P: then the pairs
that count have the density of (x, y) where the rule holds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from synthdsl.dataset.vector import Vector, to_array
from synthdsl.engine.evaluate import conform, evaluate
from synthdsl.engine.frame import Frame
from synthdsl.model.expr import Apply
from synthdsl.ops.table import operator
from synthdsl.plan.steps import Limit, Make, Window
from synthdsl.types.terms import FloatType

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

_SECOND = 1_000_000
"""Microseconds."""


def draw_within(window: Window, make: Make, frame: Frame) -> tuple[Vector, NDArray[np.bool_]]:
    """The column for the frame's rows, and which of the draws count; the values of the others mean nothing."""
    import numpy as np

    assert isinstance(make.expr, Apply) and make.expr.slot is not None
    within = operator(make.expr.operator).within
    assert within is not None
    placed = frame.for_column(make.address)
    low, high = np.full(frame.n, -np.inf), np.full(frame.n, np.inf)
    for limit in window.limits:
        start, stop = _ends(limit, placed, isinstance(make.expr.type, FloatType))
        low, high = np.maximum(low, start), np.minimum(high, stop)
    draw = placed.draw(make.expr.slot)
    parameters = [evaluate(a, placed) for a in make.expr.arguments]
    vector, chance = within(draw, low, high, *parameters)
    counts = (chance > 0.0) & (low <= high)
    if window.reach is not None:
        widest = (np.full(frame.n, end) for end in window.reach)
        _, most = within(draw, *widest, *parameters)
        counts &= draw.below("window").uniform() * most < chance
    if isinstance(make.expr.type, FloatType):
        # The last bit of a sum may lie outside.
        values = to_array(vector, frame.n)
        vector = np.where(counts, np.clip(values, low, np.maximum(low, high)), values)
    return conform(vector, make.type), counts


def _ends(limit: Limit, frame: Frame, continuous: bool) -> tuple[Floats, Floats]:
    """What a limit allows, both ends included, float64[n]; whole numbers unless the draw is continuous."""
    import numpy as np

    low, high = np.full(frame.n, -np.inf), np.full(frame.n, np.inf)
    bound = to_array(evaluate(limit.bound, frame), frame.n)
    down, up = _whole(bound) if not continuous else (bound.astype(np.float64), bound.astype(np.float64))
    strictly_below = np.nextafter(down, -np.inf) if continuous else up - 1.0
    strictly_above = np.nextafter(up, np.inf) if continuous else down + 1.0
    match limit.operator:
        case "lt":
            return low, strictly_below
        case "le":
            return low, down
        case "gt":
            return strictly_above, high
        case "ge":
            return up, high
        case "eq":
            return up, down


def _whole(bound: NDArray[Any]) -> tuple[Floats, Floats]:
    """The bound rounded down and up, in the count of its kind: days, seconds, or itself."""
    import numpy as np

    if bound.dtype.kind != "M":
        number = bound.astype(np.float64)
        return np.floor(number), np.ceil(number)
    count = bound.astype(np.int64)
    if bound.dtype != "datetime64[us]":
        return count.astype(np.float64), count.astype(np.float64)
    return (count // _SECOND).astype(np.float64), (-(-count // _SECOND)).astype(np.float64)
