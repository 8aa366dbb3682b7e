"""Faker itself, row by row, with chance by address: for providers that are real code.

`KeyedRandom` is Python's `Random` over two SplitMix64 sequences, one for its integers and one for its floats, that
begin at the row's address; so a value depends on its row alone. The first words of each row are made with numpy for
many rows at once, and the functions that Faker calls most are written anew without a step between, which pays for
the change of row.

Source: Steele, Lea, Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from itertools import chain, repeat
from typing import TYPE_CHECKING, Any, TypeVar

from synthdsl.base.digest import GOLDEN, MASK, hash64, mix64
from synthdsl.dataset.address import Draw, mix

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Keys = NDArray[np.uint64]

T = TypeVar("T")

BLOCK = 1_024
"""Rows whose first words are made at once."""

PROBED = 8
"""Rows of each call on which it is counted how many words a provider takes."""

FLOATS = 0x5851_F42D_4C95_7F2D
"""Sets the sequence of floats apart from that of integers."""

MOST_WORDS = 128
"""Words made in advance for each row, at most."""


class RowFailed(Exception):  # noqa: N818 (carries the error of a row)
    """What was called for a row raised `error`; at: the row's position."""

    def __init__(self, at: int, error: Exception) -> None:
        super().__init__(at)
        self.at = at
        self.error = error


class KeyedRandom(random.Random):
    """Words j = 1, 2, ... of a key are `mix64(key + j * GOLDEN)`; all methods of `Random` draw from them.

    row: the key of the row, whose words are the integers; the floats are of the key `mix64(row ^ FLOATS)`.
    ahead: how many integers and floats of each row are made in advance and put before the others.
    counted: how many were made one by one since this was set to zero.
    """

    random: Callable[[], float]

    def __init__(self) -> None:  # the beginning of `Random` itself would ask for a seed
        self.row = 0
        self.ahead = (0, 0)
        self.counted = [0, 0]
        self.integers = self._one_by_one(0)
        self.floats = map(_as_float, self._one_by_one(1))
        self.take = self.integers.__next__
        self.random = self.floats.__next__

    def aim(self, row: int) -> None:
        """Begin at the key of a row."""
        self.row = row
        self.ahead = (0, 0)
        self.take = self.integers.__next__
        self.random = self.floats.__next__

    def _one_by_one(self, which: int) -> Iterator[int]:
        row, state = -1, 0
        while True:
            if row is not self.row:  # another row, even where its key is the same number
                row = self.row
                state = mix64(row ^ FLOATS) if which else row
                state += GOLDEN * self.ahead[which]
            self.counted[which] += 1
            state = (state + GOLDEN) & MASK
            yield mix64(state)

    def getrandbits(self, k: int, /) -> int:
        """An integer of k random bits."""
        if 0 <= k <= 64:
            return self.take() >> (64 - k)
        if k < 0:
            raise ValueError("the number of bits is negative")
        bits = 0
        while k > 64:
            bits = bits << 64 | self.take()
            k -= 64
        return bits << k | self.take() >> (64 - k)

    def _randbelow(self, n: int) -> int:
        """An integer in [0, n); how `Random` draws all its integers."""
        if n < 1 << 48:
            return self.take() * n >> 64
        k = n.bit_length() + 64
        return self.getrandbits(k) * n >> k

    def randint(self, a: int, b: int) -> int:
        """An integer in [a, b]."""
        width = b - a + 1
        if 0 < width < 1 << 48:
            return a + (self.take() * width >> 64)
        return super().randint(a, b)

    def choice(self, seq: Any) -> Any:
        """An item of a sequence that is not empty."""
        size = len(seq)
        if size:
            return seq[self.take() * size >> 64]
        raise IndexError("Cannot choose from an empty sequence")

    def gauss(self, mu: float = 0.0, sigma: float = 1.0) -> float:
        """A normal deviate; the one of `Random` keeps a second one for the next row."""
        return self.normalvariate(mu, sigma)

    def seed(self, a: Any = None, version: int = 2) -> None:
        """Go on from the key `a` until the next row; some of Faker's functions do so."""
        key = hash64("seed", repr(a))
        self.take = _sequence(key).__next__
        self.random = map(_as_float, _sequence(mix64(key ^ FLOATS))).__next__

    def getstate(self) -> tuple[Any, ...]:
        raise NotImplementedError("the state of a row's chance is its address")

    def setstate(self, state: tuple[Any, ...]) -> None:
        raise NotImplementedError("the state of a row's chance is its address")


def _sequence(key: int) -> Iterator[int]:
    while True:
        key = (key + GOLDEN) & MASK
        yield mix64(key)


def _as_float(word: int) -> float:
    return (word >> 11) * 2.0**-53


def row_by_row(draw: Draw, source: random.Random, value: Callable[[], T]) -> list[T]:
    """What `value` gives for each row, called with `source` aimed at it. Raises `RowFailed` for what it raises."""
    assert isinstance(source, KeyedRandom)
    found: list[T] = []
    try:
        _probe(draw, source, value, found)
        _rest(draw, source, value, found)
    except Exception as error:
        raise RowFailed(len(found), error) from error
    return found


def _probe(draw: Draw, source: KeyedRandom, value: Callable[[], T], found: list[T]) -> None:
    """The first rows, to see how many words a row takes: that changes the speed, never a value."""
    source.counted = [0, 0]
    for key in draw.bits()[:PROBED].tolist():
        source.aim(key)
        found.append(value())
    first, second = (min(-(-c // max(len(found), 1)), MOST_WORDS) for c in source.counted)
    source.ahead = (first, second)


def _rest(draw: Draw, source: KeyedRandom, value: Callable[[], T], found: list[T]) -> None:
    import numpy as np

    keys = draw.bits()
    first, second = source.ahead
    add, integers, floats = found.append, source.integers, source.floats
    plain = floats.__next__
    for start in range(PROBED, draw.n, BLOCK):
        block = keys[start : start + BLOCK]
        rows = block.tolist()
        words = _words(block, first).tolist() if first else repeat(())
        if not second:
            for source.row, ready in zip(rows, words, strict=False):
                # `chain` never ends here, so no StopIteration can leave a method of Faker
                source.take = chain(ready, integers).__next__
                source.random = plain
                add(value())
            continue
        uniform = (_words(mix(block ^ np.uint64(FLOATS)), second) >> np.uint64(11)) * 2.0**-53
        for source.row, ready, units in zip(rows, words, uniform.tolist(), strict=False):
            source.take = chain(ready, integers).__next__
            source.random = chain(units, floats).__next__
            add(value())


def _words(keys: Keys, count: int) -> Keys:
    """The first `count` words of each key, uint64[n, count]."""
    import numpy as np

    steps = np.arange(1, count + 1, dtype=np.uint64) * np.uint64(GOLDEN)
    return mix(keys[:, None] + steps[None, :])
