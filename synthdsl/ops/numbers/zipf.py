"""`zipf`: ranks whose frequency falls with a power of the rank."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from synthdsl.dataset import portable, portable_arrays
from synthdsl.dataset.address import Draw
from synthdsl.dataset.vector import Vector
from synthdsl.ops.contract import Between, CallSite, Domain, Finite, Operator
from synthdsl.ops.numbers.bounds import at_least_zero, checks, within
from synthdsl.ops.numbers.drawing import by_rejection, floats, integers
from synthdsl.ops.rows import require
from synthdsl.types.terms import IntType, Type

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]

MAX_RANK = 10**15
MAX_EXPONENT = 100
_FINITE = 1000


def _kernel(draw: Draw, s: Vector, n: Vector) -> Vector:
    import numpy as np

    exponent, ranks = floats(s, draw.n), integers(n, draw.n)
    require((exponent >= 0.0) & (exponent <= MAX_EXPONENT), "The exponent of 'zipf' lies between 0 and 100.")
    require((ranks >= 1) & (ranks <= MAX_RANK), "The number of ranks lies between 1 and 10**15.")
    return _by_inversion(draw, exponent, ranks.astype(np.float64)).astype(np.int64)


def _by_inversion(draw: Draw, s: Array, n: Array) -> Array:
    """Rejection-inversion: the hat is the integral of x ** -s over [k - 1/2, k + 1/2]."""
    import numpy as np

    first = _integral(np.full(draw.n, 1.5), s) - 1.0
    last = _integral(n + 0.5, s)
    sure = 2.0 - _inverse(_integral(np.full(draw.n, 2.5), s) - _height(np.full(draw.n, 2.0), s), s)

    def propose(place: Draw, rows: Array, counter: int) -> tuple[Array, Array]:
        power = s[rows]
        u = last[rows] + place.open_uniform(counter) * (first[rows] - last[rows])
        x = _inverse(u, power)
        k = np.minimum(np.maximum(np.floor(x + 0.5), 1.0), n[rows])
        accepted = k - x <= sure[rows]
        unsure = np.flatnonzero(~accepted)
        if len(unsure):
            ks, power = k[unsure], power[unsure]
            accepted[unsure] = u[unsure] >= _integral(ks + 0.5, power) - _height(ks, power)
        return k, accepted

    return by_rejection(draw, propose)


def _height(x: Array, s: Array) -> Array:
    """x ** -s."""
    return portable_arrays.exp(-s * portable_arrays.log(x))


def _integral(x: Array, s: Array) -> Array:
    """The integral of t ** -s from 1 to x: (x ** (1 - s) - 1) / (1 - s), and log x for s = 1."""
    import numpy as np

    log_x = portable_arrays.log(x)
    z = (1.0 - s) * log_x
    tiny = np.abs(z) < 1e-8
    ratio = portable_arrays.expm1(z) / np.where(tiny, 1.0, z)
    return np.where(tiny, 1.0 + z * 0.5, ratio) * log_x


def _inverse(u: Array, s: Array) -> Array:
    """The x whose `_integral` is u."""
    import numpy as np

    z = np.maximum(u * (1.0 - s), -1.0 + 2.0**-53)
    tiny = np.abs(z) < 1e-8
    ratio = portable_arrays.log1p(z) / np.where(tiny, 1.0, z)
    return portable_arrays.exp(np.where(tiny, 1.0 - z * 0.5, ratio) * u)


def _domain(call: CallSite) -> Domain | None:
    s, n = call.constant("s"), call.constant("n")
    if n is None:
        return Between(1, math.inf)
    if s is None or n > _FINITE:
        return Between(1, n)
    weights = [portable.power(float(k), -float(s)) for k in range(1, n + 1)]
    total = math.fsum(weights)
    return Finite(tuple((k, w / total) for k, w in enumerate(weights, 1) if w))


def _result(call: CallSite, type_: Type) -> Type:
    return IntType(1, call.constant("n"))


OPERATOR = Operator(
    name="zipf",
    family="numbers",
    kind="sampler",
    signatures=("zipf(s: number, n: int) -> int",),
    doc="A rank from 1 to `n`; rank k is drawn in proportion to k ** -s. A small `s` is flat, 0 even.",
    examples=(("zipf(s=1.1, n=1000)", None),),
    source="Hörmann and Derflinger 1996, Rejection-inversion to generate variates from monotone discrete distributions",
    check=checks(at_least_zero("s", MAX_EXPONENT), within("n", 1, MAX_RANK)),
    result=_result,
    kernel=_kernel,
    domain=_domain,
)
