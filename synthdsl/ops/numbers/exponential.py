"""`exponential`: the exponential distribution."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from synthdsl.dataset import portable_arrays
from synthdsl.dataset.address import Draw
from synthdsl.dataset.vector import Vector
from synthdsl.ops.contract import Between, CallSite, Domain, Operator
from synthdsl.ops.numbers.bounds import positive
from synthdsl.ops.numbers.drawing import floats
from synthdsl.ops.rows import require
from synthdsl.ops.symbols.exact import finite

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


def _kernel(draw: Draw, rate: Vector) -> Vector:
    import numpy as np

    speed = floats(rate, draw.n)
    require(speed > 0.0, "A rate is above 0.")
    with np.errstate(over="ignore"):
        return finite(-portable_arrays.log(draw.open_uniform()) / speed)


def _within(draw: Draw, low: Floats, high: Floats, rate: Vector) -> tuple[Vector, Floats]:
    """What is left of the waiting time after `low` is exponential again, and ends `high - low` later at most."""
    import numpy as np

    speed = floats(rate, draw.n)
    require(speed > 0.0, "A rate is above 0.")
    first = np.maximum(low, 0.0)
    width = np.maximum(high - first, 0.0)
    with np.errstate(over="ignore", invalid="ignore"):
        ends = portable_arrays.expm1(-speed * width)
        mass = np.where(high >= first, portable_arrays.exp(-speed * first) * -ends, 0.0)
        values = first - portable_arrays.log1p(draw.open_uniform() * ends) / speed
        return finite(np.where(mass > 0.0, values, 0.0)), mass


def _domain(call: CallSite) -> Domain | None:
    return Between(0.0, math.inf)


OPERATOR = Operator(
    name="exponential",
    family="numbers",
    kind="sampler",
    signatures=("exponential(rate: number) -> float",),
    doc="The waiting time for the next of events that happen `rate` times per unit of time; its mean is 1 / rate.",
    examples=(("exponential(rate=0.5)", None),),
    check=positive("rate"),
    kernel=_kernel,
    within=_within,
    domain=_domain,
)
