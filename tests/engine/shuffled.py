"""Calls that end in any order: an adversary for the scheduler that no server could be.

It satisfies the engine's `Calls`. Answers are a function of the request; what differs from run to run is how many calls
are let in at once and in which order and in which groups their answers come back.
"""

from __future__ import annotations

import random
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from synthdsl.catalog import SourceCatalog
from synthdsl.engine.run import Outcome, RunOptions, run_plan
from synthdsl.llm.reply import CallFailed, Reply
from synthdsl.llm.request import Request
from synthdsl.pipeline import Settings, compile_spec

Answer = Callable[[Request], Reply | CallFailed]


@dataclass
class Shuffled:
    """answer: what a model says. order: seed of the order in which calls end. room_for: how many are let in."""

    answer: Answer
    order: int = 0
    room_for: int = 64
    store: dict[bytes, Reply] = field(default_factory=dict)
    asked: list[Request] = field(default_factory=list)
    waiting: list[tuple[Request, Callable[[Reply | CallFailed], None]]] = field(default_factory=list)
    todo: list[Callable[[], None]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.chance = random.Random(self.order)

    def lookup(self, requests: Sequence[Request]) -> dict[bytes, Reply]:
        return {r.key: self.store[r.key] for r in requests if r.key in self.store}

    def submit(self, request: Request, priority: tuple[int, ...], done: Callable[[Reply | CallFailed], None]) -> None:
        self.asked.append(request)
        self.waiting.append((request, done))

    def refused(self, request: Request) -> None:
        """Counted by the engine as well."""

    def room(self) -> int:
        return self.room_for - len(self.waiting)

    def soon(self, callback: Callable[[], None]) -> None:
        self.todo.append(callback)

    def drive(self, begin: Callable[[], None], finished: Callable[[], bool]) -> None:
        begin()
        while True:
            while self.todo:
                todo, self.todo = self.todo, []
                for callback in todo:
                    callback()
            if finished():
                return
            assert self.waiting, "nothing is under way and it is not finished"
            for _ in range(self.chance.randint(1, 8)):
                if self.waiting:
                    self._end(*self.waiting.pop(self.chance.randrange(len(self.waiting))))

    def _end(self, request: Request, done: Callable[[Reply | CallFailed], None]) -> None:
        outcome = self.store.get(request.key) or self.answer(request)
        if isinstance(outcome, Reply):
            self.store[request.key] = outcome
        done(outcome)

    def columns(self) -> list[str]:
        """The statements that asked, once for each distinct call."""
        keys: dict[bytes, str] = {r.key: r.form.column for r in self.asked}
        return sorted(keys.values())


@dataclass
class Made:
    """A run: rows by dataset, what the engine says of it, the calls."""

    rows: dict[str, list[dict[str, Any]]]
    outcome: Outcome
    calls: Shuffled

    def facts(self) -> list[Any]:
        """All that must not depend on time."""
        return [self.outcome.datasets, self.outcome.lost, self.rows]


def make(text: str, calls: Shuffled, folder: Path, batch_rows: int = 1_024, seed: int = 0) -> Made:
    """Run a spec."""
    path = folder / "spec.synth"
    path.write_text(text, encoding="utf-8")
    compiled = compile_spec(path, Settings(seed=seed))
    assert compiled.plan is not None, [f"{d.code} {d.message}" for d in compiled.diagnostics]
    names = tuple(d.id for d in compiled.plan.datasets)
    options = RunOptions(Path(tempfile.mkdtemp(dir=folder)), batch_rows=batch_rows, collect=names, calls=calls)
    outcome = run_plan(compiled.plan, options, SourceCatalog(compiled.root, lambda file: file).load, ())
    rows = {
        name: [dict(zip(table.names, row, strict=True)) for row in zip(*map(table.column, table.names), strict=True)]
        for name, table in outcome.tables.items()
    }
    return Made(rows, outcome, calls)
