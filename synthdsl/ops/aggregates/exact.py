"""Sums without rounding, so that neither chunks nor the order of rows change a bit of the result.

A float is an integer times a power of two. The integers are added up exactly for each power (in halves or thirds that
stay below 2**53, by `numpy.bincount`), then joined into one Python integer.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from synthdsl.dataset.vector import Vector, to_array
from synthdsl.ops.contract import Undefined

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

_SCALE = 1126
"""2**-1126 divides every float with its 53 bits."""

_BLOCK = 1 << 14
"""Rows added at a time: parts of 38 bits, so many times, stay below 2**53."""


class ExactSum:
    """The sum of numbers, as an integer in units of 2**-1126."""

    __slots__ = ("all_ints", "n", "total")

    def __init__(self) -> None:
        self.n = 0
        self.total = 0
        self.all_ints = True

    def add(self, n: int, vector: Vector) -> None:
        """Take in n numbers. Raises `Undefined` for one that is not finite."""
        array = to_array(vector, n)
        self.n += n
        if array.dtype.kind == "f":
            self.all_ints = False
            for start in range(0, n, _BLOCK):
                self.add_floats(*_split(array[start : start + _BLOCK]))
        elif n:
            self.add_ints(array.astype("int64"))

    def join(self, other: ExactSum) -> None:
        """Take in what another sum has seen."""
        self.n += other.n
        self.total += other.total
        self.all_ints = self.all_ints and other.all_ints

    def sum(self) -> int | float:
        """The sum: an integer of integers, else the nearest float."""
        if self.all_ints:
            return self.total >> _SCALE
        return _ratio(self.total, 1 << _SCALE)

    def mean(self) -> float:
        """The float nearest to the mean of at least one number."""
        return _ratio(self.total, self.n << _SCALE)

    def add_ints(self, x: Ints) -> None:
        """Add at least one integer."""
        self.total += _total(x) << _SCALE

    def add_floats(self, whole: Ints, power: Ints, least: int) -> None:
        """Add the numbers whole * 2**(power + least); whole has 53 bits and a sign, power is at least 0."""
        self.total += _joined(power, [(27, whole >> 27), (0, whole & (2**27 - 1))], 1) << (least + _SCALE)


class ExactSquares(ExactSum):
    """The sum of numbers, and that of their squares in units of 2**-2252."""

    __slots__ = ("squares",)

    def __init__(self) -> None:
        super().__init__()
        self.squares = 0

    def join(self, other: ExactSum) -> None:
        super().join(other)
        assert isinstance(other, ExactSquares)
        self.squares += other.squares

    def deviation(self) -> float:
        """The standard deviation of a sample of at least two numbers, divided by n - 1."""
        apart = self.n * self.squares - self.total * self.total
        return math.sqrt(_ratio(apart, self.n * (self.n - 1) << (2 * _SCALE)))

    def add_ints(self, x: Ints) -> None:
        super().add_ints(x)
        if max(-int(x.min()), int(x.max())) < 2**31:
            squares = _total(x * x)
        else:
            squares = sum(v * v for v in x.tolist())
        self.squares += squares << (2 * _SCALE)

    def add_floats(self, whole: Ints, power: Ints, least: int) -> None:
        import numpy as np

        super().add_floats(whole, power, least)
        size = np.abs(whole)
        a, b, c = size >> 36, (size >> 18) & (2**18 - 1), size & (2**18 - 1)
        parts = [(72, a * a), (54, 2 * a * b), (36, 2 * a * c + b * b), (18, 2 * b * c), (0, c * c)]
        self.squares += _joined(power, parts, 2) << (2 * (least + _SCALE))


def _split(x: Floats) -> tuple[Ints, Ints, int]:
    """The numbers as whole * 2**(power + least). Raises `Undefined` for one that is not finite."""
    import numpy as np

    if not np.isfinite(x).all():
        raise Undefined("A number that is not finite cannot be added up.")
    fraction, exponent = np.frexp(x)
    least = int(exponent.min())
    return (fraction * 2.0**53).astype(np.int64), exponent - least, least - 53


def _joined(power: Ints, parts: list[tuple[int, Ints]], times: int) -> int:
    """The sum over rows of 2**(times * power) times the parts, each of which stands for its shift."""
    import numpy as np

    total = 0
    for shift, part in parts:
        sums = np.bincount(power, weights=part)
        for at in np.flatnonzero(sums).tolist():
            total += int(sums[at]) << (shift + times * at)
    return total


def _total(x: Ints) -> int:
    """The exact sum of 64-bit integers."""
    return (int((x >> 32).sum()) << 32) + int((x & 0xFFFF_FFFF).sum())


def _ratio(part: int, whole: int) -> float:
    try:
        return part / whole
    except OverflowError:
        raise Undefined("The result is too large for a float.") from None
