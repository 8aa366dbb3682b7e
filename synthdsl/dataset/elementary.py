"""The arithmetic that the scalar and the array forms of `portable.py` share, written once for both.

Numbers are Python floats or float64 arrays; the operations are those that IEEE 754 defines exactly, in one order.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

from synthdsl.dataset.coefficients import ATANH, EXP, HALF_LOG_TWO_PI, LN2_HI, LN2_LO, LOG, SPLIT, STIRLING

Number = TypeVar("Number", bound=Any)
"""A Python float or a float64 array."""


def horner(coefficients: Sequence[float], x: Number) -> Number:
    """The polynomial whose coefficients are given from the highest power down."""
    out: Any = coefficients[0]
    for c in coefficients[1:]:
        out = out * x + c
    return out


def ratio(pair: tuple[tuple[float, ...], tuple[float, ...]], x: Number) -> Number:
    """The quotient of two polynomials, as `horner` takes them."""
    return horner(pair[0], x) / horner(pair[1], x)


def log_reduced(m: Number, e: Number) -> Number:
    """log(m * 2**e) for m in [sqrt 1/2, sqrt 2)."""
    f = m - 1.0
    s = f / (2.0 + f)
    z = s * s
    r = z * horner(LOG, z)
    half = 0.5 * f * f
    return e * LN2_HI - ((half - (s * (half + r) + e * LN2_LO)) - f)


def exp_reduced(x: Number, low: Any, k: Number) -> Number:
    """exp(x + low - k log 2), for |x - k log 2| <= 0.35."""
    hi = x - k * LN2_HI
    lo = k * LN2_LO - low
    r = hi - lo
    t = r * r
    c = r - t * horner(EXP, t)
    return 1.0 - ((lo - (r * c) / (2.0 - c)) - hi)


def log_pair(m: Number, e: Number) -> tuple[Number, Number]:
    """log(m * 2**e) as an unevaluated sum of two floats, relative error near 2**-60."""
    f = m - 1.0
    d = f + 2.0
    d_low = f - (d - 2.0)
    s = f / d
    p, p_low = product(s, d)
    s_low = (((f - p) - p_low) - s * d_low) / d
    z = s * s
    cubic = 2.0 * s * (z * horner(ATANH, z))
    big, twice = e * LN2_HI, 2.0 * s
    hi = big + twice
    rest = hi - big
    low = (big - (hi - rest)) + (twice - rest)
    low = low + (cubic + (2.0 * s_low + e * LN2_LO))
    total = hi + low
    return total, low - (total - hi)


def times(y: Number, hi: Number, lo: Number) -> tuple[Number, Number]:
    """y * (hi + lo) as an unevaluated sum of two floats."""
    p, p_low = product(y, hi)
    return p, p_low + y * lo


def product(a: Number, b: Number) -> tuple[Number, Number]:
    """a * b and its rounding error, exactly."""
    a1 = SPLIT * a
    a1 = a1 - (a1 - a)
    a2 = a - a1
    b1 = SPLIT * b
    b1 = b1 - (b1 - b)
    b2 = b - b1
    p = a * b
    return p, ((a1 * b1 - p) + a1 * b2 + a2 * b1) + a2 * b2


def stirling(x: Number, log_x: Number) -> Number:
    """log gamma of x >= 10."""
    z = 1.0 / x
    return (x - 0.5) * log_x - x + (HALF_LOG_TWO_PI + z * horner(STIRLING, z * z))
