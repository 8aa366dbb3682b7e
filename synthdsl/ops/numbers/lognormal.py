"""`lognormal`: the log-normal distribution."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from synthdsl.dataset import portable_arrays
from synthdsl.dataset.address import Draw
from synthdsl.dataset.normal import normal_between
from synthdsl.dataset.vector import Vector
from synthdsl.ops.contract import Between, CallSite, Domain, Operator
from synthdsl.ops.numbers.bounds import at_least_zero
from synthdsl.ops.numbers.drawing import floats, standard_normal
from synthdsl.ops.rows import require
from synthdsl.ops.symbols.exact import finite

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


def _kernel(draw: Draw, mean: Vector, sd: Vector) -> Vector:
    import numpy as np

    centre, spread = floats(mean, draw.n), floats(sd, draw.n)
    require(spread >= 0.0, "A standard deviation is not negative.")
    with np.errstate(over="ignore"):
        return finite(portable_arrays.exp(centre + spread * standard_normal(draw)))


def _within(draw: Draw, low: Floats, high: Floats, mean: Vector, sd: Vector) -> tuple[Vector, Floats]:
    import numpy as np

    centre, spread = floats(mean, draw.n), floats(sd, draw.n)
    require(spread >= 0.0, "A standard deviation is not negative.")
    u = draw.open_uniform()
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        first, last = portable_arrays.log(np.maximum(low, 0.0)), portable_arrays.log(np.maximum(high, 0.0))
        deviate, mass = normal_between(u, (first - centre) / spread, (last - centre) / spread)
        inside = ((first <= centre) & (centre <= last)).astype(np.float64)
        values = np.where(spread > 0.0, centre + spread * deviate, centre)
        mass = np.where(high > 0.0, np.where(spread > 0.0, mass, inside), 0.0)
        return finite(portable_arrays.exp(np.where(mass > 0.0, values, 0.0))), mass


def _domain(call: CallSite) -> Domain | None:
    return Between(0.0, math.inf)


OPERATOR = Operator(
    name="lognormal",
    family="numbers",
    kind="sampler",
    signatures=("lognormal(mean: number, sd: number) -> float",),
    doc=(
        "A float whose logarithm is normal with this mean and standard deviation: `mean` and `sd` describe the "
        "logarithm, so the median of the values is `exp(mean)` and their mean `exp(mean + sd * sd / 2)`."
    ),
    examples=(("lognormal(mean=3, sd=0.5)", None),),
    check=at_least_zero("sd"),
    kernel=_kernel,
    within=_within,
    domain=_domain,
)
