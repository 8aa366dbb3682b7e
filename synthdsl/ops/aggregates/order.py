"""Quantiles of a column."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from synthdsl.dataset.vector import Constant, Vector, to_array
from synthdsl.ops.contract import Fold, Undefined

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


class Quantile:
    """All numbers of a column, 8 bytes each."""

    __slots__ = ("parts", "q")

    def __init__(self) -> None:
        self.parts: list[Floats] = []
        self.q = 0.5

    def update(self, n: int, *vectors: Vector) -> None:
        import numpy as np

        self.parts.append(np.array(to_array(vectors[0], n), dtype=np.float64))
        for q in vectors[1:]:
            assert isinstance(q, Constant)
            self.q = q.value

    def merge(self, other: Fold) -> None:
        assert isinstance(other, Quantile)
        self.parts.extend(other.parts)
        self.q = other.q if other.parts else self.q

    def result(self) -> float:
        import numpy as np

        if not self.parts:
            raise Undefined("A quantile of no rows is undefined.")
        return quantile(np.concatenate(self.parts), self.q)


def quantile(values: NDArray[Any], q: float) -> float:
    """The q-quantile of at least one number, linear between neighbours (type 7 of Hyndman and Fan 1996)."""
    import numpy as np

    place = (len(values) - 1) * q
    low = min(int(place), len(values) - 1)
    high = min(low + 1, len(values) - 1)
    found = np.partition(values, (low, high))
    a, b = float(found[low]), float(found[high])
    # Equal neighbours must not be moved by rounding; far ones must not overflow.
    return a if a == b else a * (1 - (place - low)) + b * (place - low)
