"""Elementary functions that give the same bits on every machine.

The C library and numpy take `log` or `exp` from code that differs between machines in the last bit. Here they
are made of operations which IEEE 754 defines exactly (+ - * / sqrt, scaling by powers of two), in one fixed
order. Each function has a form over Python floats here, which needs no numpy, and one over arrays of any length in
`portable_arrays.py`; both give the same bits.

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

from synthdsl.dataset.coefficients import CENTRE, EXP_MAX, EXP_MIN, FAR_TAIL, INV_LN2, SQRT_HALF, TAIL
from synthdsl.dataset.elementary import exp_reduced, log_pair, log_reduced, ratio, stirling, times


def log(x: float) -> float:
    """The natural logarithm; -inf at 0, nan below."""
    if not 0.0 < x < math.inf:
        return -math.inf if x == 0.0 else x if x > 0.0 else math.nan
    m, e = math.frexp(x)
    if m < SQRT_HALF:
        m, e = m * 2.0, e - 1
    return log_reduced(m, float(e))


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
    hi, lo = log_pair(m, float(e))
    return _exp_sum(*times(min(max(y, -(2.0**65)), 2.0**65), hi, lo))


def normal_ppf(p: float) -> float:
    """The standard normal quantile: x with P(X <= x) = p; -inf at 0, inf at 1."""
    if not 0.0 < p < 1.0:
        return -math.inf if p == 0.0 else math.inf if p == 1.0 else math.nan
    q = p - 0.5
    if abs(q) <= 0.425:
        return q * ratio(CENTRE, 0.180625 - q * q)
    r = math.sqrt(-log(p if q < 0.0 else 1.0 - p))
    x = ratio(TAIL, r - 1.6) if r <= 5.0 else ratio(FAR_TAIL, r - 5.0)
    return -x if q < 0.0 else x


def log_gamma(x: float) -> float:
    """The natural logarithm of the gamma function, for x > 0; inf at 0, nan below."""
    if not 0.0 < x < math.inf:
        return math.inf if x in (0.0, math.inf) else math.nan
    product = 1.0
    while x < 10.0:
        product, x = product * x, x + 1.0
    return stirling(x, log(x)) - log(product)


def _exp_sum(x: float, low: float) -> float:
    """exp(x + low), where low is far smaller than x."""
    if not EXP_MIN <= x <= EXP_MAX:
        return 0.0 if x < 0.0 else math.inf if x > 0.0 else math.nan
    k = math.floor(x * INV_LN2 + 0.5)
    y = exp_reduced(x, low, float(k))
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
