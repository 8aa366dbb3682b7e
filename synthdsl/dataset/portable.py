"""Elementary functions that give the same bits on every machine.

The C library and numpy take `log` or `exp` from code that differs between machines in the last bit. Here they
are made of operations which IEEE 754 defines exactly (+ - * / sqrt, scaling by powers of two), in one fixed
order. Each function has a scalar form over Python floats, which needs no numpy, and an `_array` form over
float64 arrays of any length; both give the same bits.

Errors (measured by tests): `log`, `exp` below 1 ulp; `power` below 1 ulp, rising to 8 ulp where the result nears
the largest or smallest float; `normal_ppf` about 1e-15 relative; `log_gamma` about 1e-14 relative to
max(1, |value|). Nothing is raised: outside the domain the result is nan, at a pole an infinity.

Sources: `log` and `exp` after FreeBSD msun e_log.c and e_exp.c (Sun Microsystems 1993); double-double steps after
Dekker (1971); `normal_ppf` is AS 241 PPND16 (Wichura 1988); `log_gamma` is Stirling's series (Abramowitz and
Stegun 6.1.41).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

Number = TypeVar("Number", bound=Any)
"""A Python float or a float64 array: the arithmetic between branches is written once for both."""

_BLOCK = 8192
"""Rows handled at a time, so that intermediate arrays stay in the processor's cache."""

_SQRT_HALF = 0.7071067811865476
_LN2_HI = 6.93147180369123816490e-01
_LN2_LO = 1.90821492927058770002e-10
_INV_LN2 = 1.44269504088896338700
_EXP_MAX = 7.09782712893383973096e02
_EXP_MIN = -7.45133219101941108420e02

_LOG = (
    1.479819860511658591e-01,
    1.531383769920937332e-01,
    1.818357216161805012e-01,
    2.222219843214978396e-01,
    2.857142874366239149e-01,
    3.999999999940941908e-01,
    6.666666666666735130e-01,
)
_EXP = (
    4.13813679705723846039e-08,
    -1.65339022054652515390e-06,
    6.61375632143793436117e-05,
    -2.77777777770155933842e-03,
    1.66666666666666019037e-01,
)
_ATANH = tuple(1.0 / k for k in range(25, 1, -2))
_STIRLING = (-1.0 / 360360.0 * 691.0, 1.0 / 1188.0, -1.0 / 1680.0, 1.0 / 1260.0, -1.0 / 360.0, 1.0 / 12.0)
_HALF_LOG_TWO_PI = 0.9189385332046727418
_SPLIT = 134217729.0

_CENTRE = (
    (
        2.5090809287301226727e3,
        3.3430575583588128105e4,
        6.7265770927008700853e4,
        4.5921953931549871457e4,
        1.3731693765509461125e4,
        1.9715909503065514427e3,
        1.3314166789178437745e2,
        3.3871328727963666080e0,
    ),
    (
        5.2264952788528545610e3,
        2.8729085735721942674e4,
        3.9307895800092710610e4,
        2.1213794301586595867e4,
        5.3941960214247511077e3,
        6.8718700749205790830e2,
        4.2313330701600911252e1,
        1.0,
    ),
)
_TAIL = (
    (
        7.74545014278341407640e-4,
        2.27238449892691845833e-2,
        2.41780725177450611770e-1,
        1.27045825245236838258e0,
        3.64784832476320460504e0,
        5.76949722146069140550e0,
        4.63033784615654529590e0,
        1.42343711074968357734e0,
    ),
    (
        1.05075007164441684324e-9,
        5.47593808499534494600e-4,
        1.51986665636164571966e-2,
        1.48103976427480074590e-1,
        6.89767334985100004550e-1,
        1.67638483018380384940e0,
        2.05319162663775882187e0,
        1.0,
    ),
)
_FAR_TAIL = (
    (
        2.01033439929228813265e-7,
        2.71155556874348757815e-5,
        1.24266094738807843860e-3,
        2.65321895265761230930e-2,
        2.96560571828504891230e-1,
        1.78482653991729133580e0,
        5.46378491116411436990e0,
        6.65790464350110377720e0,
    ),
    (
        2.04426310338993978564e-15,
        1.42151175831644588870e-7,
        1.84631831751005468180e-5,
        7.86869131145613259100e-4,
        1.48753612908506148525e-2,
        1.36929880922735805310e-1,
        5.99832206555887937690e-1,
        1.0,
    ),
)


# --- scalar forms -------------------------------------------------------------------------------


def log(x: float) -> float:
    """The natural logarithm; -inf at 0, nan below."""
    if not 0.0 < x < math.inf:
        return -math.inf if x == 0.0 else x if x > 0.0 else math.nan
    m, e = math.frexp(x)
    if m < _SQRT_HALF:
        m, e = m * 2.0, e - 1
    return _log_reduced(m, float(e))


def exp(x: float) -> float:
    """e to the power x; inf above 709.78, 0 below -745.13."""
    return _exp_sum(x, 0.0)


def power(x: float, y: float) -> float:
    """x to the power y for x >= 0, and for negative x where y is a whole number; else nan. `power(x, 0)` is 1."""
    if y == 0.0 or x == 1.0:
        return 1.0
    if x != x or y != y:
        return math.nan
    whole = abs(y) < 2.0**53 and y == math.floor(y)
    if whole and abs(y) <= 8.0:
        return _small_power(x, int(y))
    if x < 0.0:
        if abs(y) >= 2.0**53:
            return power(-x, y)
        return (-1.0 if int(y) % 2 else 1.0) * power(-x, y) if whole else math.nan
    if x in (0.0, math.inf):
        return math.inf if (x == 0.0) == (y < 0.0) else 0.0
    m, e = math.frexp(x)
    if m < _SQRT_HALF:
        m, e = m * 2.0, e - 1
    hi, lo = _log_pair(m, float(e))
    return _exp_sum(*_times(min(max(y, -(2.0**65)), 2.0**65), hi, lo))


def normal_ppf(p: float) -> float:
    """The standard normal quantile: x with P(X <= x) = p; -inf at 0, inf at 1."""
    if not 0.0 < p < 1.0:
        return -math.inf if p == 0.0 else math.inf if p == 1.0 else math.nan
    q = p - 0.5
    if abs(q) <= 0.425:
        return q * _ratio(_CENTRE, 0.180625 - q * q)
    r = math.sqrt(-log(p if q < 0.0 else 1.0 - p))
    x = _ratio(_TAIL, r - 1.6) if r <= 5.0 else _ratio(_FAR_TAIL, r - 5.0)
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
    if not _EXP_MIN <= x <= _EXP_MAX:
        return 0.0 if x < 0.0 else math.inf if x > 0.0 else math.nan
    k = math.floor(x * _INV_LN2 + 0.5)
    y = _exp_reduced(x, low, float(k))
    half = k >> 1
    return y * math.ldexp(1.0, half) * math.ldexp(1.0, k - half)


def _small_power(x: float, y: int) -> float:
    """By squaring, so that whole powers which are exact come out exact; |y| <= 8."""
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
    small = m < _SQRT_HALF
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

    inside = (x >= _EXP_MIN) & (x <= _EXP_MAX)
    safe = x if inside.all() else np.where(inside, x, 0.0)
    k = np.floor(safe * _INV_LN2 + 0.5)
    y = _exp_reduced(safe, low, k)
    whole = k.astype(np.int64)
    half = whole >> 1
    y *= _two_to(half)
    y *= _two_to(whole - half)
    if safe is not x:
        y = np.where(inside, y, np.where(x < 0.0, 0.0, np.where(x > 0.0, np.inf, np.nan)))
    return y


def _two_to(k: NDArray[Any]) -> Floats:
    import numpy as np

    return ((k + 1023) << 52).view(np.float64)


def _power_block(x: Floats, y: Floats) -> Floats:
    import numpy as np

    hi, lo = _log_pair(*_reduce_block(x))
    out = _exp_sum_block(*_times(np.clip(y, -(2.0**65), 2.0**65), hi, lo))
    plain = (x > 0.0) & (x < np.inf) & (y == y) & ((np.abs(y) > 8.0) | (y != np.floor(y)))
    odd = ~(plain | (x == 1.0) | (y == 0.0))
    out[(x == 1.0) | (y == 0.0)] = 1.0
    if odd.any():
        out[odd] = _whole_or_edge(x[odd], y[odd])
    return out


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
    out = q * _ratio(_CENTRE, 0.180625 - q * q)
    outer = np.flatnonzero(~(np.abs(q) <= 0.425))
    if len(outer):
        q, tail = q[outer], p[outer]
        r = np.sqrt(-_log_block(np.where(q < 0.0, tail, 1.0 - tail)))
        x = _ratio(_TAIL, r - 1.6)
        far = r > 5.0
        if far.any():
            x[far] = _ratio(_FAR_TAIL, r[far] - 5.0)
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
    r = z * _horner(_LOG, z)
    half = 0.5 * f * f
    return e * _LN2_HI - ((half - (s * (half + r) + e * _LN2_LO)) - f)


def _exp_reduced(x: Number, low: Any, k: Number) -> Number:
    """exp(x + low - k log 2), for |x - k log 2| <= 0.35."""
    hi = x - k * _LN2_HI
    lo = k * _LN2_LO - low
    r = hi - lo
    t = r * r
    c = r - t * _horner(_EXP, t)
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
    cubic = 2.0 * s * (z * _horner(_ATANH, z))
    big, twice = e * _LN2_HI, 2.0 * s
    hi = big + twice
    rest = hi - big
    low = (big - (hi - rest)) + (twice - rest)
    low = low + (cubic + (2.0 * s_low + e * _LN2_LO))
    total = hi + low
    return total, low - (total - hi)


def _times(y: Number, hi: Number, lo: Number) -> tuple[Number, Number]:
    p, p_low = _product(y, hi)
    return p, p_low + y * lo


def _product(a: Number, b: Number) -> tuple[Number, Number]:
    """a * b and its rounding error, exactly."""
    a1 = _SPLIT * a
    a1 = a1 - (a1 - a)
    a2 = a - a1
    b1 = _SPLIT * b
    b1 = b1 - (b1 - b)
    b2 = b - b1
    p = a * b
    return p, ((a1 * b1 - p) + a1 * b2 + a2 * b1) + a2 * b2


def _stirling(x: Number, log_x: Number) -> Number:
    """log gamma of x >= 10."""
    z = 1.0 / x
    return (x - 0.5) * log_x - x + (_HALF_LOG_TWO_PI + z * _horner(_STIRLING, z * z))
