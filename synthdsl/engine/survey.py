"""A run that pays nothing: what is free is made, prompts are rendered and looked up, and missing calls are counted.

Rows whose answers are all stored go on as in a real run, so counts are exact as far as answers are there. A row that
lacks an answer stops at it; what would follow is counted as an upper bound.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from synthdsl.engine.run import Outcome, ReadSource, Runner, RunOptions, Silence
from synthdsl.engine.walker import Lost, Row
from synthdsl.llm.contract import AnswerStore
from synthdsl.llm.reply import CallFailed, Reply, load
from synthdsl.llm.request import Request
from synthdsl.model.expr import ModelName, Value
from synthdsl.model.work import Work
from synthdsl.plan.bounds import Bound, bounds
from synthdsl.plan.forecast import Forecast, forecast
from synthdsl.plan.parts import parents_of
from synthdsl.plan.steps import Ask, DatasetPlan, Plan

STALLED = "stalled"
ROOM = 8_192
"""Calls counted before the rows that wait for them are given up."""

MAX_ROWS = 200_000
"""Rows of a dataset that are looked at; of longer ones the rest is taken to be like them."""


@dataclass(slots=True)
class Asked:
    """One statement's calls to one model.

    calls: known to be missing. stored: found. more: calls of rows that stop before it, at most; None when only the
    data can tell. characters: of the prompts of the missing calls. known: tokens and characters of stored prompts and
    the tokens of their answers, to estimate by. seconds: that stored calls took, summed.
    """

    column: str
    model: str
    calls: int = 0
    stored: int = 0
    more: int | None = 0
    characters: int = 0
    known_characters: int = 0
    known_input: int = 0
    known_output: int = 0
    seconds: float = 0.0
    max_tokens: int | None = None
    sample: Request | None = None

    def add(self, most: int | None) -> None:
        """Count calls that may follow."""
        self.more = None if most is None or self.more is None else self.more + most


@dataclass(slots=True, eq=False)
class Counter:
    """Satisfies `Calls`: looks up, never asks."""

    store: AnswerStore | None
    asked: dict[tuple[str, str], Asked] = field(default_factory=dict)
    _missing: set[bytes] = field(default_factory=set)
    _waiting: list[Callable[[Reply | CallFailed], None]] = field(default_factory=list)
    _todo: list[Callable[[], None]] = field(default_factory=list)

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
                one.known_characters += sum(len(m.content) for m in request.messages)
                one.known_input += reply.usage.input
                one.known_output += reply.usage.output
                one.seconds += reply.seconds
        return found

    def submit(self, request: Request, priority: tuple[int, ...], done: Callable[[Reply | CallFailed], None]) -> None:
        self._waiting.append(done)
        if request.key in self._missing:
            return
        self._missing.add(request.key)
        one = self.of(request.form.column, request.form.model.alias)
        one.calls += 1
        one.characters += sum(len(m.content) for m in request.messages)
        one.max_tokens = request.form.setting("max_tokens")
        one.sample = one.sample or request

    def room(self) -> int:
        return ROOM - len(self._waiting)

    def soon(self, callback: Callable[[], None]) -> None:
        self._todo.append(callback)

    def drive(self, begin: Callable[[], None], finished: Callable[[], bool]) -> None:
        begin()
        while True:
            while self._todo:
                todo, self._todo = self._todo, []
                for callback in todo:
                    callback()
            if finished():
                return
            waiting, self._waiting = self._waiting, []
            for done in waiting:
                done(CallFailed(STALLED, "There is no answer yet.", "row"))


@dataclass(slots=True)
class Surveyed:
    """One dataset: what is known of its rows. exact: whether all its rows could be made. scale: what one row that was
    looked at stands for."""

    forecast: Forecast
    exact: bool
    rows: int | None = None
    scale: float = 1.0


@dataclass(slots=True)
class Survey:
    """What a run would ask."""

    datasets: list[Surveyed]
    asked: list[Asked]


def survey(plan: Plan, options: RunOptions, read_source: ReadSource, store: AnswerStore | None) -> Survey:
    """Count the calls of a plan. Raises as `run_plan` does."""
    counter = Counter(store)
    outcome = Outcome()
    tables: dict[str, Any] = {}
    known = {f.id: f for f in forecast(plan)}
    found: list[Surveyed] = []
    open_: set[str] = set()

    def lost(row: Row, lost: Lost) -> None:
        if lost.code == STALLED:
            open_.add(lost.dataset)
            _may_follow(counter, lost.dataset, row)

    quiet = replace(options, calls=counter, limit=_least(options.limit, MAX_ROWS), lost=lost)
    for number, name in enumerate(plan.order):
        folder = options.folder / f"{number:03d}"
        if any(s.id == name for s in plan.sources):
            tables[name] = read_source(plan.source(name), folder)
            found.append(Surveyed(known[name], True, tables[name].rows))
        elif any(d.id == name for d in plan.datasets):
            dataset = plan.dataset(name)
            if parents_of(dataset) & open_ or not parents_of(dataset) <= tables.keys():
                open_.add(name)
                _only_bounds(counter, dataset, known[name])
                found.append(Surveyed(known[name], False))
                continue
            runner = Runner(plan, dataset, quiet, tables, (), Silence(), folder, outcome.lost)
            report, table, _ = runner.run()
            if table is not None:
                tables[name] = table
            exact = name not in open_
            found.append(Surveyed(known[name], exact, report.rows if exact else None))
    return Survey(found, [counter.asked[k] for k in sorted(counter.asked)])


def _least(a: int | None, b: int) -> int:
    return b if a is None else min(a, b)


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
