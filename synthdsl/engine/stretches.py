"""Cuts a dataset's work into stretches that make about as many rows as a batch has, fewer where rows are large.

No data depend on the cuts. A stretch counts row numbers for fresh rows, parents for derived ones, and children where
every parent has the same number of them: that may be larger than any batch.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from synthdsl.dataset.batch import fewer
from synthdsl.plan.steps import DerivedPlan, FreshPlan

FIRST_PARENTS = 256
"""Parents whose items are taken first, while it is not known how many items a parent has."""

FIRST_ROWS = 1_024
"""Rows made first, while it is not known how large a row is."""

GROWTH = 16
"""How many times as many rows, at most, the next stretch has: the rows seen may be unlike those to come."""


class Made(Protocol):
    """What a stretch came to. candidates: rows tried. rows: those accepted. weight: about how many bytes these took."""

    rows: int
    candidates: int
    weight: float


def by_child(rows: DerivedPlan) -> bool:
    """Whether stretches count children: each parent has the same number of them."""
    return rows.copies is not None and rows.within is None and rows.each is None


@dataclass(slots=True)
class Pace:
    """Stretches of one dataset. done, made: parents gone through so far, and their children. rows: how many rows the
    next stretch may have for their bytes."""

    done: int = 0
    made: int = 0
    rows: int = FIRST_ROWS

    def note(self, start: int, stop: int, result: Made) -> None:
        """A stretch is finished."""
        self.done += stop - start
        self.made += result.candidates
        if result.rows:
            self.rows = fewer(self.rows * GROWTH, max(1, result.weight) / result.rows)

    def fresh(self, plan: FreshPlan, size: int, limit: int | None) -> Iterator[tuple[int, int]]:
        """The row numbers to try, at most `size` a stretch; at most `limit` of them where all are rows."""
        total = plan.count if plan.within is None else plan.within
        if limit is not None and plan.within is None:
            total = min(total, limit)
        start = 0
        while start < total:
            stop = min(start + self._most(size), total)
            yield start, stop
            start = stop

    def stretches(self, rows: DerivedPlan, parents: int, size: int) -> Iterator[tuple[int, int]]:
        """The stretches of derived rows, in order; each makes about `size` rows or fewer."""
        total = parents * rows.copies if rows.copies is not None and by_child(rows) else parents
        start = 0
        while start < total:
            stop = min(start + self._step(rows, self._most(size)), total)
            yield start, stop
            start = stop

    def _most(self, size: int) -> int:
        return min(size, self.rows)

    def _step(self, rows: DerivedPlan, size: int) -> int:
        if by_child(rows):
            return size
        alone = max(1, size // max(1, rows.within or rows.copies or 1))
        if rows.each is None:
            return alone
        if not self.made:
            return min(FIRST_PARENTS, alone)
        return max(1, min(size, size * self.done // self.made))
