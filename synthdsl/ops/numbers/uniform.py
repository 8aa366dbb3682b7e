"""`uniform`: a float between two bounds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from synthdsl.dataset.address import Draw
from synthdsl.dataset.vector import Vector
from synthdsl.ops.contract import Between, CallSite, Domain, Finite, Operator
from synthdsl.ops.numbers.bounds import ordered
from synthdsl.ops.numbers.drawing import floats
from synthdsl.ops.rows import require
from synthdsl.types.terms import FloatType, Type

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


def _kernel(draw: Draw, low: Vector, high: Vector) -> Vector:
    a, b = floats(low, draw.n), floats(high, draw.n)
    require(a <= b, "The lower bound is above the upper bound.")
    return a + draw.uniform() * (b - a)


def _within(draw: Draw, low: Floats, high: Floats, start: Vector, stop: Vector) -> tuple[Vector, Floats]:
    import numpy as np

    a, b = floats(start, draw.n), floats(stop, draw.n)
    require(a <= b, "The lower bound is above the upper bound.")
    first, last = np.maximum(a, low), np.minimum(b, high)
    width = np.maximum(last - first, 0.0)
    with np.errstate(invalid="ignore", divide="ignore"):
        mass = np.where(b > a, width / (b - a), (first <= last).astype(np.float64))
    return np.minimum(first + draw.uniform() * width, np.maximum(first, last)), mass


def _domain(call: CallSite) -> Domain | None:
    if not call.known("low", "high"):
        return None
    low, high = float(call.constant("low")), float(call.constant("high"))
    return Finite(((low, 1.0),)) if low == high else Between(low, high)


def _result(call: CallSite, type_: Type) -> Type:
    if not call.known("low", "high"):
        return type_
    return FloatType(float(call.constant("low")), float(call.constant("high")))


OPERATOR = Operator(
    name="uniform",
    family="numbers",
    kind="sampler",
    signatures=("uniform(low: number, high: number) -> float",),
    doc="A float drawn evenly from `low` (included) to `high` (excluded, up to rounding).",
    examples=(("uniform(0, 20)", None),),
    check=ordered,
    result=_result,
    kernel=_kernel,
    within=_within,
    domain=_domain,
)
