"""Randomness by address: every draw is a function of where it stands and of nothing else.

An address is (seed, dataset, column, slot) — one 64-bit `stream` — then the row's key, its attempt and a
counter. Bits are made by mixing these with the SplitMix64 finaliser (`base/digest.py`), over whole arrays.
So a value does not depend on the chunk, the worker or the order in which it is computed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from synthdsl.base.digest import GOLDEN, hash64, mix64

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Keys = NDArray[np.uint64]
    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]


def stream(seed: int, dataset: str, column: str, slot: int = 0) -> int:
    """The 64-bit identity of one place in a spec that draws."""
    return hash64("draw", seed, dataset, column, slot)


def mix(x: Keys) -> Keys:
    """`mix64` over an array; gives a new array."""
    import numpy as np

    x = x ^ (x >> np.uint64(30))
    x *= np.uint64(0xBF58_476D_1CE4_E5B9)
    x ^= x >> np.uint64(27)
    x *= np.uint64(0x94D0_49BB_1331_11EB)
    x ^= x >> np.uint64(31)
    return x


def number_keys(start: int, stop: int) -> Keys:
    """The row keys of fresh rows number `start` (included) to `stop` (excluded)."""
    import numpy as np

    return mix(np.arange(start, stop, dtype=np.uint64) + np.uint64(GOLDEN))


def item_keys(parents: Keys, items: Ints) -> Keys:
    """The keys of items (numbered from 0) under parent rows; arrays of equal length."""
    import numpy as np

    with np.errstate(over="ignore"):
        return mix(parents + mix(items.astype(np.uint64) + np.uint64(0x1234_5678_9ABC_DEF1)))


@dataclass(frozen=True, slots=True)
class Draw:
    """What a sampler draws from: the address of one place for a batch of rows.

    stream: see `stream`. keys: the rows' keys, uint64[n]. attempts: how often each row was drawn before,
    int64[n], or None when this is the first attempt for all.
    The methods take a `counter`: a sampler that needs several independent numbers a row uses 0, 1, 2 ...
    """

    stream: int
    keys: Keys
    attempts: Ints | None = None

    @property
    def n(self) -> int:
        """The number of rows."""
        return len(self.keys)

    def at(self, index: NDArray[Any]) -> Draw:
        """The same place for some of the rows (positions or a mask): for rejection loops."""
        attempts = None if self.attempts is None else self.attempts[index]
        return replace(self, keys=self.keys[index], attempts=attempts)

    def below(self, name: str | int) -> Draw:
        """An independent place under this one: for a sampler made of several samplers."""
        return replace(self, stream=hash64("below", self.stream, name))

    def items(self, counts: Ints) -> Draw:
        """A draw with one row per item, `counts[i]` items for row i, each with a key of its own."""
        import numpy as np

        rows = np.repeat(np.arange(self.n), counts)
        starts = np.cumsum(counts) - counts
        item = np.arange(len(rows), dtype=np.int64) - starts[rows]
        attempts = None if self.attempts is None else self.attempts[rows]
        return replace(self, keys=item_keys(self.keys[rows], item), attempts=attempts)

    def bits(self, counter: int = 0) -> Keys:
        """64 random bits a row, uint64[n]."""
        import numpy as np

        place = mix64(self.stream + GOLDEN * (counter + 1))
        with np.errstate(over="ignore"):
            if self.attempts is None:
                return mix(self.keys ^ np.uint64(place))
            tries = self.attempts.astype(np.uint64) * np.uint64(GOLDEN)
            again = np.where(self.attempts == 0, np.uint64(0), mix(tries))
            return mix((self.keys ^ np.uint64(place)) + again)

    def uniform(self, counter: int = 0) -> Floats:
        """A float in [0, 1) with 53 random bits a row, float64[n]."""
        import numpy as np

        return (self.bits(counter) >> np.uint64(11)).astype(np.float64) * 2.0**-53

    def open_uniform(self, counter: int = 0) -> Floats:
        """A float in (0, 1), both ends excluded, symmetric about 0.5, float64[n]."""
        import numpy as np

        return ((self.bits(counter) >> np.uint64(12)).astype(np.float64) + 0.5) * 2.0**-52

    def index(self, size: int | Ints, counter: int = 0) -> Ints:
        """An integer in [0, size) a row, int64[n]; `size` may differ by row and is below 2**52."""
        import numpy as np

        return (self.uniform(counter) * size).astype(np.int64)
