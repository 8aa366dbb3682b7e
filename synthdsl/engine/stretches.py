"""Cuts a dataset's work into stretches that make about as many rows as a batch has. No data depend on the cuts.

A stretch counts row numbers for fresh rows, parents for derived ones, and children where every parent has the same
number of them: that may be larger than any batch.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from synthdsl.plan.steps import DerivedPlan, FreshPlan

FIRST_PARENTS = 256
"""Parents whose items are taken first, while it is not known how many items a parent has."""


def fresh_stretches(plan: FreshPlan, size: int, limit: int | None) -> Iterator[tuple[int, int]]:
    """The row numbers to try, stretch by stretch; at most `limit` of them where all are rows."""
    total = plan.count if plan.within is None else plan.within
    if limit is not None and plan.within is None:
        total = min(total, limit)
    for start in range(0, total, size):
        yield start, min(start + size, total)


def by_child(rows: DerivedPlan) -> bool:
    """Whether stretches count children: each parent has the same number of them."""
    return rows.copies is not None and rows.within is None and rows.each is None


@dataclass(slots=True)
class Pace:
    """Stretches of derived rows. done, made: parents gone through so far, and their children."""

    done: int = 0
    made: int = 0

    def note(self, start: int, stop: int, children: int) -> None:
        """A stretch is finished: it had so many children."""
        self.done += stop - start
        self.made += children

    def stretches(self, rows: DerivedPlan, parents: int, size: int) -> Iterator[tuple[int, int]]:
        """The stretches, in order; how large the next one is depends on what was noted so far."""
        total = parents * rows.copies if rows.copies is not None and by_child(rows) else parents
        start = 0
        while start < total:
            stop = min(start + self._step(rows, size), total)
            yield start, stop
            start = stop

    def _step(self, rows: DerivedPlan, size: int) -> int:
        if by_child(rows):
            return size
        alone = max(1, size // max(1, rows.within or rows.copies or 1))
        if rows.each is None:
            return alone
        if not self.made:
            return min(FIRST_PARENTS, alone)
        return max(1, min(size, size * self.done // self.made))
