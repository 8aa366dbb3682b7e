"""One row of a dataset with given values and scripted answers, as a `test` asks for it; then its assertions.

The row goes the way of any row: what is not given is drawn as for row 0, computed, rendered; rules are judged, answers
read and asked for again. Only what the assertions need is made, and the rules whose columns are all there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from synthdsl.base.diagnostic import Diagnostic
from synthdsl.base.span import Span
from synthdsl.dataset.address import number_keys
from synthdsl.dataset.validate import fits
from synthdsl.dataset.vector import to_list
from synthdsl.engine.arms import Arms, arm_taken
from synthdsl.engine.evaluate import conform, evaluate, tidy
from synthdsl.engine.failing import RunError, evaluated
from synthdsl.engine.frame import Frame, World
from synthdsl.engine.paid import PaidRun
from synthdsl.engine.program import Node, tail_of
from synthdsl.engine.rows import make_rows
from synthdsl.engine.run import ReadSource, RunOptions
from synthdsl.engine.scripted import ScriptedCalls, reply_of
from synthdsl.engine.tables import make_tables
from synthdsl.engine.walker import Lost, Row
from synthdsl.engine.work import Job, Result
from synthdsl.llm.reply import CallFailed, Reply
from synthdsl.llm.request import Request
from synthdsl.model.expr import Collect, Expr, Text, Value, WholeColumn, WholeDataset
from synthdsl.model.spec import Assertion, Trial
from synthdsl.model.walk import children, free_columns, walk
from synthdsl.ops.contract import Undefined
from synthdsl.plan.parts import part_for
from synthdsl.plan.pruned import Pruned, pruned
from synthdsl.plan.steps import Ask, DatasetPlan, FreshPlan, Judge, Plan
from synthdsl.types.terms import Type


@dataclass(slots=True)
class Checked:
    """An assertion. holds: None for a snapshot. value: of a snapshot. parts: places and values of what is in it.

    reason: why it has no value, where it has none.
    """

    assertion: Assertion
    holds: bool | None = None
    value: Any = None
    parts: list[tuple[Span, Any]] = field(default_factory=list)
    reason: str = ""


@dataclass(slots=True)
class Tried:
    """A test that was run. rules: whether each was seen to hold, and to fail. values: what the row came to.

    given: the columns that were not made. stopped: why the row could not go on at all. out: why it was dropped.
    arms: the arms of each `match` that were taken, by its place.
    """

    trial: Trial
    checks: list[Checked] = field(default_factory=list)
    rules: dict[str, set[bool]] = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)
    given: tuple[str, ...] = ()
    stopped: Diagnostic | None = None
    out: str = ""
    arms: set[tuple[Span, int]] = field(default_factory=set)


def try_out(
    plan: Plan,
    trial: Trial,
    matches: Mapping[str, Sequence[Arms]],
    options: RunOptions,
    read_source: ReadSource,
    tables: dict[str, Any],
) -> Tried:
    """Run a test. matches: those of its dataset by column. tables: of earlier tests; new ones are added."""
    tried = Tried(trial, given=tuple(name for name, _ in trial.given))
    try:
        attempt = _Attempt(plan, plan.dataset(trial.dataset), tried, options, read_source, tables)
        attempt.run()
        attempt.take_arms(matches)
    except RunError as error:
        tried.stopped = error.diagnostic
    return tried


@dataclass(slots=True)
class _Attempt:
    plan: Plan
    dataset: DatasetPlan
    tried: Tried
    options: RunOptions
    read_source: ReadSource
    tables: dict[str, Any]
    calls: ScriptedCalls = field(init=False)
    types: dict[str, Type] = field(init=False)
    world: World = field(init=False)
    _last: dict[str, bool] = field(default_factory=dict)

    def run(self) -> None:
        trial = self.tried.trial
        part = pruned(self.dataset, set(self.tried.given), *_asked_for(trial, self.dataset))
        self.types = {f.name: f.type for f in self.dataset.row.fields}
        self._look_into(part)
        self.world = World(self.plan.seed, self.tables)
        frame = self._given(part)
        replies: dict[str, list[Reply]] = {}
        for scripted in trial.replies:
            replies.setdefault(scripted.address, []).append(reply_of(scripted, self._value(scripted.value)))
        names = {s.address: s.name for s in trial.replies}
        self.calls = ScriptedCalls(dataset=self.dataset.id, replies=replies, names=names)
        head, tail = tail_of(part.tasks)
        frame = self._free(head, frame)
        if tail and not self.tried.out:
            self._paid(tail, frame)
        self._redrawn(part)
        self.tried.checks = [self._check(a) for a in trial.asserts]

    def take_arms(self, matches: Mapping[str, Sequence[Arms]]) -> None:
        """Which arms the columns took that were made."""
        for column, found in matches.items():
            if column in self.tried.given or column not in self.tried.values:
                continue
            for arms in found:
                taken = arm_taken(arms, self._frame(arms.reads)) if arms.reads <= self.tried.values.keys() else None
                if taken is not None:
                    self.tried.arms.add((arms.span, taken))

    # --- the row

    def _look_into(self, part: Pruned) -> None:
        """Make the tables that expressions look into; none whose rows wait for models."""
        trial = self.tried.trial
        exprs = [*part.expressions, *(e for _, e in trial.given), *(r.value for r in trial.replies)]
        exprs += [a.condition for a in trial.asserts]
        wanted = {n.dataset: n for e in exprs for n in walk(e) if isinstance(n, WholeColumn | WholeDataset)}
        for name, node in wanted.items():
            whole = part_for(self.plan, name)
            paid = [d.id for d in whole.datasets if any(isinstance(t, Ask) for t in d.tasks)]
            if paid:
                message = f"The row looks into '{name}', for which models are asked."
                note = "Give the column that looks into it a value."
                raise RunError(Diagnostic("E0851", message, node.span, (note,)))
            make_tables(whole, whole.order, self.options, self.read_source, self.tables)

    def _value(self, expr: Expr) -> Any:
        """A value that needs no row."""
        import numpy as np

        frame = Frame(self.world, "", 1, np.zeros(1, dtype=np.uint64), None, {})
        return to_list(evaluated("A test", expr, frame), 1)[0]

    def _given(self, part: Pruned) -> Frame:
        """The row as it begins: with the given values alone."""
        import numpy as np

        trial = self.tried.trial
        fresh = isinstance(self.dataset.rows, FreshPlan)
        numbers = np.zeros(1, dtype=np.int64) if fresh else None
        frame = Frame(self.world, self.dataset.address, 1, number_keys(0, 1), numbers, {})
        for name, expr in trial.given:
            value = self._value(expr)
            reason = fits(value, self.types[name])
            if reason:
                raise RunError(Diagnostic("E0809", f"'{name}' cannot be given so: {reason}.", expr.span))
            self._set(frame, name, value)
        for name in part.missing:
            if name == "violated":
                self._set(frame, name, None)
            elif name == "flags":
                self._set(frame, name, [])
            else:
                message = f"'{name}' is of the rows that '{self.dataset.id}' is made from, and it is not given."
                note = f"As in `given {self.dataset.id} {{ {name} = ... }}`."
                raise RunError(Diagnostic("E0851", message, trial.span, (note,)))
        return frame

    def _set(self, frame: Frame, name: str, value: Any) -> None:
        frame.columns[name] = conform(tidy([value], self.types[name]), self.types[name])
        self.tried.values[name] = value

    def _free(self, tasks: Sequence[Any], frame: Frame) -> Frame:
        """What needs no model, up to a rule that drops the row."""
        flags: list[str] = []
        for task in tasks:
            if isinstance(task, Judge):
                holds = self._holds(task.condition, frame)
                self.judged(task.rule, holds)
                if not holds and task.action != "flag":
                    self.tried.out = f"the rule '{task.rule}' does not hold"
                    break
                flags += [] if holds else [task.rule]
                continue
            one = replace(self.dataset, tasks=(task,), violations=(), flags=False)
            frame = make_rows(one, frame).frame
        if self.dataset.flags:
            before = to_list(frame.columns["flags"], 1)[0] if "flags" in frame.columns else []
            frame.columns["flags"] = [[*before, *sorted(flags)]]
        self.tried.values |= {name: to_list(vector, 1)[0] for name, vector in frame.columns.items()}
        return frame

    def _paid(self, tasks: Sequence[Any], frame: Frame) -> None:
        """What waits for models, with their scripted answers."""
        tail = replace(self.dataset, tasks=tuple(tasks), violations=(), pool=())
        made = {n for t in tasks if not isinstance(t, Judge) for n in _makes(t)}
        names = tuple(f.name for f in self.dataset.row.fields if f.name in made or f.name in frame.columns)
        done: list[Result] = []

        def lost(row: Row, lost: Lost) -> None:
            span = next((t.condition.span for t in tasks if isinstance(t, Judge) and t.rule == lost.column), None)
            place = span or next((r.span for r in self.tried.trial.replies), self.tried.trial.span)
            self.tried.stopped = Diagnostic(lost.code, lost.message, place, _how(lost))

        job = Job(tail, self.plan.seed, self.tables, (), (), names)
        models = {m.alias: m for m in self.plan.models}
        paid = PaidRun(job, self.world, self.calls, models, iter(()), done.append, lost, None)
        paid.flow.watch = self
        try:
            paid.run_one(frame)
        except RunError as error:
            if error.diagnostic.code != "E0804":
                raise
            self.tried.out = "a rule stops the run"
        for result in done:
            self.tried.values |= {n: to_list(v, 1)[0] for n, v in result.columns.items()} if result.rows else {}
            if not result.rows and not self.tried.out and self.tried.stopped is None:
                self.tried.out = "a rule dropped the row"

    def _redrawn(self, part: Pruned) -> None:
        """The rules over draws, on the values that came of them or were given."""
        for rule in part.redrawn:
            names = free_columns(rule.condition)
            if all(n in self.tried.values for n in names):
                self.judged(rule.rule, self._holds(rule.condition, self._frame(names)))

    def _holds(self, condition: Expr, frame: Frame) -> bool:
        return bool(to_list(evaluated(f"A rule of '{self.dataset.id}'", condition, frame), 1)[0])

    def judged(self, rule: str, holds: bool) -> None:
        """A rule was seen to hold, or to fail."""
        self.tried.rules.setdefault(rule, set()).add(holds)
        self._last[rule] = holds

    # --- who follows the row (`walker.Watch`)

    def value(self, node: Node, row: Row, value: Any) -> None:
        if "#" not in node.output:
            self.tried.values[node.output] = value

    def ruled(self, rule: str, row: Row, outcome: str) -> None:
        self.judged(rule, outcome == "holds")
        if outcome in ("drop", "fail"):
            self.tried.out = f"the rule '{rule}' does not hold"

    def asked(self, node: Node, row: Row, request: Request, outcome: Reply | CallFailed, stored: bool) -> None:
        """Prompts are kept where they are answered."""

    # --- assertions

    def _frame(self, names: Iterable[str], locals_: Mapping[str, Any] | None = None) -> Frame:
        import numpy as np

        values = self.tried.values
        columns = {n: tidy([values[n]], self.types.get(n)) for n in names if n in values}
        frame = Frame(self.world, self.dataset.address, 1, np.zeros(1, dtype=np.uint64), None, columns)
        return replace(frame, locals={n: [v] for n, v in (locals_ or {}).items()})

    def _check(self, assertion: Assertion) -> Checked:
        checked = Checked(assertion)
        locals_, missing = self._answers(assertion)
        names = (*free_columns(assertion.condition), *(local for *_, local in assertion.asks))
        absent = [n for n in names if n not in self.tried.values and n not in locals_ and n not in missing]
        missing |= {n: f"'{n}' was not made" for n in absent}
        frame = self._frame(names, locals_)
        try:
            needed = [missing[n] for n in names if n in missing]
            if needed:
                checked.reason = needed[0] + (f": {self.tried.out}" if self.tried.out else "") + "."
                return checked
            value = to_list(evaluate(assertion.condition, frame), 1)[0]
        except Undefined as reason:
            checked.reason = str(reason)
            value = None
        if assertion.snapshot:
            checked.value = value
        elif not checked.reason:
            checked.holds = bool(value)
        if checked.holds is not True and not assertion.snapshot:
            checked.parts = self._parts(assertion, frame)
        return checked

    def _answers(self, assertion: Assertion) -> tuple[dict[str, Any], dict[str, str]]:
        """The values of functions of tests, by the local that stands for each; why some have none."""
        found: dict[str, Any] = {}
        missing: dict[str, str] = {}
        for function, of, local in assertion.asks:
            prompts = self.calls.prompts.get(of, [])
            match function:
                case "kept":
                    found[local] = not self.tried.out and all(self._last.get(r, True) for r in self._redraws())
                case "asked":
                    found[local] = len(prompts)
                case "prompts":
                    found[local] = prompts
                case "prompt" if prompts:
                    found[local] = prompts[0]
                case "holds" if of in self._last:
                    found[local] = self._last[of]
                case "prompt":
                    missing[local] = f"No call was made for {local}"
                case _:
                    missing[local] = f"The rule of {local} was not judged"
        return found, missing

    def _redraws(self) -> list[str]:
        return [r.rule for t in self.dataset.tasks for r in getattr(t, "rules", ())]

    def _parts(self, assertion: Assertion, frame: Frame) -> list[tuple[Span, Any]]:
        """What is inside of a condition, with its values, by the place it stands at."""
        found: dict[Span, Any] = {}
        stack: list[Expr] = [assertion.condition]
        while stack:
            node = stack.pop()
            if isinstance(node, Value):
                continue
            if node is not assertion.condition and node.span.file == assertion.span.file:
                try:
                    found.setdefault(node.span, to_list(evaluate(node, frame), 1)[0])
                except Undefined as reason:
                    found.setdefault(node.span, reason)
            if not isinstance(node, Collect | Text):
                stack += children(node)[::-1]
        inside = {s: v for s, v in found.items() if assertion.span.start <= s.start and s.end <= assertion.span.end}
        return sorted(inside.items(), key=lambda part: (part[0].start, -part[0].end))


def _makes(task: Any) -> tuple[str, ...]:
    from synthdsl.plan.judging import makes

    return tuple(makes(task))


def _how(lost: Lost) -> tuple[str, ...]:
    if lost.code == "E0851":
        return (f"As in `reply {lost.column} = ...`, one for each call in their order.",)
    return (f"The answer was: {lost.answer[:200]}",) if lost.answer else ()


def _asked_for(trial: Trial, dataset: DatasetPlan) -> tuple[set[str], set[str] | None]:
    """The columns that assertions and replies speak of; the rules, None for all."""
    by_address: dict[str, str] = {}
    for task in dataset.tasks:
        if isinstance(task, Ask):
            by_address[task.address] = task.column
    columns = {n for a in trial.asserts for n in free_columns(a.condition)}
    rules: set[str] | None = set()
    for address in (*(r.address for r in trial.replies), *(o for a in trial.asserts for f, o, _ in a.asks if o)):
        column = by_address.get(address.partition(".")[0])
        if column is not None:
            columns.add(column)
    for assertion in trial.asserts:
        for function, of, _ in assertion.asks:
            if function == "holds" and rules is not None:
                rules.add(of)
            elif function == "kept":
                rules = None
    return columns, rules
