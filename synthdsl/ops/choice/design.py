"""Covering arrays: few rows in which every combination of the values of any few factors stands.

In: the number of values of each factor, and the strength t. Out: rows of value positions such that for any t factors
all combinations of their values occur. The construction is IPOG (Lei, Kacker, Kuhn, Okun, Lawrence: "IPOG: A General
Strategy for T-Way Software Testing", 2007): start from the full product of the t largest factors, then add one
factor after another, first a value in each row (the one that covers most), then rows for what is left over.
It draws nothing: the same sizes give the same rows.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import combinations, product
from math import prod
from typing import TYPE_CHECKING

from synthdsl.base.digest import hash64

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]

MAX_COMBINATIONS = 2_000_000
"""Larger designs are refused: they would take minutes and more memory than the data."""

_OPEN = -1
"""A place of the array whose value does not matter (yet)."""


def combinations_of(sizes: tuple[int, ...], strength: int) -> int:
    """How many combinations of values a design has to cover."""
    t = min(strength, len(sizes))
    total = 0
    for chosen in combinations(sizes, t):
        total += prod(chosen)
        if total > MAX_COMBINATIONS:
            break
    return total


@lru_cache(maxsize=64)
def design(sizes: tuple[int, ...], strength: int) -> Ints:
    """The covering array, int64[rows, factors], in an order that mixes the values; do not change it.

    sizes: the number of values of each factor, all at least 1.
    """
    import numpy as np

    t = min(strength, len(sizes))
    order = sorted(range(len(sizes)), key=lambda f: -sizes[f])
    ordered = [sizes[f] for f in order]
    rows = np.array(list(product(*map(range, ordered[:t]))), dtype=np.int64).reshape(-1, t)
    for factor in range(t, len(sizes)):
        rows = _add_factor(rows, ordered, factor, t)
    _close(rows, ordered)
    back = np.empty_like(rows)
    back[:, order] = rows
    seed = [hash64("covering", i, *map(str, sizes)) for i in range(len(back))]
    mixed: Ints = back[np.argsort(np.array(seed, dtype=np.uint64), kind="stable")]
    mixed.setflags(write=False)
    return mixed


class _Left:
    """Which combinations of t - 1 earlier factors with the new one are not covered yet.

    One table of booleans for all groups of earlier factors: a line for each combination of their values, a column
    for each value of the new factor.
    """

    def __init__(self, sizes: list[int], factor: int, t: int) -> None:
        import numpy as np

        groups = list(combinations(range(factor), t - 1))
        self.groups = np.array(groups, dtype=np.int64).reshape(len(groups), t - 1)
        counts = [prod(sizes[f] for f in group) for group in groups]
        self.starts = np.cumsum([0, *counts[:-1]])
        self.steps = np.ones_like(self.groups)
        for place in range(t - 3, -1, -1):
            self.steps[:, place] = self.steps[:, place + 1] * np.array(sizes)[self.groups[:, place + 1]]
        self.open = np.ones((sum(counts), sizes[factor]), dtype=np.bool_)
        self.sizes = sizes

    def lines(self, row: Ints) -> Ints:
        """The lines of the combinations that stand in a row, without those that have an open place."""
        values = row[self.groups]
        lines = self.starts + (values * self.steps).sum(axis=1)
        return lines if (row >= 0).all() else lines[(values >= 0).all(axis=1)]

    def remaining(self) -> list[tuple[list[tuple[int, int]], int]]:
        """What is left: pairs (factor, value) of earlier factors, and the value of the new one."""
        import numpy as np

        found = []
        for line, value in np.argwhere(self.open).tolist():
            group = int(np.searchsorted(self.starts, line, side="right")) - 1
            rest, pairs = line - int(self.starts[group]), []
            for factor, step in zip(self.groups[group].tolist(), self.steps[group].tolist(), strict=True):
                pairs.append((factor, rest // step))
                rest %= step
            found.append((pairs, value))
        return found


def _add_factor(rows: Ints, sizes: list[int], factor: int, t: int) -> Ints:
    import numpy as np

    left = _Left(sizes, factor, t)
    column = np.full(len(rows), _OPEN, dtype=np.int64)
    used = np.zeros(sizes[factor], dtype=np.int64)
    for i, row in enumerate(rows):
        lines = left.lines(row)
        gains = left.open[lines].sum(axis=0)
        best = int(gains.max())
        if best == 0:
            continue
        # Among the best values the one used least, then the first.
        value = int(np.where(gains == best, used, len(rows) + 1).argmin())
        column[i] = value
        used[value] += 1
        left.open[lines, value] = False
    return _cover_rest(np.column_stack([rows, column]), left, factor)


def _cover_rest(rows: Ints, left: _Left, factor: int) -> Ints:
    """Puts what is left into open places where it fits, else into new rows."""
    import numpy as np

    size, free = len(rows), [i for i, row in enumerate(rows) if (row == _OPEN).any()]
    table = np.vstack([rows, np.full((1, factor + 1), _OPEN, dtype=np.int64)])
    for pairs, value in left.remaining():
        wanted = [*pairs, (factor, value)]
        where = np.array(free, dtype=np.int64)
        fits = np.ones(len(where), dtype=np.bool_)
        for at, one in wanted:
            held = table[where, at]
            fits &= (held == one) | (held == _OPEN)
        if fits.any():
            place = int(where[fits.argmax()])
        else:
            if size == len(table):
                table = np.vstack([table, np.full_like(table, _OPEN)])
            place, size = size, size + 1
            free.append(place)
        for at, one in wanted:
            table[place, at] = one
    return table[:size]


def _close(rows: Ints, sizes: list[int]) -> None:
    """Gives open places the values that stand least often in their column."""
    import numpy as np

    for factor, size in enumerate(sizes):
        column = rows[:, factor]
        counts = np.bincount(column[column >= 0], minlength=size)
        for i in np.nonzero(column == _OPEN)[0].tolist():
            value = int(counts.argmin())
            column[i] = value
            counts[value] += 1
