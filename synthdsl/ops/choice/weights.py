"""Weights of a choice: what is wrong with them, and the inverse of their cumulative distribution."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import TYPE_CHECKING, Any

from synthdsl.ops.contract import Problem, Undefined

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

_NEAR = 0.1 + 1e-9
_NOTE = "Weights are relative numbers, as in 5, 3, 2, or shares that sum to 100%."


def weight_problems(weights: Sequence[Any], argument: str) -> Iterator[Problem]:
    """What is wrong with weights that are known before the run (E0310); at most one problem.

    Weights are relative, so any sum is fine, with one exception: where all are fractions of one and the sum is
    near 1 but not 1 (0.9 to 1.1), shares were meant and one of them is wrong.
    """
    fault = _fault(weights)
    if fault:
        yield Problem("E0310", fault, argument, (_NOTE,))
        return
    total = math.fsum(weights)
    shares = all(w <= 1 for w in weights)
    if shares and 1e-6 < abs(total - 1) <= _NEAR:
        yield Problem("E0310", f"The weights sum to {100 * total:g}%, not to 100%.", argument, (_NOTE,))


def _fault(weights: Sequence[Any]) -> str:
    for weight in weights:
        if isinstance(weight, bool) or not isinstance(weight, int | float):
            return f"The weight {weight!r} is not a number."
        if not math.isfinite(weight):
            return f"The weight {weight} is not finite."
        if weight < 0:
            return f"The weight {weight:g} is negative."
    if weights and not any(weights):
        return "All weights are zero."
    return ""


def probabilities(weights: Sequence[float]) -> list[float]:
    """The weights divided by their sum."""
    total = math.fsum(weights)
    return [w / total for w in weights]


class Wheel:
    """The inverse of the cumulative distribution of some weights.

    A number u in [0, 1) belongs to the first option at which the cumulative weight exceeds u times the total.
    The forms for one number and for an array give the same index.
    """

    __slots__ = ("_array", "last", "stops", "total")

    def __init__(self, weights: Sequence[float], at: int | None = None) -> None:
        """Raises `Undefined` (E0310) for weights that are negative, not finite or all zero."""
        fault = _fault(weights)
        if fault:
            raise Undefined(fault, at, "E0310")
        self.stops: Any = list(accumulate(map(float, weights)))
        self.total = self.stops[-1]
        # u * total may round up to the total; no weight of zero may be hit then.
        self.last = max(i for i, w in enumerate(weights) if w)
        self._array: Any = None

    @classmethod
    def of_array(cls, weights: Floats, at: int | None = None) -> Wheel:
        """The same for many weights, float64[m], without a list of them."""
        import numpy as np

        if not (np.isfinite(weights).all() and (weights >= 0).all() and (weights > 0).any()):
            return cls(weights.tolist(), at)
        wheel = cls.__new__(cls)
        # Adds from the left, one after another, as `accumulate` does.
        wheel.stops = wheel._array = np.cumsum(weights)
        wheel.total = float(wheel.stops[-1])
        wheel.last = int(np.flatnonzero(weights)[-1])
        return wheel

    def find(self, u: float) -> int:
        """The option of one number in [0, 1)."""
        return min(bisect_right(self.stops, u * self.total), self.last)

    def find_all(self, u: Floats) -> Ints:
        """The options of an array of numbers in [0, 1), int64[n]."""
        import numpy as np

        if self._array is None:
            self._array = np.array(self.stops)
        found = np.searchsorted(self._array, u * self.total, side="right")
        return np.minimum(found, self.last).astype(np.int64, copy=False)


def find_by_row(weights: Floats, u: Floats) -> Ints:
    """The options where each row has weights of its own: float64[n, m] and float64[n] to int64[n].

    Raises `Undefined` (E0310) at the first row whose weights are negative, not finite or all zero.
    """
    import numpy as np

    wrong = ~np.isfinite(weights).all(axis=1) | (weights < 0).any(axis=1) | ~(weights > 0).any(axis=1)
    if wrong.any():
        at = int(wrong.argmax())
        raise Undefined(_fault(weights[at].tolist()), at, "E0310")
    stops = np.cumsum(weights, axis=1)
    found = (stops <= (u * stops[:, -1])[:, None]).sum(axis=1)
    last = weights.shape[1] - 1 - (weights[:, ::-1] > 0).argmax(axis=1)
    return np.minimum(found, last).astype(np.int64, copy=False)
