"""Elementary functions that give the same bits on every machine.

The C library and numpy take `log` or `exp` from code that differs between machines in the last bit. Here they
are made of operations which IEEE 754 defines exactly (+ - * / sqrt, scaling by powers of two), in one fixed
order. Each function has a scalar form over Python floats, which needs no numpy, and an `_array` form over
float64 arrays of any length; both give the same bits.

Errors (measured by tests): `log`, `exp` below 1 ulp; `log1p`, `expm1` below 4 ulp; `power` below 1 ulp, rising to
8 ulp where the result nears the largest or smallest float, and exact where the result is a whole number below 2**53
to a whole power; `normal_ppf` about 1e-15 relative; `log_gamma` about 1e-14 relative to
max(1, |value|). Nothing is raised: outside the domain the result is nan, at a pole an infinity.

Sources: `log` and `exp` after FreeBSD msun e_log.c and e_exp.c (Sun Microsystems 1993); double-double steps after
Dekker (1971); `normal_ppf` is AS 241 PPND16 (Wichura 1988); `log_gamma` is Stirling's series (Abramowitz and
Stegun 6.1.41).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from synthdsl.dataset.coefficients import (
    ATANH,
    CENTRE,
    EXP,
    EXP_MAX,
    EXP_MIN,
    FAR_TAIL,
    HALF_LOG_TWO_PI,
    INV_LN2,
    LN2_HI,
    LN2_LO,
    LOG,
    SPLIT,
    SQRT_HALF,
    STIRLING,
    TAIL,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

Number = TypeVar("Number", bound=Any)
"""A Python float or a float64 array: the arithmetic between branches is written once for both."""

_BLOCK = 8192
"""Rows handled at a time, so that intermediate arrays stay in the processor's cache."""


# --- scalar forms -------------------------------------------------------------------------------


def log(x: float) -> float:
    """The natural logarithm; -inf at 0, nan below."""
    if not 0.0 < x < math.inf:
        return -math.inf if x == 0.0 else x if x > 0.0 else math.nan
    m, e = math.frexp(x)
    if m < SQRT_HALF:
        m, e = m * 2.0, e - 1
    return _log_reduced(m, float(e))


def exp(x: float) -> float:
    """e to the power x; inf above 709.78, 0 below -745.13."""
    return _exp_sum(x, 0.0)


def log1p(x: float) -> float:
    """log(1 + x), accurate near 0."""
    if not -1.0 < x < 2.0**53:
        return log(1.0 + x)
    u = 1.0 + x
    return x if u == 1.0 else log(u) * x / (u - 1.0)


def expm1(x: float) -> float:
    """exp(x) - 1, accurate near 0."""
    u = exp(x)
    if u == 1.0:
        return x
    return u - 1.0 if not 1e-17 < u < 1e17 else (u - 1.0) * x / log(u)


def power(x: float, y: float) -> float:
    """x to the power y for x >= 0, and for negative x where y is a whole number; else nan. `power(x, 0)` is 1."""
    if y == 0.0 or x == 1.0:
        return 1.0
    if x != x or y != y:
        return math.nan
    whole = abs(y) < 2.0**53 and y == math.floor(y)
    if whole and abs(y) <= 8.0:
        return _small_power(x, int(y))
    if whole and 8.0 < y <= 53.0 and abs(x) <= 2.0**53 and x == math.floor(x):
        exact = _small_power(x, int(y))
        if abs(exact) <= 2.0**53:
            return exact
    if x < 0.0:
        if abs(y) >= 2.0**53:
            return power(-x, y)
        return (-1.0 if int(y) % 2 else 1.0) * power(-x, y) if whole else math.nan
    if x in (0.0, math.inf):
        return math.inf if (x == 0.0) == (y < 0.0) else 0.0
    m, e = math.frexp(x)
    if m < SQRT_HALF:
        m, e = m * 2.0, e - 1
    hi, lo = _log_pair(m, float(e))
    return _exp_sum(*_times(min(max(y, -(2.0**65)), 2.0**65), hi, lo))


def normal_ppf(p: float) -> float:
    """The standard normal quantile: x with P(X <= x) = p; -inf at 0, inf at 1."""
    if not 0.0 < p < 1.0:
        return -math.inf if p == 0.0 else math.inf if p == 1.0 else math.nan
    q = p - 0.5
    if abs(q) <= 0.425:
        return q * _ratio(CENTRE, 0.180625 - q * q)
    r = math.sqrt(-log(p if q < 0.0 else 1.0 - p))
    x = _ratio(TAIL, r - 1.6) if r <= 5.0 else _ratio(FAR_TAIL, r - 5.0)
    return -x if q < 0.0 else x


def log_gamma(x: float) -> float:
    """The natural logarithm of the gamma function, for x > 0; inf at 0, nan below."""
    if not 0.0 < x < math.inf:
        return math.inf if x in (0.0, math.inf) else math.nan
    product = 1.0
    while x < 10.0:
        product, x = product * x, x + 1.0
    return _stirling(x, log(x)) - log(product)


def _exp_sum(x: float, low: float) -> float:
    """exp(x + low), where low is far smaller than x."""
    if not EXP_MIN <= x <= EXP_MAX:
        return 0.0 if x < 0.0 else math.inf if x > 0.0 else math.nan
    k = math.floor(x * INV_LN2 + 0.5)
    y = _exp_reduced(x, low, float(k))
    half = k >> 1
    return y * math.ldexp(1.0, half) * math.ldexp(1.0, k - half)


def _small_power(x: float, y: int) -> float:
    """By squaring, so that whole powers which are exact come out exact; |y| <= 53."""
    if x == 0.0 and y < 0:
        return math.inf
    out, n = 1.0, abs(y)
    while n:
        if n & 1:
            out *= x
        x, n = x * x, n >> 1
    if y > 0:
        return out
    return 1.0 / out if out else math.inf


# --- array forms --------------------------------------------------------------------------------


def log_array(x: Floats) -> Floats:
    """`log` of each item."""
    return _by_block(_log_block, x)


def exp_array(x: Floats) -> Floats:
    """`exp` of each item."""
    return _by_block(lambda b: _exp_sum_block(b, 0.0), x)


def log1p_array(x: Floats) -> Floats:
    """`log1p` of each item."""
    return _by_block(_log1p_block, x)


def expm1_array(x: Floats) -> Floats:
    """`expm1` of each item."""
    return _by_block(_expm1_block, x)


def power_array(x: Floats, y: Floats) -> Floats:
    """`power` of each pair of items."""
    return _by_block(_power_block, x, y)


def normal_ppf_array(p: Floats) -> Floats:
    """`normal_ppf` of each item."""
    return _by_block(_normal_ppf_block, p)


def log_gamma_array(x: Floats) -> Floats:
    """`log_gamma` of each item."""
    return _by_block(_log_gamma_block, x)


def _by_block(function: Callable[..., Floats], *arrays: Floats) -> Floats:
    import numpy as np

    wide = np.broadcast_arrays(*(np.asarray(a, dtype=np.float64) for a in arrays))
    flat = [w.reshape(-1) for w in wide]
    out = np.empty(len(flat[0]), dtype=np.float64)
    with np.errstate(all="ignore"):
        for start in range(0, len(out), _BLOCK):
            out[start : start + _BLOCK] = function(*(a[start : start + _BLOCK] for a in flat))
    return out.reshape(wide[0].shape)


def _reduce_block(x: Floats) -> tuple[Floats, Floats]:
    """Mantissas in [sqrt 1/2, sqrt 2) and exponents."""
    import numpy as np

    m, e = np.frexp(x)
    small = m < SQRT_HALF
    return m * (1.0 + small), (e - small).astype(np.float64)


def _log_block(x: Floats) -> Floats:
    import numpy as np

    out = _log_reduced(*_reduce_block(x))
    odd = ~((x > 0.0) & (x < np.inf))
    if odd.any():
        out[odd] = [log(v) for v in x[odd].tolist()]
    return out


def _exp_sum_block(x: Floats, low: Floats | float) -> Floats:
    import numpy as np

    inside = (x >= EXP_MIN) & (x <= EXP_MAX)
    safe = x if inside.all() else np.where(inside, x, 0.0)
    k = np.floor(safe * INV_LN2 + 0.5)
    y = _exp_reduced(safe, low, k)
    whole = k.astype(np.int64)
    half = whole >> 1
    y *= _two_to(half)
    y *= _two_to(whole - half)
    if safe is not x:
        y = np.where(inside, y, np.where(x < 0.0, 0.0, np.where(x > 0.0, np.inf, np.nan)))
    return y


def _log1p_block(x: Floats) -> Floats:
    import numpy as np

    u = 1.0 + x
    out = _log_block(u)
    scaled = out * x / (u - 1.0)
    inside = (x > -1.0) & (x < 2.0**53)
    return np.where(inside, np.where(u == 1.0, x, scaled), out)


def _expm1_block(x: Floats) -> Floats:
    import numpy as np

    u = _exp_sum_block(x, 0.0)
    scaled = (u - 1.0) * x / _log_block(u)
    inside = (u > 1e-17) & (u < 1e17)
    return np.where(u == 1.0, x, np.where(inside, scaled, u - 1.0))


def _two_to(k: NDArray[Any]) -> Floats:
    import numpy as np

    return ((k + 1023) << 52).view(np.float64)


def _power_block(x: Floats, y: Floats) -> Floats:
    import numpy as np

    hi, lo = _log_pair(*_reduce_block(x))
    out = _exp_sum_block(*_times(np.clip(y, -(2.0**65), 2.0**65), hi, lo))
    plain = (x > 0.0) & (x < np.inf) & (y == y) & ((np.abs(y) > 8.0) | (y != np.floor(y)))
    _mend_exact(x, y, out)
    odd = ~(plain | (x == 1.0) | (y == 0.0))
    out[(x == 1.0) | (y == 0.0)] = 1.0
    if odd.any():
        out[odd] = _whole_or_edge(x[odd], y[odd])
    return out


def _mend_exact(x: Floats, y: Floats, out: Floats) -> None:
    """Puts the exact result where a whole number to a whole power stays below 2**53."""
    import numpy as np

    whole = (y > 8.0) & (y <= 53.0) & (y == np.floor(y)) & (x > 1.0) & (x == np.floor(x)) & (out <= 2.0**54)
    for exponent in np.unique(y[whole]).tolist():
        rows = whole & (y == exponent)
        exact = _small_power_block(x[rows], int(exponent))
        out[rows] = np.where(exact <= 2.0**53, exact, out[rows])


def _whole_or_edge(x: Floats, y: Floats) -> Floats:
    import numpy as np

    out = np.empty(len(x), dtype=np.float64)
    small = (x == x) & (y == np.floor(y)) & (np.abs(y) <= 8.0)
    for exponent in np.unique(y[small]).tolist():
        rows = small & (y == exponent)
        out[rows] = _small_power_block(x[rows], int(exponent))
    rest = ~small
    out[rest] = [power(a, b) for a, b in zip(x[rest].tolist(), y[rest].tolist(), strict=True)]
    return out


def _small_power_block(x: Floats, y: int) -> Floats:
    import numpy as np

    out, n, base = np.ones(len(x)), abs(y), x
    while n:
        if n & 1:
            out = out * base
        base, n = base * base, n >> 1
    if y > 0:
        return out
    return np.where((x == 0.0) | (out == 0.0), np.inf, 1.0 / out)


def _normal_ppf_block(p: Floats) -> Floats:
    import numpy as np

    q = p - 0.5
    out = q * _ratio(CENTRE, 0.180625 - q * q)
    outer = np.flatnonzero(~(np.abs(q) <= 0.425))
    if len(outer):
        q, tail = q[outer], p[outer]
        r = np.sqrt(-_log_block(np.where(q < 0.0, tail, 1.0 - tail)))
        x = _ratio(TAIL, r - 1.6)
        far = r > 5.0
        if far.any():
            x[far] = _ratio(FAR_TAIL, r[far] - 5.0)
        out[outer] = np.where(q < 0.0, -x, x)
        odd = outer[~((tail > 0.0) & (tail < 1.0))]
        out[odd] = [normal_ppf(v) for v in p[odd].tolist()]
    return out


def _log_gamma_block(x: Floats) -> Floats:
    import numpy as np

    odd = ~((x > 0.0) & (x < np.inf))
    high = np.where(odd, 10.0, x)
    product = np.ones(len(high))
    while (low := high < 10.0).any():
        product = np.where(low, product * high, product)
        high = np.where(low, high + 1.0, high)
    out = _stirling(high, _log_block(high)) - _log_block(product)
    if odd.any():
        out[odd] = [log_gamma(v) for v in x[odd].tolist()]
    return out


# --- the arithmetic both forms share -------------------------------------------------------------


def _horner(coefficients: Sequence[float], x: Number) -> Number:
    """The polynomial whose coefficients are given from the highest power down."""
    out: Any = coefficients[0]
    for c in coefficients[1:]:
        out = out * x + c
    return out


def _ratio(pair: tuple[tuple[float, ...], tuple[float, ...]], x: Number) -> Number:
    return _horner(pair[0], x) / _horner(pair[1], x)


def _log_reduced(m: Number, e: Number) -> Number:
    """log(m * 2**e) for m in [sqrt 1/2, sqrt 2)."""
    f = m - 1.0
    s = f / (2.0 + f)
    z = s * s
    r = z * _horner(LOG, z)
    half = 0.5 * f * f
    return e * LN2_HI - ((half - (s * (half + r) + e * LN2_LO)) - f)


def _exp_reduced(x: Number, low: Any, k: Number) -> Number:
    """exp(x + low - k log 2), for |x - k log 2| <= 0.35."""
    hi = x - k * LN2_HI
    lo = k * LN2_LO - low
    r = hi - lo
    t = r * r
    c = r - t * _horner(EXP, t)
    return 1.0 - ((lo - (r * c) / (2.0 - c)) - hi)


def _log_pair(m: Number, e: Number) -> tuple[Number, Number]:
    """log(m * 2**e) as an unevaluated sum of two floats, relative error near 2**-60."""
    f = m - 1.0
    d = f + 2.0
    d_low = f - (d - 2.0)
    s = f / d
    p, p_low = _product(s, d)
    s_low = (((f - p) - p_low) - s * d_low) / d
    z = s * s
    cubic = 2.0 * s * (z * _horner(ATANH, z))
    big, twice = e * LN2_HI, 2.0 * s
    hi = big + twice
    rest = hi - big
    low = (big - (hi - rest)) + (twice - rest)
    low = low + (cubic + (2.0 * s_low + e * LN2_LO))
    total = hi + low
    return total, low - (total - hi)


def _times(y: Number, hi: Number, lo: Number) -> tuple[Number, Number]:
    p, p_low = _product(y, hi)
    return p, p_low + y * lo


def _product(a: Number, b: Number) -> tuple[Number, Number]:
    """a * b and its rounding error, exactly."""
    a1 = SPLIT * a
    a1 = a1 - (a1 - a)
    a2 = a - a1
    b1 = SPLIT * b
    b1 = b1 - (b1 - b)
    b2 = b - b1
    p = a * b
    return p, ((a1 * b1 - p) + a1 * b2 + a2 * b1) + a2 * b2


def _stirling(x: Number, log_x: Number) -> Number:
    """log gamma of x >= 10."""
    z = 1.0 / x
    return (x - 0.5) * log_x - x + (HALF_LOG_TWO_PI + z * _horner(STIRLING, z * z))
