"""Blocks of rows that wait for models: which of their rows may begin, how each came out, and the finished rows.

A row begins only when it is needed: of `N accepted within M` never more are under way than are still missing, so the
candidates that are tried, and the calls that are paid, do not depend on time.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from synthdsl.dataset.vector import Vector, to_list
from synthdsl.engine.evaluate import conform, tidy
from synthdsl.engine.frame import Frame
from synthdsl.engine.program import Program
from synthdsl.engine.rows import Fate, Made
from synthdsl.engine.walker import Row
from synthdsl.types.terms import Type

if TYPE_CHECKING:
    from collections.abc import Iterator

WAITING, ACTIVE, KEPT, OUT = 0, 1, 2, 3


@dataclass(slots=True)
class Quota:
    """How many rows are still wanted of one dataset, or of one parent row.

    pending: those under way. blocks: where its candidates stand, with their group there.
    """

    wanted: int
    accepted: int = 0
    pending: int = 0
    blocks: list[tuple[Block, int]] = field(default_factory=list)

    @property
    def open(self) -> int:
        """How many more may begin."""
        return self.wanted - self.accepted - self.pending

    @property
    def missing(self) -> int:
        """How many were not found."""
        return max(0, self.wanted - self.accepted)


@dataclass(slots=True, eq=False)
class Block:
    """Rows of one stretch after what needs no model.

    start: the number of its first candidate. made: the rows with what the rules did so far. program: what is left to
    do. quotas: by group, None where all rows are wanted. groups: the group of each row. order: the run-wide number of
    its first row. closes: whether it is the last of its stretch. values: of the tail's columns, filled row by row.
    """

    start: int
    made: Made
    candidates: int
    program: Program
    order: int
    closes: bool
    quotas: list[Quota] | None = None
    groups: list[int] | None = None
    status: bytearray = field(init=False)
    values: dict[str, list[Any]] = field(init=False)
    flags: list[list[str]] = field(init=False)
    left: int = field(init=False)
    _next: int = 0
    _queues: list[deque[int]] | None = None
    _open: deque[int] = field(default_factory=deque)
    _columns: dict[str, list[Any]] | None = None

    def __post_init__(self) -> None:
        n = self.made.frame.n
        self.status = bytearray(n)
        self.left = n
        self.values = {name: [None] * n for name in self.program.makers}
        self.flags = [[] for _ in range(n)]
        if self.groups is not None and self.quotas is not None:
            self._queues = [deque() for _ in self.quotas]
            for at, group in enumerate(self.groups):
                self._queues[group].append(at)
            for group, quota in enumerate(self.quotas):
                quota.blocks.append((self, group))
                self._open.append(group)

    @property
    def exhausted(self) -> bool:
        """Whether no row of it can begin any more, as things stand."""
        if self._queues is None:
            return self._next >= self.made.frame.n
        return not self._open

    def take(self, most: int) -> list[Row]:
        """Up to so many rows that begin now."""
        picked = list(self._picked(most))
        if not picked:
            return []
        columns = self._inputs()
        frame = self.made.frame
        keys = frame.keys
        numbers = frame.numbers
        rows: list[Row] = []
        for at in picked:
            self.status[at] = ACTIVE
            values = {name: column[at] for name, column in columns.items()}
            number = None if numbers is None else int(numbers[at])
            rows.append(Row(self.program, int(keys[at]), number, values, self.order + at, self, at))
        return rows

    def _picked(self, most: int) -> Iterator[int]:
        if self._queues is None:
            quota = self.quotas[0] if self.quotas else None
            if quota is not None:
                most = min(most, quota.open)
            stop = min(self._next + max(most, 0), self.made.frame.n)
            begun = range(self._next, stop)
            self._next = stop
            if quota is not None:
                quota.pending += len(begun)
            yield from begun
            return
        assert self.quotas is not None
        while most > 0 and self._open:
            group = self._open[0]
            quota, queue = self.quotas[group], self._queues[group]
            if quota.open <= 0 or not queue:
                self._open.popleft()
                if not queue or quota.accepted >= quota.wanted:
                    self._spare(group)
                continue
            quota.pending += 1
            most -= 1
            yield queue.popleft()

    def _spare(self, group: int) -> None:
        """Candidates that are not needed any more."""
        assert self._queues is not None
        while self._queues[group]:
            self._queues[group].popleft()
            self._leave()

    def _inputs(self) -> dict[str, list[Any]]:
        """The columns that the program reads, as Python values."""
        if self._columns is None:
            frame = self.made.frame
            wanted = [n for n in self.program.reads if n in frame.columns]
            self._columns = {n: to_list(frame.columns[n], frame.n) for n in wanted}
        return self._columns

    # --- how rows come out

    def ended(self, row: Row) -> None:
        """A row is done: it is accepted."""
        at = row.at
        for name, column in self.values.items():
            column[at] = row.values.get(name)
        self.flags[at] = row.flags
        self.status[at] = KEPT
        if self.quotas is not None:
            quota = self.quotas[0 if self.groups is None else self.groups[at]]
            quota.pending -= 1
            quota.accepted += 1
            if quota.accepted >= quota.wanted:
                for block, group in quota.blocks:
                    block._spare(group)
        self._leave()

    def out(self, row: Row) -> None:
        """A row was dropped or lost."""
        at = row.at
        self.status[at] = OUT
        if self.quotas is not None:
            group = 0 if self.groups is None else self.groups[at]
            self.quotas[group].pending -= 1
            for block, number in self.quotas[group].blocks:
                block._reopen(number)
        self._leave()

    def _reopen(self, group: int) -> None:
        """One more of a group's candidates may begin."""
        if self._queues is not None and self._queues[group] and group not in self._open:
            self._open.append(group)

    def _leave(self) -> None:
        self.left -= 1

    @property
    def last_begun(self) -> int:
        """How many rows of it began, counted from its first, without groups."""
        return self._next

    def fate(self, rule: str) -> Fate:
        """What a rule did here."""
        return self.made.fates.setdefault(rule, Fate())

    def finished(self, types: dict[str, Type]) -> Made:
        """The accepted rows with all their columns."""
        import numpy as np

        kept = np.flatnonzero(np.frombuffer(bytes(self.status), dtype=np.uint8) == KEPT)
        frame: Frame = self.made.frame if len(kept) == self.made.frame.n else self.made.frame.at(kept)
        columns: dict[str, Vector] = dict(frame.columns)
        index = kept.tolist()
        for name, values in self.values.items():
            picked = values if len(index) == len(values) else [values[i] for i in index]
            columns[name] = conform(tidy(picked, types[name]), types[name])
        self.made.frame = replace(frame, columns=columns)
        self.flags = [self.flags[i] for i in index]
        return self.made
