"""`normal`: the normal distribution."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from synthdsl.dataset.address import Draw
from synthdsl.dataset.normal import normal_between
from synthdsl.dataset.vector import Vector
from synthdsl.ops.contract import Between, CallSite, Domain, Finite, Operator
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
        return finite(centre + spread * standard_normal(draw))


def _within(draw: Draw, low: Floats, high: Floats, mean: Vector, sd: Vector) -> tuple[Vector, Floats]:
    import numpy as np

    centre, spread = floats(mean, draw.n), floats(sd, draw.n)
    require(spread >= 0.0, "A standard deviation is not negative.")
    u = draw.open_uniform()
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        deviate, mass = normal_between(u, (low - centre) / spread, (high - centre) / spread)
        inside = ((low <= centre) & (centre <= high)).astype(np.float64)
        values = np.where(spread > 0.0, centre + spread * deviate, centre)
        mass = np.where(spread > 0.0, mass, inside)
        return finite(np.where(mass > 0.0, values, 0.0)), mass


def _domain(call: CallSite) -> Domain | None:
    if call.known("mean", "sd") and call.constant("sd") == 0:
        return Finite(((float(call.constant("mean")), 1.0),))
    return Between(-math.inf, math.inf)


OPERATOR = Operator(
    name="normal",
    family="numbers",
    kind="sampler",
    signatures=("normal(mean: number, sd: number) -> float",),
    doc="A float from the normal distribution with this mean and standard deviation.",
    examples=(("normal(mean=41, sd=12)", None),),
    source="Inversion by AS 241, Wichura 1988",
    check=at_least_zero("sd"),
    kernel=_kernel,
    within=_within,
    domain=_domain,
)
