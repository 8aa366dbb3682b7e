"""Runs a plan: sources read, datasets made one after another in the plan's order, rows streamed to their outputs.

In: a `Plan`, and effects as protocols: how sources are read, where finished rows go, who is told of progress.
Out: an `Outcome`. Memory holds a few batches, whatever the number of rows: what other datasets need is spilled.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

from synthdsl.base.diagnostic import Diagnostic
from synthdsl.dataset.store import StoredTable
from synthdsl.dataset.store_writer import TableWriter
from synthdsl.engine.calls import Calls, NoCalls
from synthdsl.engine.checks import CheckReport, Folds, aggregates_of, checked
from synthdsl.engine.copying import copy_source, pipe
from synthdsl.engine.effects import Events, Silence, Sink
from synthdsl.engine.frame import Frame, World
from synthdsl.engine.grow import BARREN, Growing, Grown, MakeRows
from synthdsl.engine.levels import Climbing
from synthdsl.engine.pool import in_order
from synthdsl.engine.program import BLOCK_ROWS, is_paid
from synthdsl.engine.rows import Fate, Made
from synthdsl.engine.stretches import Pace
from synthdsl.engine.walker import Lost, Row
from synthdsl.engine.work import BATCH_ROWS, Job, Result, finish, joined, new_fold, work
from synthdsl.plan.steps import PARENT, DatasetPlan, DerivedPlan, FreshPlan, Plan, SourcePlan

if TYPE_CHECKING:
    from synthdsl.engine.pipes import StepReport


@dataclass(frozen=True, slots=True)
class RunOptions:
    """folder: for spilled tables, private to this run. workers: processes; 1 runs in this one.

    batch_rows: the most rows made at a time; no data depend on it. only: stop after this dataset and make just what
    it needs. collect: datasets kept whole for the caller. limit: at most this many rows of each fresh dataset, for a
    preview. calls: the way to models. lost: told of each row that failed for good.
    """

    folder: Path
    workers: int = 1
    batch_rows: int = BATCH_ROWS
    collect: tuple[str, ...] = ()
    limit: int | None = None
    calls: Calls = field(default_factory=NoCalls)
    lost: Callable[[Row, Lost], None] | None = None


@dataclass(slots=True)
class DatasetReport:
    """How a dataset came out. short: rows that parents lack. lost: rows that failed for good. used: answers by
    (statement, model): how many, tokens of prompts, of answers, those of prompts that the server had cached, and how
    many of the answers did not fit.
    steps: what the steps of a pipeline did. barren: whether it stopped growing since nothing was accepted any more."""

    id: str
    rows: int = 0
    candidates: int = 0
    wanted: int | None = None
    short: int = 0
    lost: int = 0
    rules: dict[str, Fate] = field(default_factory=dict)
    used: dict[tuple[str, str], list[int]] = field(default_factory=dict)
    steps: list[StepReport] = field(default_factory=list)
    barren: bool = False


@dataclass(slots=True)
class Outcome:
    """A finished run. tables: those collected. findings: what a person should know though the run went on.

    lost: rows that failed for good.
    """

    datasets: list[DatasetReport] = field(default_factory=list)
    sources: dict[str, int] = field(default_factory=dict)
    checks: list[CheckReport] = field(default_factory=list)
    findings: list[Diagnostic] = field(default_factory=list)
    tables: dict[str, StoredTable] = field(default_factory=dict)
    lost: list[Lost] = field(default_factory=list)


ReadSource = Callable[[SourcePlan, Path], StoredTable]


def run_plan(
    plan: Plan, options: RunOptions, read_source: ReadSource, sinks: Sequence[Sink], events: Events | None = None
) -> Outcome:
    """Run all of a plan. Raises `RunError` when the data fall short so that the run cannot go on."""
    told = events or Silence()
    outcome = Outcome()
    tables: dict[str, Any] = {}
    for number, name in enumerate(plan.order):
        folder = options.folder / f"{number:03d}"
        if any(s.id == name for s in plan.sources):
            told.begin(name, None)
            tables[name] = read_source(plan.source(name), folder)
            outcome.sources[name] = tables[name].rows
            told.end(name, tables[name].rows)
            copy_source(plan, name, tables, sinks, options, outcome)
        elif any(d.id == name for d in plan.datasets):
            runner = Runner(plan, plan.dataset(name), options, tables, sinks, told, folder, outcome.lost)
            report, table, folds = runner.run()
            outcome.datasets.append(report)
            if table is not None:
                tables[name] = table
            outcome.checks.extend(checked(plan, name, folds, tables))
        elif (pipeline := plan.pipeline(name)) is not None:
            pipe(plan, pipeline, options, tables, sinks, told, folder, outcome)
    outcome.tables = {name: tables[name] for name in options.collect if name in tables}
    return outcome


@dataclass(slots=True)
class Runner:
    """One dataset, from its first row to its last."""

    plan: Plan
    dataset: DatasetPlan
    options: RunOptions
    tables: dict[str, Any]
    sinks: Sequence[Sink]
    events: Events
    folder: Path
    lost: list[Lost]

    def run(self) -> tuple[DatasetReport, StoredTable | None, Folds]:
        """Make all rows; gives the report, the stored table when others need it, and the expectations' folds."""
        wanted = [s for s in self.sinks if s.dataset == self.dataset.id]
        aggregates = aggregates_of([c for c in self.plan.checks if c.dataset == self.dataset.id])
        keep = self.dataset.keep
        if self.dataset.id in self.options.collect:
            keep = tuple(f.name for f in self.dataset.row.fields)
            keep = (*keep, PARENT) if self.dataset.keep and PARENT in self.dataset.keep else keep
        job = Job(self.dataset, self.plan.seed, self.tables, tuple(s.encoder for s in wanted), aggregates, keep)
        report = DatasetReport(self.dataset.id, wanted=self._wanted())
        self.events.begin(self.dataset.id, self._total())
        writer = None if keep is None else TableWriter(self.folder, keep)
        folds = [new_fold(a) for a in aggregates]
        try:
            if isinstance(self.dataset.rows, FreshPlan) and self.dataset.rows.batch is not None:
                self._grow(job, report, wanted, writer, folds)
            elif isinstance(self.dataset.rows, DerivedPlan) and self.dataset.rows.levels is not None:
                self._climb(job, report, wanted, writer, folds)
            elif is_paid(self.dataset):
                self._ask(job, report, wanted, writer, folds)
            else:
                for result in self._results(job, report):
                    self._take(result, report, wanted, writer, folds)
            table = None if writer is None else writer.close()
        except BaseException:
            if writer is not None:
                writer.abandon()
            raise
        self.events.end(self.dataset.id, report.rows)
        return report, table, list(zip(aggregates, folds, strict=True))

    def _ask(
        self, job: Job, report: DatasetReport, sinks: Sequence[Sink], writer: TableWriter | None, folds: Sequence[Any]
    ) -> None:
        """Rows that wait for models: they are made in this process, which waits far more than it computes."""

        def take(result: Result) -> None:
            self._take(result, report, sinks, writer, folds)

        stretches = self._stretches(Pace(), min(self.options.batch_rows, BLOCK_ROWS))
        self._paid(job, World(self.plan.seed, self.tables), stretches, take, report, report.wanted)

    def _paid(
        self,
        job: Job,
        world: World,
        stretches: Iterator[tuple[int, int]],
        take: Callable[[Result], None],
        report: DatasetReport,
        wanted: int | None,
    ) -> None:
        from synthdsl.engine.paid import PaidRun

        def lose(row: Row, lost: Lost) -> None:
            report.lost += 1
            if self.options.lost is not None:
                self.options.lost(row, lost)
            else:
                self.lost.append(lost)

        before = len(self.lost)
        models = {m.alias: m for m in self.plan.models}
        paid = PaidRun(job, world, self.options.calls, models, stretches, take, lose, wanted)
        paid.run()
        for key, counts in paid.flow.asker.used.items():
            before_ = report.used.setdefault(key, [0] * len(counts))
            report.used[key] = [a + b for a, b in zip(before_, counts, strict=True)]
        # Calls end in any order; what is told of them follows the rows.
        self.lost[before:] = sorted(self.lost[before:], key=lambda one: one.order)

    def _grow(
        self, job: Job, report: DatasetReport, sinks: Sequence[Sink], writer: TableWriter | None, folds: Sequence[Any]
    ) -> None:
        """Round after round, each over the rows accepted before it."""
        limit = report.wanted if report.wanted is not None else self._total() or 0
        growing = Growing(self.dataset, self.plan.seed, self.tables, self.maker(report), limit)
        for grown in chain(growing.rounds(), _last(growing)):
            frame = Frame(World(self.plan.seed, self.tables), self.dataset.address, grown.rows, grown.keys, None, {})
            frame.columns.update(grown.columns)
            self._take(finish(job, [Made(frame, grown.fates)], grown.candidates, None), report, sinks, writer, folds)
            if self.options.lost is not None and report.lost:
                # Only counted: what follows depends on answers that are not there.
                return
        report.barren = growing.barren >= BARREN

    def _climb(
        self, job: Job, report: DatasetReport, sinks: Sequence[Sink], writer: TableWriter | None, folds: Sequence[Any]
    ) -> None:
        """Level after level, each over the rows of the one above."""
        for level in self.climbing(report).levels():
            rows = level.rows
            for start in range(0, rows.rows, BATCH_ROWS):
                batch = rows.batch(start, min(start + BATCH_ROWS, rows.rows))
                frame = Frame(World(self.plan.seed, self.tables), self.dataset.address, batch.n, batch.keys, None, {})
                frame.columns.update(batch.columns)
                self._take(finish(job, [Made(frame, {})], 0, None), report, sinks, writer, folds)
            for rule, fate in level.fates.items():
                report.rules.setdefault(rule, Fate()).add(fate)
            if self.options.lost is not None and report.lost:
                # Only counted: what follows depends on answers that are not there.
                return

    def climbing(self, report: DatasetReport) -> Climbing:
        """The tree, whose levels are made one after another; what they took is added to the report."""
        rows = self.dataset.rows
        assert isinstance(rows, DerivedPlan) and rows.above is not None
        done = 0

        def make(plan: DatasetPlan, tables: Mapping[str, Any]) -> StoredTable:
            nonlocal done
            done += 1
            folder = self.folder.with_name(f"{self.folder.name}-level{done}")
            runner = Runner(self.plan, plan, self.options, dict(tables), (), Silence(), folder, self.lost)
            found, table, _ = runner.run()
            assert table is not None
            report.candidates += found.candidates
            report.lost += found.lost
            for rule, fate in found.rules.items():
                report.rules.setdefault(rule, Fate()).add(fate)
            for key, counts in found.used.items():
                before = report.used.setdefault(key, [0] * len(counts))
                report.used[key] = [a + b for a, b in zip(before, counts, strict=True)]
            return table

        return Climbing(self.dataset, self.plan.seed, self.tables, rows.above, make)

    def maker(self, report: DatasetReport) -> MakeRows:
        """What makes the candidates of a round, asking models where that is needed."""

        def free(job: Job, world: World, start: int, stop: int) -> Result:
            return work(job, world, start, stop)

        def paid(job: Job, world: World, start: int, stop: int) -> Result:
            results: list[Result] = []
            size = min(self.options.batch_rows, BLOCK_ROWS)
            stretches = ((low, min(low + size, stop)) for low in range(start, stop, size))
            self._paid(job, world, stretches, results.append, report, None)
            return joined(results, job.keep or ())

        return paid if is_paid(self.dataset) else free

    def _wanted(self) -> int | None:
        rows = self.dataset.rows
        if isinstance(rows, FreshPlan) and rows.within is not None:
            return rows.count if self.options.limit is None else min(rows.count, self.options.limit)
        return None

    def _total(self) -> int | None:
        rows = self.dataset.rows
        return rows.count if isinstance(rows, FreshPlan) else None

    def _stretches(self, pace: Pace, size: int) -> Iterator[tuple[int, int]]:
        rows = self.dataset.rows
        limit = self.options.limit
        if isinstance(rows, FreshPlan):
            return pace.fresh(rows, size, limit)
        parents = self.tables[rows.parent].rows
        return pace.stretches(rows, parents if limit is None else min(parents, limit), size)

    def _results(self, job: Job, report: DatasetReport) -> Iterator[Result]:
        world = World(self.plan.seed, self.tables)
        pace = Pace()
        stretches = self._stretches(pace, self.options.batch_rows)
        if self.options.workers <= 1:
            for start, stop in stretches:
                left = None if report.wanted is None else report.wanted - report.rows
                if left is not None and left <= 0:
                    return
                result = work(job, world, start, stop, left)
                pace.note(start, stop, result)
                yield result
            return
        for (start, stop), result in in_order(job, stretches, self.options.workers):
            pace.note(start, stop, result)
            left = None if report.wanted is None else report.wanted - report.rows
            if left is not None and left <= 0:
                return
            # The stretch that reaches the goal is made again here, cut where the goal is reached.
            yield work(job, world, start, stop, left) if left is not None and result.rows > left else result

    def _take(
        self,
        result: Result,
        report: DatasetReport,
        sinks: Sequence[Sink],
        writer: TableWriter | None,
        folds: Sequence[Any],
    ) -> None:
        report.rows += result.rows
        report.candidates += result.candidates
        report.short += result.short
        for rule, fate in result.fates.items():
            report.rules.setdefault(rule, Fate()).add(fate)
        for sink, payloads in zip(sinks, result.payloads, strict=True):
            for payload in payloads:
                sink.append(payload)
        if writer is not None and result.rows:
            assert result.keys is not None
            writer.append(result.rows, result.keys, result.columns)
        for fold, other in zip(folds, result.folds, strict=True):
            fold.merge(other)
        self.events.advance(self.dataset.id, result.candidates, result.rows)


def _last(growing: Growing) -> Iterator[Grown]:
    """What an archive holds, once its rounds are done."""
    archived = growing.archived()
    if archived is not None:
        yield archived
