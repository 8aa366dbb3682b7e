"""The normal distribution with the same bits on every machine: its tails, and draws from between two bounds.

Built on `portable.py`. Tails are relative to themselves exact to about 1e-13, however far out, until they are smaller
than any float (beyond 38 standard deviations).

Sources: the power series 26.2.11 and the continued fraction 26.2.14 of Abramowitz and Stegun.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from synthdsl.dataset import portable_arrays

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

_FAR = 2.5
"""From here on the continued fraction is used; below, the series loses no more than two digits of the tail."""

_SERIES, _FRACTION = 40, 60
"""Terms that reach the last bit at `_FAR`, and so everywhere on their side of it."""

_DENSITY_AT_0 = 0.3989422804014327


def normal_cdf_array(x: Floats) -> Floats:
    """P(X <= x) of a standard normal X for each item."""
    import numpy as np

    x = np.asarray(x, dtype=np.float64)
    distance = np.abs(x)
    tail = np.empty(x.shape)
    far = distance >= _FAR
    tail[far] = _by_fraction(distance[far])
    tail[~far] = 0.5 - _by_series(distance[~far])
    return np.where(x > 0.0, 1.0 - tail, tail)


def between(low: Floats, high: Floats) -> tuple[Floats, Floats, Floats]:
    """For windows of a standard normal: where each is taken in the lower half, P(X <= low) and P(low <= X <= high).

    The first array is -1 where the window was mirrored, because tails are exact below 0 only, else 1.
    """
    import numpy as np

    sign = np.where(low > 0.0, -1.0, 1.0)
    start, stop = np.where(low > 0.0, -high, low), np.where(low > 0.0, -low, high)
    below = normal_cdf_array(start)
    return sign, below, np.maximum(normal_cdf_array(stop) - below, 0.0)


def normal_between(u: Floats, low: Floats, high: Floats) -> tuple[Floats, Floats]:
    """A standard normal number given that it lies in the window, by inversion of `u`; and the chance that it does."""
    import numpy as np

    sign, below, mass = between(low, high)
    with np.errstate(invalid="ignore"):
        found = sign * portable_arrays.normal_ppf(below + u * mass)
    return np.clip(found, low, np.maximum(low, high)), mass


def _by_series(x: Floats) -> Floats:
    """P(0 <= X <= x)."""
    square, term = x * x, x
    total = term
    for k in range(1, _SERIES):
        term = term * square / (2 * k + 1)
        total = total + term
    return _DENSITY_AT_0 * portable_arrays.exp(-0.5 * square) * total


def _by_fraction(x: Floats) -> Floats:
    """P(X >= x)."""
    import numpy as np

    inside = np.minimum(x, 1e6)
    fraction = inside
    for k in range(_FRACTION, 0, -1):
        fraction = inside + k / fraction
    return _DENSITY_AT_0 * portable_arrays.exp(-0.5 * (inside * inside)) / fraction
