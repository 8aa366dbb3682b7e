"""A run that pays nothing: what is free is made, prompts are rendered and looked up, and missing calls are counted.

Rows whose answers are all stored go on as in a real run, so counts are exact as far as answers are there. A row that
lacks an answer stops at it; what would follow is counted as an upper bound.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from synthdsl.engine.calls import Done, Unasked
from synthdsl.engine.copying import pipe
from synthdsl.engine.effects import Silence
from synthdsl.engine.run import Outcome, ReadSource, Runner, RunOptions
from synthdsl.engine.walker import Lost, Row
from synthdsl.llm.contract import AnswerStore
from synthdsl.llm.reply import CallFailed, Reply, Usage, load
from synthdsl.llm.request import Request
from synthdsl.llm.tokens import Calibration, prompt_tokens
from synthdsl.model.expr import ModelName, Value
from synthdsl.model.work import Work
from synthdsl.plan.bounds import Bound, bounds
from synthdsl.plan.forecast import Forecast, forecast
from synthdsl.plan.parts import parents_of, runs_code
from synthdsl.plan.steps import Ask, DatasetPlan, DerivedPlan, FreshPlan, Plan

STALLED = "stalled"
ROOM = 8_192
"""Calls counted before the rows that wait for them are given up."""

ENOUGH = 200
"""Stored answers of a statement that are enough to judge the others by."""


@dataclass(slots=True)
class Asked:
    """One statement's calls to one model.

    calls: known to be missing. stored: found. more: calls of rows that stop before it, at most; None when only the
    data can tell. guessed: tokens of the prompts of the missing calls. known: what stored calls tell of those to come.
    seconds: that stored calls took, summed. sample: the first call that is missing.
    """

    column: str
    model: str
    calls: int = 0
    stored: int = 0
    more: int | None = 0
    guessed: float = 0.0
    known: Calibration = field(default_factory=Calibration)
    seconds: float = 0.0
    sample: Request | None = None

    def usage(self) -> tuple[Usage, bool]:
        """The expected tokens of the missing calls; whether those of the answers are an upper bound (`max_tokens`).

        Without stored answers and without `max_tokens` nothing is known of the answers: 0 tokens, not a bound.
        """
        if self.known.seen:
            scale = self.known.input / self.known.guessed if self.known.guessed else 1.0
            return Usage(round(self.guessed * scale), round(self.calls * self.known.output / self.known.seen)), False
        most = None if self.sample is None else self.sample.form.setting("max_tokens")
        return Usage(round(self.guessed), 0 if most is None else self.calls * most), most is not None

    def add(self, most: int | None) -> None:
        """Count calls that may follow."""
        self.more = None if most is None or self.more is None else self.more + most


@dataclass(slots=True, eq=False, kw_only=True)
class Counter(Unasked):
    """Satisfies `Calls`: looks up, never asks."""

    store: AnswerStore | None
    asked: dict[tuple[str, str], Asked] = field(default_factory=dict)
    _missing: set[bytes] = field(default_factory=set)

    def of(self, column: str, model: str) -> Asked:
        """The counts of a statement and a model."""
        return self.asked.setdefault((column, model), Asked(column, model))

    def lookup(self, requests: Sequence[Request]) -> dict[bytes, Reply]:
        if self.store is None:
            return {}
        found = {k: load(v) for k, v in self.store.get_many([r.key for r in requests]).items()}
        for request in requests:
            reply = found.get(request.key)
            if reply is not None:
                one = self.of(request.form.column, request.form.model.alias)
                one.stored += 1
                one.seconds += reply.seconds
                if one.known.seen < ENOUGH:
                    one.known.saw(request, reply.usage)
        return found

    def submit(self, request: Request, priority: tuple[int, ...], done: Done) -> None:
        self.hold(done, CallFailed(STALLED, "There is no answer yet.", "row"))
        if request.key in self._missing:
            return
        self._missing.add(request.key)
        one = self.of(request.form.column, request.form.model.alias)
        one.calls += 1
        one.guessed += prompt_tokens(request)
        one.sample = one.sample or request


def survey(plan: Plan, options: RunOptions, read_source: ReadSource, store: AnswerStore | None) -> list[Asked]:
    """Count the calls of a plan. Raises as `run_plan` does."""
    counter = Counter(store=store, room_for=ROOM)
    outcome = Outcome()
    tables: dict[str, Any] = {}
    open_: set[str] = set()

    def lost(row: Row, lost: Lost) -> None:
        if lost.code == STALLED:
            open_.add(lost.dataset)
            _may_follow(counter, lost.dataset, row)

    quiet = replace(options, calls=counter, lost=lost)
    for number, name in enumerate(plan.order):
        folder = options.folder / f"{number:03d}"
        if any(s.id == name for s in plan.sources):
            tables[name] = read_source(plan.source(name), folder)
        elif any(d.id == name for d in plan.datasets):
            dataset = plan.dataset(name)
            if runs_code(dataset) or parents_of(dataset) & open_ or not parents_of(dataset) <= tables.keys():
                open_.add(name)
                counted = {n: t.rows for n, t in tables.items() if n not in open_}
                known = next(f for f in forecast(plan, counted) if f.id == name)
                _only_bounds(counter, dataset, known)
                continue
            runner = Runner(plan, dataset, quiet, tables, (), Silence(), folder, outcome.lost)
            report, table, _ = runner.run()
            if name in open_ and isinstance(dataset.rows, FreshPlan) and dataset.rows.batch is not None:
                _later_rounds(counter, dataset, (dataset.rows.within or dataset.rows.count) - report.candidates)
            elif name in open_ and isinstance(dataset.rows, DerivedPlan) and dataset.rows.levels is not None:
                _later_rounds(counter, dataset, None)
            if table is not None:
                tables[name] = table
        elif (pipeline := plan.pipeline(name)) is not None:
            if runs_code(pipeline) or parents_of(pipeline) & open_ or not parents_of(pipeline) <= tables.keys():
                open_.add(name)
            elif pipeline.keep is not None:
                pipe(plan, pipeline, quiet, tables, (), Silence(), folder, outcome)
    return [counter.asked[k] for k in sorted(counter.asked)]


def _may_follow(counter: Counter, dataset: str, row: Row) -> None:
    """Count what a row that stopped would still ask at most."""
    for node in row.program.nodes:
        if isinstance(node.what, Work) and not row.done & node.bit:
            began = bool(row.started & node.bit)
            for bound in bounds(node.what, node.address):
                most = bound.most
                if began:
                    # Its first call is counted already; a single one has no more.
                    most = None if most is None else most - 1 if most == 1 else most
                for model in _models(bound, row):
                    counter.of(f"{dataset}.{bound.address}", model).add(most)


def _later_rounds(counter: Counter, dataset: DatasetPlan, candidates: int | None) -> None:
    """Count what the candidates of later rounds would ask at most; None where nobody knows how many there are."""
    for task in dataset.tasks:
        if isinstance(task, Ask):
            for bound in bounds(task.work, task.address):
                most = None if bound.most is None or candidates is None else candidates * bound.most
                for model in _models(bound, None):
                    counter.of(f"{dataset.id}.{bound.address}", model).add(most)


def _only_bounds(counter: Counter, dataset: DatasetPlan, known: Forecast) -> None:
    for task in dataset.tasks:
        if isinstance(task, Ask):
            for bound in bounds(task.work, task.address):
                high = known.tried.high
                most = None if high is None or bound.most is None else high * bound.most
                for model in _models(bound, None):
                    counter.of(f"{dataset.id}.{bound.address}", model).add(most)


def _models(bound: Bound, row: Row | None) -> list[str]:
    """The model of a call where it is known before."""
    if isinstance(bound.model, Value) and isinstance(bound.model.value, ModelName):
        return [bound.model.value.name]
    return ["?"]
