"""Distinct random positions in a list: the draws behind `sample` and `shuffle`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from synthdsl.dataset.address import Draw

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]

_CELLS = 1 << 20
"""Random numbers held at a time when whole lists are ordered."""


def positions(draw: Draw, size: int, k: int) -> Ints:
    """For each row, `k` different positions below `size` in random order, int64[n, k]; k is at most size.

    Every ordered selection has the same probability. Which of two methods is used depends on `size` and `k`
    alone, so that a row gets the same positions in whatever company it is computed.
    """
    return _swapped(draw, size, k) if k * k <= 4 * size else _ordered(draw, size, k)


def _swapped(draw: Draw, size: int, k: int) -> Ints:
    """The first k steps of the Fisher-Yates shuffle without the list: k draws and about k * k comparisons a row.

    Step i swaps position i with one at or after it. Only what the swaps moved is remembered: after step s,
    position `target[s]` holds `moved[s]`.
    """
    import numpy as np

    picked = np.empty((draw.n, k), dtype=np.int64)
    targets: list[Ints] = []
    moved: list[Ints] = []
    for i in range(k):
        target = i + draw.index(size - i, counter=i)
        value, here = target.copy(), np.full(draw.n, i, dtype=np.int64)
        for old_target, old_moved in zip(targets, moved, strict=True):
            np.copyto(value, old_moved, where=old_target == target)
            np.copyto(here, old_moved, where=old_target == i)
        picked[:, i] = value
        targets.append(target)
        moved.append(here)
    return picked


def _ordered(draw: Draw, size: int, k: int) -> Ints:
    """The first k positions in the order of a random number each."""
    import numpy as np

    picked = np.empty((draw.n, k), dtype=np.int64)
    step = max(1, _CELLS // max(1, size))
    for start in range(0, draw.n, step):
        block = draw.at(np.arange(start, min(start + step, draw.n)))
        numbers = block.items(np.full(block.n, size, dtype=np.int64)).bits().reshape(block.n, size)
        picked[start : start + block.n] = np.argsort(numbers, axis=1, kind="stable")[:, :k]
    return picked
