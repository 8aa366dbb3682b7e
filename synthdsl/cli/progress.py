"""How a run goes while it goes: a live display in a terminal, a line now and then in a log, nothing when quiet."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from synthdsl.cli.style import is_terminal, write

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

    from synthdsl.engine.effects import Events
    from synthdsl.llm.spending import Spending, Spent
    from synthdsl.plan.steps import Plan

FIRST_LINE = 10.0
"""Seconds before the first line in a log; each pause is then half as long again, up to `LONGEST_PAUSE`."""
LONGEST_PAUSE = 120.0


@contextmanager
def progress(plan: Plan, quiet: bool) -> Iterator[Events | None]:
    """Who is told of the run's events, for the time of the run."""
    if quiet:
        yield None
    elif is_terminal(sys.stderr):
        with _live(wanted_rows(plan)) as events:
            yield events
    else:
        yield LogLines(wanted_rows(plan), lambda text: write(text, sys.stderr))


def wanted_rows(plan: Plan) -> dict[str, int]:
    """Datasets that run until so many rows are accepted; the others run until all rows were tried."""
    from synthdsl.plan.steps import FreshPlan

    return {d.id: d.rows.count for d in plan.datasets if isinstance(d.rows, FreshPlan) and d.rows.within is not None}


@dataclass(slots=True)
class _Count:
    """Of one dataset; total: of what is counted towards the end, None where not known."""

    total: int | None
    tried: int = 0
    accepted: int = 0


@dataclass(slots=True)
class LogLines:
    """A line now and then: never for a short run, ever more rarely for a long one."""

    wanted: Mapping[str, int]
    say: Callable[[str], None]
    clock: Callable[[], float] = time.monotonic
    counts: dict[str, _Count] = field(default_factory=dict)
    pause: float = FIRST_LINE
    last: float = -1.0
    begun: float = 0.0

    def begin(self, dataset: str, total: int | None) -> None:
        if self.last < 0:
            self.last = self.begun = self.clock()
        self.counts[dataset] = _Count(total)

    def advance(self, dataset: str, tried: int, accepted: int) -> None:
        count = self.counts[dataset]
        count.tried += tried
        count.accepted += accepted
        now = self.clock()
        if now - self.last >= self.pause:
            self.last = now
            self.pause = min(self.pause * 1.5, LONGEST_PAUSE)
            self.say(self._line(dataset, count))

    def end(self, dataset: str, rows: int) -> None:
        del self.counts[dataset]

    def calls(self, spending: Spending) -> None:
        now = self.clock()
        if now - self.last >= self.pause:
            self.last = now
            self.pause = min(self.pause * 1.5, LONGEST_PAUSE)
            for one in spending.spent.values():
                self.say(f"{one.column} by {one.model}: {amount_of(one, now - self.begun)}")

    def _line(self, dataset: str, count: _Count) -> str:
        done = count.accepted if dataset in self.wanted else count.tried
        share = f" of {count.total:,}" if count.total else ""
        what = "rows accepted" if dataset in self.wanted else "rows tried"
        other = f", {count.tried:,} tried" if dataset in self.wanted else f", {count.accepted:,} accepted"
        return f"{dataset}: {done:,}{share} {what}{other if count.tried != count.accepted else ''}"


def amount_of(one: Spent, seconds: float) -> str:
    """What a statement asked so far: calls, failures, rate, tokens, money."""
    parts = [f"{one.answered:,} answered"]
    if one.stored:
        parts.append(f"{one.stored:,} stored")
    if one.failed:
        parts.append(f"{one.failed:,} tried again or failed")
    if one.answered and seconds > 0:
        parts.append(f"{one.answered / seconds:,.1f}/s")
        parts.append(f"{one.input + one.output:,} tokens")
    if one.cost:
        parts.append(f"cost {one.cost:.4g}")
    return ", ".join(parts)


@contextmanager
def _live(wanted: Mapping[str, int]) -> Iterator[Events]:
    """Bars on standard error, gone when the run is over."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeRemainingColumn

    console = Console(stderr=True)
    columns: list[Any] = [
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=24),
        TextColumn("{task.fields[amount]}", markup=False),
        TimeRemainingColumn(),
    ]
    with Progress(*columns, console=console, transient=True, refresh_per_second=8) as bars:
        yield _Bars(bars, wanted)


@dataclass(slots=True)
class _Bars:
    """The events of a run as rich's bars."""

    bars: Progress
    wanted: Mapping[str, int]
    tasks: dict[str, TaskID] = field(default_factory=dict)
    counts: dict[str, _Count] = field(default_factory=dict)
    statements: dict[tuple[str, str], TaskID] = field(default_factory=dict)
    begun: float = field(default_factory=time.monotonic)
    shown: float = 0.0

    def calls(self, spending: Spending) -> None:
        now = time.monotonic()
        if now - self.shown < 0.2:
            return
        self.shown = now
        for key, one in spending.spent.items():
            if key not in self.statements:
                name = f"  {one.column} by {one.model}"
                self.statements[key] = self.bars.add_task(name, total=None, amount="")
            self.bars.update(self.statements[key], amount=amount_of(one, now - self.begun))

    def begin(self, dataset: str, total: int | None) -> None:
        self.counts[dataset] = _Count(total)
        self.tasks[dataset] = self.bars.add_task(dataset, total=total, amount="")

    def advance(self, dataset: str, tried: int, accepted: int) -> None:
        count = self.counts[dataset]
        count.tried += tried
        count.accepted += accepted
        done = count.accepted if dataset in self.wanted else count.tried
        total = f" of {count.total:,}" if count.total else ""
        amount = f"{done:,}{total} rows"
        if count.tried != count.accepted:
            amount += f" ({count.tried:,} tried)" if dataset in self.wanted else f" ({count.accepted:,} accepted)"
        self.bars.update(self.tasks[dataset], completed=done, amount=amount)

    def end(self, dataset: str, rows: int) -> None:
        self.bars.update(self.tasks[dataset], total=max(rows, 1), completed=max(rows, 1), amount=f"{rows:,} rows")
