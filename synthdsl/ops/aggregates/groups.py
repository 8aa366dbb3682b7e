"""Aggregates of many groups at once: rows stand group by group, `bounds` says where each begins and the last ends.

Each gives what the fold of each group gives, bit for bit, or None where it cannot, so that groups are folded.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any, Literal

from synthdsl.dataset.vector import Coded, Constant, Records, Vector, take, to_array, to_list
from synthdsl.ops.contract import Undefined

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]

_LIMB = 32
_LIMBS = 5
"""A sum is kept as limbs of 32 bits: so many hold numbers of 53 bits whose exponents differ by up to 75."""

_SAFE = 2**31
"""Limbs of so many rows can be added up within 64 bits."""


def counts(bounds: Ints, *condition: Vector) -> Vector:
    """How many rows each group has, or for how many of them a condition holds."""
    import numpy as np

    if not condition:
        return np.diff(bounds)
    return np.add.reduceat(to_array(condition[0], int(bounds[-1])).astype(np.int64), bounds[:-1])


def shares(bounds: Ints, condition: Vector) -> Vector:
    """For what part of each group's rows a condition holds."""
    import numpy as np

    return counts(bounds, condition) / np.diff(bounds)


def all_hold(bounds: Ints, condition: Vector) -> Vector:
    """Whether a condition holds for all rows of each group."""
    import numpy as np

    return np.logical_and.reduceat(to_array(condition, int(bounds[-1])), bounds[:-1])


def firsts(bounds: Ints, column: Vector) -> Vector:
    """The first value of each group."""
    return take(column, bounds[:-1])


def lasts(bounds: Ints, column: Vector) -> Vector:
    """The last value of each group."""
    return take(column, bounds[1:] - 1)


def lists(bounds: Ints, column: Vector) -> Vector:
    """The values of each group."""
    values = to_list(column, int(bounds[-1]))
    return [values[first:last] for first, last in pairwise(bounds.tolist())]


def ends(bounds: Ints, column: Vector, end: Literal["min", "max"]) -> Vector | None:
    """The smallest or largest value of each group."""
    import numpy as np

    if isinstance(column, Constant | Coded | Records | list):
        pick = min if end == "min" else max
        values = to_list(column, int(bounds[-1]))
        if not all(type(v) in (str, int, float) for v in values):
            return None
        return [pick(values[first:last]) for first, last in pairwise(bounds.tolist())]
    if column.dtype.kind == "f" and not bool((np.isfinite(column) & ((column != 0) | ~np.signbit(column))).all()):
        # Of -0.0 and 0.0, which are equal, the first one counts.
        return None
    reduce: Any = np.minimum if end == "min" else np.maximum
    found: Vector = reduce.reduceat(column, bounds[:-1])
    return found


def sums(bounds: Ints, column: Vector) -> list[tuple[int, int]] | None:
    """The exact sum of each group as (whole, power): whole * 2**power. None where numbers lie too far apart."""
    import numpy as np

    array = to_array(column, int(bounds[-1]))
    if int(np.diff(bounds).max()) >= _SAFE:
        return None
    if array.dtype.kind != "f":
        high = np.add.reduceat(array.astype(np.int64) >> _LIMB, bounds[:-1])
        low = np.add.reduceat(array.astype(np.int64) & (2**_LIMB - 1), bounds[:-1])
        return [((h << _LIMB) + n, 0) for h, n in zip(high.tolist(), low.tolist(), strict=True)]
    if not bool(np.isfinite(array).all()):
        return None
    fraction, exponent = np.frexp(array)
    used = exponent[fraction != 0]
    if not len(used):
        return [(0, 0)] * (len(bounds) - 1)
    least = int(used.min())
    if int(used.max()) - least > _LIMBS * _LIMB - 53 - _LIMB:
        return None
    shift = np.where(fraction != 0, exponent - least, 0)
    whole = (fraction * 2.0**53).astype(np.int64)
    sign, size = np.sign(whole), np.abs(whole)
    # The number is size << shift; its limb i are the bits 32 i to 32 i + 31.
    totals = [0] * (len(bounds) - 1)
    for limb in range(_LIMBS):
        down = limb * _LIMB - shift
        right = np.where((down >= 0) & (down < 63), size >> np.clip(down, 0, 62), 0)
        up = np.clip(-down, 0, _LIMB)
        left = np.where((down < 0) & (-down < _LIMB), (size & ((1 << (_LIMB - np.minimum(up, _LIMB))) - 1)) << up, 0)
        part = np.where(down >= 0, right, left) & (2**_LIMB - 1)
        added = np.add.reduceat(part * sign, bounds[:-1]).tolist()
        place = limb * _LIMB
        totals = [t + (a << place) for t, a in zip(totals, added, strict=True)]
    return [(t, least - 53) for t in totals]


def ratio(total: int, n: int, power: int) -> float:
    """The float nearest to total * 2**power / n. Raises `Undefined` where there is none."""
    try:
        return (total << power) / n if power >= 0 else total / (n << -power)
    except OverflowError:
        raise Undefined("The result is too large for a float.") from None
