"""`date`: a day out of a range."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from synthdsl.dataset.address import Draw
from synthdsl.dataset.vector import Vector
from synthdsl.ops.contract import CallSite, Domain, Finite, Operator
from synthdsl.ops.numbers.drawing import evenly_within
from synthdsl.ops.rows import require
from synthdsl.ops.time.calendar import bounds, days_of, range_in_order

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

_FINITE = 1000


def _kernel(draw: Draw, between: Vector) -> Vector:
    start, stop = bounds(between, draw.n)
    first, last = days_of(start), days_of(stop)
    require(first <= last, "The range of dates starts after its end.")
    return (first + draw.index(last - first + 1)).astype("datetime64[D]")


def _within(draw: Draw, low: Floats, high: Floats, between: Vector) -> tuple[Vector, Floats]:
    start, stop = bounds(between, draw.n)
    first, last = days_of(start), days_of(stop)
    require(first <= last, "The range of dates starts after its end.")
    days, mass = evenly_within(draw, (first, last), (low, high))
    return days.astype("datetime64[D]"), mass


def _domain(call: CallSite) -> Domain | None:
    between = call.constant("between")
    if between is None:
        return None
    days = (between[1] - between[0]).days + 1
    if days > _FINITE:
        return None
    return Finite(tuple((between[0] + datetime.timedelta(days=i), 1.0 / days) for i in range(days)))


OPERATOR = Operator(
    name="date",
    family="time",
    kind="sampler",
    signatures=("date(between: range[date]) -> date",),
    doc="A day drawn evenly from the range, both ends included. `make_date` and `parse_date` make a given one.",
    examples=(("date(2025-01-01 .. 2025-12-31)", None),),
    check=range_in_order,
    kernel=_kernel,
    within=_within,
    domain=_domain,
)
