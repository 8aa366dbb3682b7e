"""Progress in a log: a line now and then."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from synthdsl.progress.tally import Count, amount_of

if TYPE_CHECKING:
    from synthdsl.llm.spending import Spending

FIRST_LINE = 10.0
"""Seconds before the first line in a log; each pause is then half as long again, up to `LONGEST_PAUSE`."""
LONGEST_PAUSE = 120.0


@dataclass(slots=True)
class LogLines:
    """A line now and then: never for a short run, ever more rarely for a long one."""

    wanted: Mapping[str, int]
    say: Callable[[str], None]
    clock: Callable[[], float] = time.monotonic
    counts: dict[str, Count] = field(default_factory=dict)
    pause: float = FIRST_LINE
    last: float = -1.0
    begun: float = 0.0

    def begin(self, dataset: str, total: int | None) -> None:
        if self.last < 0:
            self.last = self.begun = self.clock()
        self.counts[dataset] = Count(total)

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

    def _line(self, dataset: str, count: Count) -> str:
        done = count.accepted if dataset in self.wanted else count.tried
        share = f" of {count.total:,}" if count.total else ""
        what = "rows accepted" if dataset in self.wanted else "rows tried"
        other = f", {count.tried:,} tried" if dataset in self.wanted else f", {count.accepted:,} accepted"
        return f"{dataset}: {done:,}{share} {what}{other if count.tried != count.accepted else ''}"
