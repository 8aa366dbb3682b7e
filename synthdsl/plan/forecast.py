"""What a plan will do, before it does it: rows between two bounds, columns.

In: a `Plan`. Out: a `Forecast` for each of its datasets and sources, in the plan's order.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from synthdsl.dataset.vector import Constant
from synthdsl.model.expr import Expr, Value
from synthdsl.model.work import may_drop
from synthdsl.ops.contract import Argument
from synthdsl.ops.steps.contract import StepSite
from synthdsl.ops.steps.table import step as step_of
from synthdsl.plan.steps import (
    Ask,
    DatasetPlan,
    DerivedPlan,
    DrawTogether,
    FreshPlan,
    Judge,
    Make,
    PipelinePlan,
    Plan,
)
from synthdsl.types.terms import ListType, RecordType


@dataclass(frozen=True, slots=True)
class Rows:
    """At least `low`, at most `high` rows; `high` is None where only the data can tell."""

    low: int
    high: int | None

    def times(self, low: int, high: int | None) -> Rows:
        """So many rows for each of these."""
        return Rows(self.low * low, None if self.high is None or high is None else self.high * high)


@dataclass(frozen=True, slots=True)
class GroupForecast:
    """Columns drawn together; acceptance is the share of draws that satisfy the rules, None where not known.

    within: columns that are drawn from between bounds that the rules give; the acceptance is what remains.
    """

    columns: tuple[str, ...]
    rules: tuple[str, ...]
    exact: bool
    acceptance: float | None
    within: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Forecast:
    """One dataset or source. tried: candidate rows. judges: rules that drop, flag or fail.

    pipeline: for pipelines, what it begins with and its steps, in a few words.
    """

    id: str
    source: bool
    rows: Rows
    tried: Rows
    columns: int
    groups: tuple[GroupForecast, ...] = ()
    judges: tuple[tuple[str, str], ...] = ()
    parent: str = ""
    pipeline: tuple[str, ...] = ()


def forecast(plan: Plan, counted: Mapping[str, int] | None = None) -> list[Forecast]:
    """All datasets and sources. counted: rows of those that were made or read already."""
    known = {} if counted is None else {name: Rows(n, n) for name, n in counted.items()}
    made: dict[str, Forecast] = {}
    row_types = {s.id: s.row for s in plan.sources} | {d.id: d.row for d in plan.datasets}
    row_types |= {p.id: p.row for p in plan.pipelines}
    by_id = {d.id: d for d in plan.datasets}
    pipelines = {p.id: p for p in plan.pipelines}
    for name in plan.order:
        if name in pipelines:
            made[name] = _pipeline(pipelines[name], made)
        elif name in by_id:
            made[name] = _dataset(by_id[name], made, row_types)
        elif name in row_types:
            rows = known.get(name, Rows(0, None))
            made[name] = Forecast(name, True, rows, rows, len(row_types[name].fields))
        if name in known and name in made:
            made[name] = replace(made[name], rows=known[name])
    return list(made.values())


def _pipeline(plan: PipelinePlan, made: dict[str, Forecast]) -> Forecast:
    """Rows through the steps, as far as their arguments tell."""
    parents = [made[name].rows for name in plan.head.datasets]
    rows = Rows(sum(p.low for p in parents), _sum(p.high for p in parents))
    tried = rows
    if plan.head.operator:
        rows = _through(plan.head.operator, plan.head.arguments, plan.row, rows)
    row = plan.row
    for step in plan.steps:
        rows = _through(step.operator, step.arguments, row, rows)
    joined = ", ".join(plan.head.datasets)
    head = f"{plan.head.operator}({joined})" if plan.head.operator else joined
    words = (head, *(s.operator for s in plan.steps))
    return Forecast(plan.id, False, rows, tried, len(plan.row.fields), parent=plan.head.datasets[0], pipeline=words)


def _sum(values: Iterable[int | None]) -> int | None:
    total = 0
    for value in values:
        if value is None:
            return None
        total += value
    return total


def _through(operator: str, arguments: tuple[tuple[str, Expr], ...], row: RecordType, rows: Rows) -> Rows:
    found = step_of(operator)
    if found.bounds is None:
        return Rows(0, rows.high) if found.kind == "step" else rows
    given = {
        name: Argument(e.type, Constant(e.value) if isinstance(e, Value) and e.value is not None else None)
        for name, e in arguments
    }
    return Rows(*found.bounds(StepSite(row, given), rows.low, rows.high))


def _dataset(plan: DatasetPlan, made: dict[str, Forecast], types: dict[str, RecordType]) -> Forecast:
    rows = plan.rows
    judges = tuple((t.rule, t.action) for t in (*plan.tasks, *plan.pool) if isinstance(t, Judge))
    drops = any(action in ("drop", "retry", "repair") for _, action in judges)
    drops = drops or any(isinstance(t, Ask) and may_drop(t.work) for t in plan.tasks)
    if isinstance(rows, FreshPlan):
        tried = Rows(rows.count, rows.within if rows.within is not None else rows.count)
        kept = Rows(0 if drops else rows.count, rows.count)
        parent = ""
    else:
        parent = rows.parent
        tried, kept = _derived(rows, made[parent].rows, drops)
    groups = tuple(
        GroupForecast(
            tuple(c.column for c in t.columns),
            tuple(r.rule for r in t.rules),
            t.outcomes is not None,
            t.acceptance,
            tuple(w.column for w in t.windows),
        )
        for t in plan.tasks
        if isinstance(t, DrawTogether)
    )
    columns = sum(isinstance(t, Make | Ask) for t in plan.tasks) + sum(len(g.columns) for g in groups)
    return Forecast(plan.id, False, kept, tried, columns, groups, judges, parent)


def _derived(rows: DerivedPlan, parents: Rows, drops: bool) -> tuple[Rows, Rows]:
    """Rows tried and rows kept."""
    if rows.levels is not None:
        return Rows(0, None), Rows(0, None)
    if rows.items is not None:
        items = rows.items.type
        low, high = (items.min or 0, items.max) if isinstance(items, ListType) else (0, None)
        tried = parents.times(low, high)
    else:
        copies = rows.copies if rows.copies is not None else 1
        most = copies if rows.within is None else rows.within
        tried = parents.times(copies, most)
        return tried, Rows(0 if drops else parents.low * copies, parents.times(copies, copies).high)
    return tried, Rows(0 if drops else tried.low, tried.high)
