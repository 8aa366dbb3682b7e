"""The functions of `portable.py` over float64 arrays of any length, with the same bits."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from synthdsl.dataset import portable
from synthdsl.dataset.coefficients import CENTRE, EXP_MAX, EXP_MIN, FAR_TAIL, INV_LN2, SQRT_HALF, TAIL
from synthdsl.dataset.elementary import exp_reduced, log_pair, log_reduced, ratio, stirling, times

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

_BLOCK = 8192
"""Rows handled at a time, so that intermediate arrays stay in the processor's cache."""


def log(x: Floats) -> Floats:
    """`portable.log` of each item."""
    return _by_block(_log_block, x)


def exp(x: Floats) -> Floats:
    """`portable.exp` of each item."""
    return _by_block(lambda b: _exp_sum_block(b, 0.0), x)


def log1p(x: Floats) -> Floats:
    """`portable.log1p` of each item."""
    return _by_block(_log1p_block, x)


def expm1(x: Floats) -> Floats:
    """`portable.expm1` of each item."""
    return _by_block(_expm1_block, x)


def power(x: Floats, y: Floats) -> Floats:
    """`portable.power` of each pair of items."""
    return _by_block(_power_block, x, y)


def normal_ppf(p: Floats) -> Floats:
    """`portable.normal_ppf` of each item."""
    return _by_block(_normal_ppf_block, p)


def log_gamma(x: Floats) -> Floats:
    """`portable.log_gamma` of each item."""
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

    out = log_reduced(*_reduce_block(x))
    odd = ~((x > 0.0) & (x < np.inf))
    if odd.any():
        out[odd] = [portable.log(v) for v in x[odd].tolist()]
    return out


def _exp_sum_block(x: Floats, low: Floats | float) -> Floats:
    import numpy as np

    inside = (x >= EXP_MIN) & (x <= EXP_MAX)
    safe = x if inside.all() else np.where(inside, x, 0.0)
    k = np.floor(safe * INV_LN2 + 0.5)
    y = exp_reduced(safe, low, k)
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

    hi, lo = log_pair(*_reduce_block(x))
    out = _exp_sum_block(*times(np.clip(y, -(2.0**65), 2.0**65), hi, lo))
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
    out[rest] = [portable.power(a, b) for a, b in zip(x[rest].tolist(), y[rest].tolist(), strict=True)]
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
    out = q * ratio(CENTRE, 0.180625 - q * q)
    outer = np.flatnonzero(~(np.abs(q) <= 0.425))
    if len(outer):
        q, tail = q[outer], p[outer]
        r = np.sqrt(-_log_block(np.where(q < 0.0, tail, 1.0 - tail)))
        x = ratio(TAIL, r - 1.6)
        far = r > 5.0
        if far.any():
            x[far] = ratio(FAR_TAIL, r[far] - 5.0)
        out[outer] = np.where(q < 0.0, -x, x)
        odd = outer[~((tail > 0.0) & (tail < 1.0))]
        out[odd] = [portable.normal_ppf(v) for v in p[odd].tolist()]
    return out


def _log_gamma_block(x: Floats) -> Floats:
    import numpy as np

    odd = ~((x > 0.0) & (x < np.inf))
    high = np.where(odd, 10.0, x)
    product = np.ones(len(high))
    while (low := high < 10.0).any():
        product = np.where(low, product * high, product)
        high = np.where(low, high + 1.0, high)
    out = stirling(high, _log_block(high)) - _log_block(product)
    if odd.any():
        out[odd] = [portable.log_gamma(v) for v in x[odd].tolist()]
    return out
