"""`gamma`: the gamma distribution."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from synthdsl.dataset import portable_arrays
from synthdsl.dataset.address import Draw
from synthdsl.dataset.vector import Vector
from synthdsl.ops.contract import Between, CallSite, Domain, Operator
from synthdsl.ops.numbers.bounds import checks, positive
from synthdsl.ops.numbers.drawing import by_rejection, floats, standard_normal
from synthdsl.ops.rows import require
from synthdsl.ops.symbols.exact import finite

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]


def gamma_parts(draw: Draw, shape: Array) -> tuple[Array, Array]:
    """A gamma deviate of scale 1 as `value * exp(power)`, both float64[n].

    A shape below 1 takes the deviate of shape + 1 times U ** (1 / shape), which may underflow: hence the two parts.
    """
    import numpy as np

    small = shape < 1.0
    value = _marsaglia_tsang(draw, np.where(small, shape + 1.0, shape))
    power = np.zeros(draw.n)
    if small.any():
        power[small] = portable_arrays.log(draw.below("boost").at(small).open_uniform()) / shape[small]
    return value, power


def _marsaglia_tsang(draw: Draw, shape: Array) -> Array:
    import numpy as np

    d = shape - 1.0 / 3.0
    c = 1.0 / np.sqrt(9.0 * d)

    def propose(place: Draw, rows: Array, counter: int) -> tuple[Array, Array]:
        x = standard_normal(place, counter)
        u = place.open_uniform(counter + 1)
        v = 1.0 + c[rows] * x
        v = v * v * v
        square = x * x
        accepted = (v > 0.0) & (u < 1.0 - 0.0331 * square * square)
        unsure = np.flatnonzero((v > 0.0) & ~accepted)
        if len(unsure):
            w, big = v[unsure], d[rows[unsure]]
            bound = 0.5 * square[unsure] + big * (1.0 - w + portable_arrays.log(w))
            accepted[unsure] = portable_arrays.log(u[unsure]) < bound
        return d[rows] * v, accepted

    return by_rejection(draw, propose)


def _kernel(draw: Draw, shape: Vector, scale: Vector) -> Vector:
    import numpy as np

    a, factor = floats(shape, draw.n), floats(scale, draw.n)
    require(a > 0.0, "The shape of a gamma distribution is above 0.")
    require(factor > 0.0, "The scale of a gamma distribution is above 0.")
    value, power = gamma_parts(draw, a)
    if power.any():
        value = value * portable_arrays.exp(power)
    with np.errstate(over="ignore"):
        return finite(value * factor)


def _domain(call: CallSite) -> Domain | None:
    return Between(0.0, math.inf)


OPERATOR = Operator(
    name="gamma",
    family="numbers",
    kind="sampler",
    signatures=("gamma(shape: number, scale: number) -> float",),
    doc="A float from the gamma distribution; its mean is shape * scale, its variance shape * scale * scale.",
    examples=(("gamma(shape=2, scale=1.5)", None),),
    source="Marsaglia and Tsang 2000, A simple method for generating gamma variables",
    check=checks(positive("shape"), positive("scale")),
    kernel=_kernel,
    domain=_domain,
)
