"""Datasets whose rows wait for models: blocks are made, rows begin as models have room, blocks leave in order.

Memory is bounded by the rows under way: a slow row keeps its block, and those after it, but no other row waits for it
until `WINDOW` rows are open.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from synthdsl.engine.asking import Asker
from synthdsl.engine.blocks import KEPT, OUT, Block, Quota
from synthdsl.engine.calls import Calls
from synthdsl.engine.flow import Flow
from synthdsl.engine.frame import Frame, World
from synthdsl.engine.program import Program, number_nodes, program_of, tail_of, types_of
from synthdsl.engine.rows import Made, add_flags, make_rows
from synthdsl.engine.walker import Lost, Row
from synthdsl.engine.work import Job, Result, finish, frames_of
from synthdsl.llm.request import ModelSpec
from synthdsl.plan.steps import DatasetPlan, DerivedPlan
from synthdsl.types.terms import Type

WINDOW = 32_768
"""Rows that may be open behind the first one that is not done."""

ALL_STORED = 4_096
"""Rows that begin at once at most, when all they ask is stored already."""


@dataclass(slots=True, eq=False)
class PaidRun:
    """One dataset with calls. take: takes finished stretches, in order. lost: takes rows that failed for good.

    wanted: how many accepted rows end it, None where all candidates are made.
    """

    job: Job
    world: World
    calls: Calls
    models: Mapping[str, ModelSpec]
    stretches: Iterator[tuple[int, int]]
    take: Callable[[Result], None]
    lost: Callable[[Row, Lost], None]
    wanted: int | None
    head: DatasetPlan = field(init=False)
    program: Program = field(init=False)
    types: dict[str, Type] = field(init=False)
    flow: Flow = field(init=False)
    quota: Quota | None = field(init=False)
    blocks: deque[Block] = field(default_factory=deque)
    begun: int = 0
    order: int = 0
    burst: int = 64
    parts: deque[tuple[Frame, Any, list[Quota] | None, int, bool]] = field(default_factory=deque)
    _more: bool = True

    def __post_init__(self) -> None:
        plan = self.job.plan
        head, tail = tail_of(plan.tasks)
        self.head = replace(plan, tasks=head, flags=False)
        self.program = program_of(tail)
        number_nodes(self.program)
        self.types = {f.name: f.type for f in plan.row.fields} | types_of(self.program)
        asker = Asker(plan.id, plan.address, self.world.seed, self.models, self.calls)
        self.flow = Flow(plan, self.world, self.calls, self.types, asker, self._dropped, self._lost, self._judged)
        self.quota = None if self.wanted is None else Quota(self.wanted)

    def run(self) -> None:
        """Make all rows. Raises what stops the run."""
        self.calls.drive(self._feed, self._finished)
        if self.flow.error is not None:
            raise self.flow.error

    def run_one(self, frame: Frame) -> None:
        """Make one row alone, whose frame is there already."""
        import numpy as np

        self.stretches = iter(())
        self.quota = None
        self.parts.append((frame, np.zeros(frame.n, dtype=np.int64), None, 0, True))
        self.run()

    def _finished(self) -> bool:
        if self.flow.error is None and not self.flow.ready:
            try:
                self._feed()
            except Exception as error:  # carried out of the event loop
                self.flow.error = error
        return self.flow.error is not None or not (self.blocks or self._more)

    # --- rows begin

    def _feed(self) -> None:
        """Let rows begin while models have room for them."""
        while self._feed_once():
            pass
        self._give()

    def _feed_once(self) -> bool:
        room = self.calls.room()
        if room <= 0 or self.begun >= WINDOW:
            return False
        rows = self._next_rows(min(max(room, self.burst), WINDOW - self.begun))
        if not rows:
            return False
        self.begun += len(rows)
        for row in rows:
            self.flow.begin(row)
        self.flow.advance()
        # Nothing had to be asked: everything is stored, so larger steps are cheaper.
        self.burst = min(self.burst * 2, ALL_STORED) if self.calls.room() >= room else 1
        self._give()
        return True

    def _next_rows(self, most: int) -> list[Row]:
        rows: list[Row] = []
        for block in self.blocks:
            if len(rows) < most and not block.exhausted:
                rows += block.take(most - len(rows))
        while len(rows) < most and (self.quota is None or self.quota.open > 0):
            fresh = self._next_block()
            if fresh is None:
                break
            rows += fresh.take(most - len(rows))
        return rows

    def _next_block(self) -> Block | None:
        if not self.parts and not self._next_stretch():
            self._more = False
            return None
        frame, index, quotas, start, closes = self.parts.popleft()
        made = make_rows(self.head, frame)
        groups: list[int] | None = None
        if quotas is not None and self.quota is None:
            owner = dict(zip(frame.keys.tolist(), index.tolist(), strict=True))
            groups = [owner[k] for k in made.frame.keys.tolist()]
        block = Block(start, made, frame.n, self.program, self.order, closes, quotas, groups)
        self.order += made.frame.n
        self.blocks.append(block)
        return block

    def _next_stretch(self) -> bool:
        stretch = next(self.stretches, None)
        if stretch is None:
            return False
        start, stop = stretch
        rows = self.job.plan.rows
        quotas = None if self.quota is None else [self.quota]
        if isinstance(rows, DerivedPlan) and rows.within is not None and rows.copies is not None:
            quotas = [Quota(rows.copies) for _ in range(stop - start)]
        frames = frames_of(self.job, self.world, start, stop)
        for at, (frame, index) in enumerate(frames, 1):
            self.parts.append((frame, index, quotas, start, at == len(frames)))
        return True

    # --- rows come out

    def _dropped(self, row: Row, rule: str) -> None:
        block = row.root.owner
        assert isinstance(block, Block)
        self.begun -= 1
        block.out(row.root)

    def _lost(self, row: Row, lost: Lost) -> None:
        block = row.owner
        assert isinstance(block, Block)
        self.lost(row, lost)
        self.begun -= 1
        block.out(row)

    def _judged(self, row: Row, rule: str, what: str) -> None:
        block = row.root.owner
        assert isinstance(block, Block)
        fate = block.fate(rule)
        match what:
            case "tried":
                fate.tried += 1
            case "dropped":
                fate.dropped += 1
            case "flagged":
                fate.flagged += 1
            case _:
                fate.again += 1

    def _give(self) -> None:
        """Blocks that are done leave, in order."""
        enough = self.quota is not None and self.quota.accepted >= self.quota.wanted
        while self.blocks and (self.blocks[0].left <= 0 or enough):
            block = self.blocks.popleft()
            if enough and not (self.blocks and self.blocks[0].last_begun):
                # The wanted rows are there: what follows the last of them was never tried.
                self._cut(block)
                self.blocks.clear()
                self._more = False
            self._leave(block)
        if enough:
            self._more = False

    def _cut(self, block: Block) -> None:
        """End the block after the last row that began; what is reported must not tell of the block's size."""
        frame, last = block.made.frame, block.last_begun
        assert frame.numbers is not None
        stop = int(frame.numbers[last - 1]) + 1 if last else block.start
        ((cut, _),) = frames_of(self.job, self.world, block.start, stop)
        block.made.fates.update(make_rows(self.head, cut).fates)
        for at in range(last, frame.n):
            block.status[at] = OUT
        block.candidates = cut.n

    def _leave(self, block: Block) -> None:
        self.begun -= block.status.count(KEPT)
        made: Made = block.finished(self.types)
        if self.job.plan.flags:
            add_flags(made, block.flags)
        result = finish(self.job, [made], block.candidates, None)
        if block.closes and block.groups is not None and block.quotas is not None:
            result.short = sum(q.missing for q in block.quotas)
        self.take(result)
