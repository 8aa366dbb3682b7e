"""`timestamp`: a moment out of a range."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from synthdsl.dataset.address import Draw
from synthdsl.dataset.vector import Vector
from synthdsl.ops.contract import Operator
from synthdsl.ops.numbers.drawing import evenly_within
from synthdsl.ops.rows import require
from synthdsl.ops.time.calendar import DAY_SECONDS, MICROSECONDS, bounds, range_in_order

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


def _kernel(draw: Draw, between: Vector) -> Vector:
    start, stop = bounds(between, draw.n)
    first, last = _seconds(start, up=True), _seconds(stop, up=False)
    require(first <= last, "The range of times has no whole second in it.")
    return ((first + draw.index(last - first + 1)) * MICROSECONDS).astype("datetime64[us]")


def _within(draw: Draw, low: Floats, high: Floats, between: Vector) -> tuple[Vector, Floats]:
    start, stop = bounds(between, draw.n)
    first, last = _seconds(start, up=True), _seconds(stop, up=False)
    require(first <= last, "The range of times has no whole second in it.")
    seconds, mass = evenly_within(draw, (first, last), (low, high))
    return (seconds * MICROSECONDS).astype("datetime64[us]"), mass


def _seconds(times: NDArray[Any], up: bool) -> NDArray[Any]:
    """The first second (`up`) or the last one that belongs to a range with this end."""
    import numpy as np

    whole = times.astype(np.int64)
    if times.dtype == "datetime64[D]":
        return whole * DAY_SECONDS + (0 if up else DAY_SECONDS - 1)
    return -(-whole // MICROSECONDS) if up else whole // MICROSECONDS


OPERATOR = Operator(
    name="timestamp",
    family="time",
    kind="sampler",
    signatures=(
        "timestamp(between: range[date]) -> timestamp",
        "timestamp(between: range[timestamp]) -> timestamp",
    ),
    doc=(
        "A moment drawn evenly from the range, to the second, both ends included: over dates, from the first second of "
        "the first day to the last second of the last one. `make_timestamp` and `parse_timestamp` make a given one."
    ),
    examples=(("timestamp(2025-01-01 .. 2025-12-31)", None),),
    check=range_in_order,
    kernel=_kernel,
    within=_within,
)
