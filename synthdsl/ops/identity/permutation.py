"""A keyed permutation of the integers below a size: no two rows share a value, and neighbours look unrelated.

A Feistel network over pairs (l, r) with l < a, r < b and a * b just above the size; a value that lands beyond the
size is put through again until it does not (cycle walking), which keeps it a permutation.

Source: Black and Rogaway 2002, Ciphers with arbitrary finite domains.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from synthdsl.base.digest import hash64
from synthdsl.dataset.address import mix

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Keys = NDArray[np.uint64]

MAX_SIZE = 2**62
_ROUNDS = 4


def permute(index: Keys, size: int, key: int) -> Keys:
    """The image of each index (uint64, below `size`, which is at most 2**62) under the permutation of this key."""
    import numpy as np

    if size <= 1 or not len(index):
        return np.zeros(len(index), dtype=np.uint64)
    left = math.isqrt(size - 1) + 1
    right = -(-size // left)
    out = _network(index, left, right, key)
    beyond = np.flatnonzero(out >= np.uint64(size))
    while len(beyond):
        again = _network(out[beyond], left, right, key)
        out[beyond] = again
        beyond = beyond[again >= np.uint64(size)]
    return out


def _network(x: Keys, left: int, right: int, key: int) -> Keys:
    import numpy as np

    a, b = np.uint64(left), np.uint64(right)
    high, low = x // b, x % b
    for i in range(_ROUNDS):
        with np.errstate(over="ignore"):
            high = (high + mix(low + np.uint64(hash64("feistel", key, i, "high"))) % a) % a
            low = (low + mix(high + np.uint64(hash64("feistel", key, i, "low"))) % b) % b
    return high * b + low
