"""What a run did so far, as lines to show: one a dataset, one a statement that asks models."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from synthdsl.base.record import record

if TYPE_CHECKING:
    from synthdsl.llm.spending import Spending, Spent
    from synthdsl.plan.steps import Plan


def wanted_rows(plan: Plan) -> dict[str, int]:
    """Datasets that run until so many rows are accepted; the others run until all rows were tried."""
    from synthdsl.plan.steps import FreshPlan

    return {d.id: d.rows.count for d in plan.datasets if isinstance(d.rows, FreshPlan) and d.rows.within is not None}


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


@record
class Line:
    """name: of a dataset, or of a statement and its model. done, total: rows; total is None where it is not known."""

    name: str
    done: int
    total: int | None
    amount: str
    statement: bool = False


@dataclass(slots=True)
class Count:
    """Of one dataset; total: of what is counted towards the end, None where not known."""

    total: int | None
    tried: int = 0
    accepted: int = 0


@dataclass(slots=True)
class Tally:
    """The events of a run, added up; `show` is called at most every `pause` seconds, and by `close`.

    wanted: see `wanted_rows`.
    """

    wanted: Mapping[str, int]
    show: Callable[[list[Line]], None]
    pause: float = 0.2
    clock: Callable[[], float] = time.monotonic
    counts: dict[str, Count] = field(default_factory=dict)
    finished: dict[str, int] = field(default_factory=dict)
    spending: Spending | None = None
    begun: float | None = None
    shown: float = 0.0

    def begin(self, dataset: str, total: int | None) -> None:
        self.counts[dataset] = Count(total)
        self._changed()

    def advance(self, dataset: str, tried: int, accepted: int) -> None:
        count = self.counts[dataset]
        count.tried += tried
        count.accepted += accepted
        self._changed()

    def end(self, dataset: str, rows: int) -> None:
        self.finished[dataset] = rows
        self._changed()

    def calls(self, spending: Spending) -> None:
        self.spending = spending
        self._changed()

    def close(self) -> None:
        """Show the last state."""
        self.show(self.lines())

    def lines(self) -> list[Line]:
        """Datasets in the order they were begun, then the statements that asked."""
        lines = [self._rows(name, count) for name, count in self.counts.items()]
        if self.spending is not None:
            seconds = self.clock() - (self.begun or 0.0)
            for one in self.spending.spent.values():
                lines.append(Line(f"{one.column} by {one.model}", 0, None, amount_of(one, seconds), True))
        return lines

    def _rows(self, name: str, count: Count) -> Line:
        if (rows := self.finished.get(name)) is not None:
            return Line(name, max(rows, 1), max(rows, 1), f"{rows:,} rows")
        wanted = name in self.wanted
        done = count.accepted if wanted else count.tried
        total = f" of {count.total:,}" if count.total else ""
        amount = f"{done:,}{total} rows"
        if count.tried != count.accepted:
            amount += f" ({count.tried:,} tried)" if wanted else f" ({count.accepted:,} accepted)"
        return Line(name, done, count.total, amount)

    def _changed(self) -> None:
        now = self.clock()
        if self.begun is None:
            self.begun = now
        elif now - self.shown < self.pause:
            return
        self.shown = now
        self.show(self.lines())
