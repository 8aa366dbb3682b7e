"""One row's whole story: every draw, prompt, answer, rule and retry, from what is stored; nothing is asked.

The row is made again exactly, because every draw and every answer has an address.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from synthdsl.dataset.address import number_keys
from synthdsl.dataset.vector import to_list
from synthdsl.dataset.views import Rows, View
from synthdsl.engine.calls import Done, Unasked
from synthdsl.engine.effects import Silence
from synthdsl.engine.frame import Frame, World
from synthdsl.engine.grow import Growing
from synthdsl.engine.levels import ABOVE
from synthdsl.engine.paid import PaidRun
from synthdsl.engine.pipes import StepReport, run_steps
from synthdsl.engine.program import Node, is_paid, tail_of
from synthdsl.engine.rows import make_rows
from synthdsl.engine.run import DatasetReport, ReadSource, Runner, RunOptions
from synthdsl.engine.stretches import by_child
from synthdsl.engine.tables import make_tables
from synthdsl.engine.walker import Lost, Row
from synthdsl.engine.work import BATCH_ROWS, Job, Result, frames_of
from synthdsl.llm.contract import AnswerStore
from synthdsl.llm.reply import CallFailed, Reply, load
from synthdsl.llm.request import Request
from synthdsl.plan.parts import part_for
from synthdsl.plan.show import show_expr
from synthdsl.plan.steps import Ask, DatasetPlan, DerivedPlan, DrawTogether, FreshPlan, Judge, Make, PipelinePlan, Plan

MOST_PARENTS = 5
"""Of a row that was made from many, the stories of so many are told."""


@dataclass(frozen=True, slots=True)
class Exchanged:
    """One call of the row: who was asked what, and what came, None where nothing is stored."""

    model: str
    messages: tuple[tuple[str, str], ...]
    reply: Reply | None


@dataclass(slots=True)
class Step:
    """One thing that happened. kind: "var", "template", "llm", "rule" ... how: its text. value: what came of it."""

    kind: str
    name: str
    how: str = ""
    value: Any = None
    calls: list[Exchanged] = field(default_factory=list)


@dataclass(slots=True)
class Story:
    """A row. end: how it came out: "kept", or why not. parents: the stories of rows that it was made from.

    others: how many more such rows there are.
    """

    dataset: str
    key: int
    number: int | None
    steps: list[Step] = field(default_factory=list)
    end: str = "kept"
    parents: list[Story] = field(default_factory=list)
    others: int = 0
    values: dict[str, Any] = field(default_factory=dict)


class NoRowError(Exception):
    """There is no such row."""


@dataclass(slots=True, eq=False, kw_only=True)
class StoredCalls(Unasked):
    """Satisfies `Calls`: answers from the store alone; what is missing loses the row."""

    store: AnswerStore

    def lookup(self, requests: Sequence[Request]) -> dict[bytes, Reply]:
        return {k: load(v) for k, v in self.store.get_many([r.key for r in requests]).items()}

    def submit(self, request: Request, priority: tuple[int, ...], done: Done) -> None:
        message = f"The answer to a call of '{request.form.column}' is not stored."
        self.hold(done, CallFailed("E0827", message, "row"))


def trace(
    plan: Plan, options: RunOptions, read_source: ReadSource, store: AnswerStore, dataset: str, row: int, by_key: bool
) -> Story:
    """The story of a row: by its key, else by its number (`of N`), else by its place among all rows of the dataset.

    Raises `NoRowError`.
    """
    part = part_for(plan, dataset)
    calls = StoredCalls(store=store)
    quiet = replace(options, calls=calls)
    tables: dict[str, Any] = {}
    sources = {s.id for s in part.sources}
    make_tables(part, [n for n in part.order if n != dataset or n in sources], quiet, read_source, tables)
    return _Teller(part, tables, calls, options.folder).story(dataset, row, by_key)


@dataclass(slots=True)
class _Teller:
    plan: Plan
    tables: dict[str, Any]
    calls: StoredCalls
    folder: Path
    views: dict[str, tuple[Rows, list[StepReport]]] = field(default_factory=dict)

    def story(self, name: str, row: int, by_key: bool) -> Story:
        """The story of a row of a dataset, or a source's row."""
        if any(s.id == name for s in self.plan.sources):
            return self._of_source(name, row)
        pipeline = self.plan.pipeline(name)
        if pipeline is not None:
            return self._of_pipeline(pipeline, row, by_key)
        dataset = self.plan.dataset(name)
        refused: str | None = None
        growing, following = None, 0
        if isinstance(dataset.rows, FreshPlan) and dataset.rows.batch is not None:
            growing, row = self._grown(dataset, row, by_key)
            self.tables = {**self.tables, name: growing.pool()}
            following = growing.one_more(row)
            refused, by_key = growing.refused.get(row), False
        if isinstance(dataset.rows, DerivedPlan) and dataset.rows.levels is not None:
            return self._in_tree(dataset, row, by_key)
        world = World(self.plan.seed, self.tables)
        job = Job(dataset, self.plan.seed, self.tables, (), (), None)
        frame, parent = self._find(dataset, job, world, row, by_key)
        story = Story(name, int(frame.keys[0]), None if frame.numbers is None else int(frame.numbers[0]))
        if parent is not None and isinstance(dataset.rows, DerivedPlan):
            story.parents.append(self._parent(dataset.rows.parent, parent))
        self._free(dataset, frame, story)
        if is_paid(dataset) and story.end == "kept":
            self._paid(dataset, job, world, frame, story)
        for judge in dataset.pool if story.end == "kept" else ():
            broken = judge.rule == refused
            story.steps.append(Step("rule", judge.rule, show_expr(judge.condition), "drop" if broken else "holds"))
            if broken:
                story.end = f"dropped by '{judge.rule}'"
                break
        if growing is not None and dataset.archive is not None and story.end == "kept":
            stays = refused is None and growing.stays(story.key, following)
            story.end = "kept" if stays else "dropped: another row with the same keys is better, or the archive is full"
        return story

    def _in_tree(self, dataset: DatasetPlan, row: int, by_key: bool) -> Story:
        """The story of a row of a tree, counted level by level, and of the rows above it."""
        before = self.tables
        folder = Path(tempfile.mkdtemp(dir=self.folder))
        options = RunOptions(folder, calls=self.calls, lost=lambda row, lost: None)
        runner = Runner(self.plan, dataset, options, before, (), Silence(), folder / dataset.id, [])
        report = DatasetReport(dataset.id)
        climbing = runner.climbing(report)
        once = climbing.once()
        seen = 0
        for level in climbing.levels():
            self.tables = {**before, ABOVE: level.above}
            world = World(self.plan.seed, self.tables)
            job = Job(once, self.plan.seed, self.tables, (), (), None)
            try:
                frame, at = self._find(once, job, world, row if by_key else row - seen, by_key)
            except NoRowError:
                seen = report.candidates
                continue
            story = Story(dataset.id, int(frame.keys[0]), None)
            self._free(once, frame, story)
            if is_paid(once) and story.end == "kept":
                self._paid(once, job, world, frame, story)
            if dataset.archive is not None and story.end == "kept" and not (level.rows.keys() == frame.keys[0]).any():
                story.end = "dropped: another row with the same keys is better"
            self.tables = before
            assert at is not None and isinstance(dataset.rows, DerivedPlan)
            above = int(level.above.keys()[at])
            first = level.number == 1
            story.parents.append(
                self._parent(dataset.rows.parent, at) if first else self._in_tree(dataset, above, True)
            )
            return story
        raise NoRowError

    def _grown(self, dataset: DatasetPlan, row: int, by_key: bool) -> tuple[Growing, int]:
        """A dataset that grows, as far as the round before that of a candidate, and the candidate's number."""
        assert isinstance(dataset.rows, FreshPlan)
        total = dataset.rows.count if dataset.rows.within is None else dataset.rows.within
        if by_key:
            row = next(iter(np.flatnonzero(number_keys(0, total) == np.uint64(row)).tolist()), -1)
        if not 0 <= row < total:
            raise NoRowError
        limit = total if dataset.archive is None else dataset.rows.count
        options = RunOptions(self.folder, calls=self.calls, lost=lambda row, lost: None)
        runner = Runner(self.plan, dataset, options, self.tables, (), Silence(), self.folder, [])
        growing = Growing(dataset, self.plan.seed, self.tables, runner.maker(DatasetReport(dataset.id)), limit)
        for _ in growing.rounds(until=row):
            pass
        return growing, row

    def _parent(self, name: str, at: int) -> Story:
        if any(s.id == name for s in self.plan.sources):
            return self._of_source(name, at)
        if self.plan.pipeline(name) is not None:
            return self.story(name, at, False)
        return self.story(name, int(self.tables[name].gather_keys(np.array([at]))[0]), True)

    def _of_pipeline(self, pipeline: PipelinePlan, row: int, by_key: bool) -> Story:
        """What the steps were, and the rows of datasets that the row was made from."""
        name = pipeline.id
        if name not in self.views:
            world = World(self.plan.seed, self.tables)
            self.views[name] = run_steps(pipeline, world, self.folder / f"steps of {len(self.views)}")
        view, reports = self.views[name]
        if by_key:
            row = next(iter(np.flatnonzero(view.keys() == np.uint64(row)).tolist()), -1)
        if not 0 <= row < view.rows:
            raise NoRowError
        batch = view.batch(row, row + 1, [f.name for f in pipeline.row.fields])
        values = {n: to_list(v, 1)[0] for n, v in batch.columns.items()}
        steps = [Step("step", r.step, "", f"{r.before:,} to {r.after:,} rows") for r in reports]
        steps += [Step("column", n, "", v) for n, v in values.items()]
        story = Story(name, int(batch.keys[0]), row, steps, "kept", values=values)
        parts = self._parts(view, row)
        story.others = max(0, len(parts) - MOST_PARENTS)
        story.parents = [self._parent(*part) for part in parts[:MOST_PARENTS]]
        return story

    def _parts(self, table: Rows, row: int) -> list[tuple[str, int]]:
        """The rows of datasets and sources that a row of a view was made from, each once."""
        names = {id(t): n for n, t in self.tables.items()}
        found: dict[tuple[str, int], None] = {}
        stack = [(table, row)]
        while stack:
            at, number = stack.pop()
            if id(at) in names:
                found[names[id(at)], number] = None
            elif isinstance(at, View):
                stack.extend(reversed(at.made_of(number)))
        return list(found)

    def _of_source(self, name: str, at: int) -> Story:
        table = self.tables[name]
        if not 0 <= at < table.rows:
            raise NoRowError
        batch = table.batch(at, at + 1)
        values = {n: to_list(v, 1)[0] for n, v in batch.columns.items()}
        steps = [Step("source", n, "", v) for n, v in values.items()]
        return Story(name, int(batch.keys[0]), at, steps, "read", values=values)

    def _find(self, dataset: DatasetPlan, job: Job, world: World, row: int, by_key: bool) -> tuple[Frame, int | None]:
        rows = dataset.rows
        per_parent = 1
        if isinstance(rows, FreshPlan):
            total = rows.count if rows.within is None else rows.within
            if not by_key:
                if not 0 <= row < total:
                    raise NoRowError
                return frames_of(job, world, row, row + 1)[0][0], None
            stretches = range(0, total, BATCH_ROWS)
        else:
            # Stretches count children where each parent has the same number of them, else parents.
            per_parent = rows.copies if rows.copies is not None and by_child(rows) else 1
            total = self.tables[rows.parent].rows * per_parent
            stretches = range(0, total, 1_024)
        seen = 0
        for start in stretches:
            stop = min(start + stretches.step, total)
            for frame, index in frames_of(job, world, start, stop):
                if by_key:
                    hits = np.flatnonzero(frame.keys == np.uint64(row))
                    at = int(hits[0]) if len(hits) else -1
                else:
                    at = row - seen if row < seen + frame.n else -1
                if at >= 0:
                    return frame.at(np.array([at])), start // per_parent + int(index[at])
                seen += frame.n
        raise NoRowError

    def _free(self, dataset: DatasetPlan, frame: Frame, story: Story) -> None:
        """What needs no model."""
        head, _ = tail_of(dataset.tasks)
        for name, vector in frame.columns.items():
            story.values[name] = to_list(vector, 1)[0]
        made = make_rows(replace(dataset, tasks=head, flags=dataset.flags and not is_paid(dataset)), frame)
        alive = made.frame.n == 1
        for task in head:
            match task:
                case Make(column, expr):
                    self._column(story, made.frame, column, show_expr(expr), alive)
                case DrawTogether(columns, rules):
                    for make in columns:
                        self._column(story, made.frame, make.column, show_expr(make.expr), alive)
                    for rule in rules:
                        tries = made.fates[rule.rule].redrawn if rule.rule in made.fates else 0
                        how = "holds" if not tries else f"holds after {tries} draws that it refused"
                        story.steps.append(Step("rule", rule.rule, show_expr(rule.condition), how))
                case Judge(rule_name, condition, action):
                    fate = made.fates.get(rule_name)
                    broken = fate is not None and (fate.dropped or fate.flagged)
                    story.steps.append(Step("rule", rule_name, show_expr(condition), action if broken else "holds"))
                    if fate is not None and fate.dropped:
                        story.end = f"dropped by '{rule_name}'"
                        return
                case Ask():
                    pass

    def _column(self, story: Story, frame: Frame, column: str, how: str, alive: bool) -> None:
        value = to_list(frame.columns[column], 1)[0] if alive and column in frame.columns else None
        story.values[column] = value
        story.steps.append(Step("var", column, how, value))

    def _paid(self, dataset: DatasetPlan, job: Job, world: World, frame: Frame, story: Story) -> None:
        watch = _Watcher(story)

        def take(result: Result) -> None:
            if not result.rows and story.end == "kept":
                rules = [s.name for s in story.steps if s.kind == "rule" and s.value != "holds"]
                story.end = f"dropped by '{rules[-1]}'" if rules else "dropped"

        def lost(row: Row, lost: Lost) -> None:
            story.end = f"failed at '{lost.column}': {lost.message}"

        models = {m.alias: m for m in self.plan.models}
        paid = PaidRun(job, world, self.calls, models, iter(()), take, lost, None)
        paid.flow.watch = watch
        paid.run_one(frame)


@dataclass(slots=True)
class _Watcher:
    """Writes down what happens to the row."""

    story: Story
    calls: dict[int, list[Exchanged]] = field(default_factory=dict)

    def value(self, node: Node, row: Row, value: Any) -> None:
        kind = "var" if not hasattr(node.what, "prompts") else "llm"
        name = node.output.partition("#")[0]
        step = Step(kind, name, "", value, self.calls.pop(id(node), []))
        self.story.values[name] = value
        self.story.steps.append(step)

    def ruled(self, rule: str, row: Row, outcome: str) -> None:
        self.story.steps.append(Step("rule", rule, "", outcome))

    def asked(self, node: Node, row: Row, request: Request, outcome: Reply | CallFailed, stored: bool) -> None:
        reply = outcome if isinstance(outcome, Reply) else None
        messages = tuple((m.role, m.content) for m in request.messages)
        self.calls.setdefault(id(node), []).append(Exchanged(request.form.model.alias, messages, reply))
