"""`binomial`: the binomial distribution."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from synthdsl.dataset import portable, portable_arrays
from synthdsl.dataset.address import Draw
from synthdsl.dataset.vector import Vector
from synthdsl.ops.contract import Between, CallSite, Domain, Finite, Operator
from synthdsl.ops.numbers.bounds import at_least_zero, checks, probability
from synthdsl.ops.numbers.drawing import by_inversion, by_rejection, floats, integers
from synthdsl.ops.rows import require
from synthdsl.types.terms import IntType, Type

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]

MAX_TRIALS = 1_000_000_000
_INVERT_BELOW = 10.0
_FINITE = 200


def _kernel(draw: Draw, n: Vector, p: Vector) -> Vector:
    import numpy as np

    trials, chance = integers(n, draw.n).astype(np.float64), floats(p, draw.n)
    require((trials >= 0.0) & (trials <= MAX_TRIALS), "The number of trials lies between 0 and 1e9.")
    require((chance >= 0.0) & (chance <= 1.0), "A probability lies between 0 and 1.")
    # Above one half the failures are drawn, which are the fewer.
    turned = chance > 0.5
    rare = np.where(turned, 1.0 - chance, chance)
    low = trials * rare < _INVERT_BELOW
    out = np.empty(draw.n, dtype=np.int64)
    if low.any():
        out[low] = _by_steps(draw.at(low), trials[low], rare[low])
    if not low.all():
        out[~low] = _by_squeeze(draw.at(~low), trials[~low], rare[~low]).astype(np.int64)
    return np.where(turned, trials.astype(np.int64) - out, out)


def _by_steps(draw: Draw, trials: Array, p: Array) -> Array:
    start = portable_arrays.exp(trials * portable_arrays.log1p(-p))
    return by_inversion(draw.uniform(), start, _step, (trials, p / (1.0 - p)))


def _step(mass: Any, parameters: tuple[Any, ...], k: int) -> Any:
    trials, odds = parameters
    return mass * odds * (trials - (k - 1)) / k


def _by_squeeze(draw: Draw, trials: Array, p: Array) -> Array:
    """BTRS of Hörmann 1993: transformed rejection with squeeze, for n * p of 10 and more, p up to 0.5."""
    import numpy as np

    q = 1.0 - p
    spread = np.sqrt(trials * p * q)
    b = 1.15 + 2.53 * spread
    a = -0.0873 + 0.0248 * b + 0.01 * p
    centre = trials * p + 0.5
    inside = 0.92 - 4.2 / b
    alpha = (2.83 + 5.1 / b) * spread
    mode = np.floor((trials + 1.0) * p)
    peak = portable_arrays.log_gamma(mode + 1.0) + portable_arrays.log_gamma(trials - mode + 1.0)
    odds = portable_arrays.log(p / q)

    def propose(place: Draw, rows: Array, counter: int) -> tuple[Array, Array]:
        u, v = place.open_uniform(counter) - 0.5, place.open_uniform(counter + 1)
        us = 0.5 - np.abs(u)
        k = np.floor((2.0 * a[rows] / us + b[rows]) * u + centre[rows])
        accepted = (us >= 0.07) & (v <= inside[rows])
        unsure = np.flatnonzero(~accepted & (k >= 0.0) & (k <= trials[rows]))
        if len(unsure):
            r, us, ks = rows[unsure], us[unsure], k[unsure]
            height = v[unsure] * alpha[r] / (a[r] / (us * us) + b[r])
            rest = portable_arrays.log_gamma(ks + 1.0) + portable_arrays.log_gamma(trials[r] - ks + 1.0)
            accepted[unsure] = portable_arrays.log(height) <= peak[r] - rest + (ks - mode[r]) * odds[r]
        return k, accepted

    return by_rejection(draw, propose)


def _domain(call: CallSite) -> Domain | None:
    n, p = call.constant("n"), call.constant("p")
    if n is None:
        return Between(0, math.inf)
    if p is None or n > _FINITE:
        return Between(0, n)
    chances = ((k, math.comb(n, k) * portable.power(p, k) * portable.power(1.0 - p, n - k)) for k in range(n + 1))
    return Finite(tuple((k, chance) for k, chance in chances if chance))


def _result(call: CallSite, type_: Type) -> Type:
    return IntType(0, call.constant("n"))


OPERATOR = Operator(
    name="binomial",
    family="numbers",
    kind="sampler",
    signatures=("binomial(n: int, p: number) -> int",),
    doc="How many of `n` (up to 1e9) independent trials succeed when each does with probability `p`.",
    examples=(("binomial(n=10, p=0.3)", None),),
    source="Inversion where fewer than 10 are expected, else BTRS of Hörmann 1993, The generation of binomial variates",
    check=checks(at_least_zero("n", MAX_TRIALS), probability("p")),
    result=_result,
    kernel=_kernel,
    domain=_domain,
)
