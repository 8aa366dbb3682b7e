"""`poisson`: the Poisson distribution."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from synthdsl.dataset import portable_arrays
from synthdsl.dataset.address import Draw
from synthdsl.dataset.vector import Vector
from synthdsl.ops.contract import Between, CallSite, Domain, Operator
from synthdsl.ops.numbers.bounds import at_least_zero
from synthdsl.ops.numbers.drawing import by_inversion, by_rejection, floats
from synthdsl.ops.rows import require
from synthdsl.types.terms import IntType, Type

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]

MAX_MEAN = 1_000_000_000
_INVERT_BELOW = 32.0


def _kernel(draw: Draw, mean: Vector) -> Vector:
    import numpy as np

    centre = floats(mean, draw.n)
    require((centre >= 0.0) & (centre <= MAX_MEAN), "The mean of a Poisson distribution lies between 0 and 1e9.")
    out = np.empty(draw.n, dtype=np.int64)
    low = centre < _INVERT_BELOW
    if low.any():
        out[low] = _by_steps(draw.at(low), centre[low])
    if not low.all():
        out[~low] = _by_squeeze(draw.at(~low), centre[~low]).astype(np.int64)
    return out


def _by_steps(draw: Draw, mean: Array) -> Array:
    return by_inversion(draw.uniform(), portable_arrays.exp(-mean), _step, (mean,))


def _step(mass: Any, parameters: tuple[Any, ...], k: int) -> Any:
    return mass * parameters[0] / k


def _by_squeeze(draw: Draw, mean: Array) -> Array:
    """PTRS of Hörmann 1993: transformed rejection with squeeze, for means of 10 and more."""
    import numpy as np

    b = 0.931 + 2.53 * np.sqrt(mean)
    a = -0.059 + 0.02483 * b
    inverse_alpha = 1.1239 + 1.1328 / (b - 3.4)
    inside = 0.9277 - 3.6224 / (b - 2.0)

    def propose(place: Draw, rows: Array, counter: int) -> tuple[Array, Array]:
        u, v = place.open_uniform(counter) - 0.5, place.open_uniform(counter + 1)
        us = 0.5 - np.abs(u)
        m, br, ar = mean[rows], b[rows], a[rows]
        k = np.floor((2.0 * ar / us + br) * u + m + 0.43)
        accepted = (us >= 0.07) & (v <= inside[rows])
        unsure = np.flatnonzero(~accepted & (k >= 0.0) & ((us >= 0.013) | (v <= us)))
        if len(unsure):
            us, ar, br, m, ks = us[unsure], ar[unsure], br[unsure], m[unsure], k[unsure]
            height = v[unsure] * inverse_alpha[rows[unsure]] / (ar / (us * us) + br)
            bound = ks * portable_arrays.log(m) - m - portable_arrays.log_gamma(ks + 1.0)
            accepted[unsure] = portable_arrays.log(height) <= bound
        return k, accepted

    return by_rejection(draw, propose)


def _domain(call: CallSite) -> Domain | None:
    return Between(0, math.inf)


def _result(call: CallSite, type_: Type) -> Type:
    return IntType(0, None)


OPERATOR = Operator(
    name="poisson",
    family="numbers",
    kind="sampler",
    signatures=("poisson(mean: number) -> int",),
    doc="How many of independent events happen when `mean` (0 to 1e9) are expected.",
    examples=(("poisson(mean=3.5)", None),),
    source="Inversion below a mean of 32, above it PTRS of Hörmann 1993, The transformed rejection method",
    check=at_least_zero("mean", MAX_MEAN),
    result=_result,
    kernel=_kernel,
    domain=_domain,
)
