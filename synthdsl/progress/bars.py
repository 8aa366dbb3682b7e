"""Live bars in a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from synthdsl.progress.tally import Line, Tally

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID


@contextmanager
def bars(wanted: Mapping[str, int]) -> Iterator[Tally]:
    """Bars on standard error, gone when the run is over."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeRemainingColumn

    columns: list[Any] = [
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=24),
        TextColumn("{task.fields[amount]}", markup=False),
        TimeRemainingColumn(),
    ]
    with Progress(*columns, console=Console(stderr=True), transient=True, refresh_per_second=8) as shown:
        tally = Tally(wanted, _Bars(shown).show)
        yield tally
        tally.close()


@dataclass(slots=True)
class _Bars:
    """A bar a line."""

    shown: Progress
    tasks: dict[tuple[str, bool], TaskID] = field(default_factory=dict)

    def show(self, lines: list[Line]) -> None:
        for line in lines:
            key = (line.name, line.statement)
            if key not in self.tasks:
                name = f"  {line.name}" if line.statement else line.name
                self.tasks[key] = self.shown.add_task(name, total=line.total, amount="")
            self.shown.update(self.tasks[key], total=line.total, completed=line.done, amount=line.amount)
