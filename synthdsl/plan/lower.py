"""Spec and graph in, plan out: columns in order, groups with their rules, only what outputs need."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from synthdsl.base.diagnostic import Diagnostic
from synthdsl.graph.link import DatasetGraph, DependencyGraph
from synthdsl.llm.request import ModelSpec
from synthdsl.model.expr import Aggregate, Apply, Expr, FieldOf, WholeColumn, WholeDataset
from synthdsl.model.levels import PARENT_RECORD
from synthdsl.model.rules import reads_pool
from synthdsl.model.spec import Column, Dataset, DerivedRows, Pipeline, Spec
from synthdsl.model.walk import walk
from synthdsl.model.work import expressions
from synthdsl.plan.codec import content_digest
from synthdsl.plan.judging import judged
from synthdsl.plan.satisfy import solve
from synthdsl.plan.steps import (
    PARENT,
    PLAN_VERSION,
    ArchivePlan,
    Ask,
    CheckPlan,
    Condition,
    DatasetPlan,
    DerivedPlan,
    DrawTogether,
    FreshPlan,
    HeadPlan,
    Judge,
    Make,
    OutputPlan,
    PipelinePlan,
    Plan,
    SourcePlan,
    StepPlan,
    Task,
    ViolationPlan,
)
from synthdsl.plan.windows import windows_of
from synthdsl.types.terms import RecordType, UnknownType


def lower(spec: Spec, graph: DependencyGraph, seed: int) -> tuple[Plan, list[Diagnostic]]:
    """The plan of a spec, and what is found about its rules. Datasets with columns that cannot run are left out."""
    findings: list[Diagnostic] = []
    needed = _needed(spec)
    datasets: list[DatasetPlan] = []
    pipelines: list[PipelinePlan] = []
    regroups = any(s.operator == "regroup" for p in spec.datasets if isinstance(p, Pipeline) for s in p.steps)
    for dataset in spec.datasets:
        if isinstance(dataset, Pipeline):
            pipelines.append(_pipeline(dataset, _kept(dataset, needed)))
        elif _complete(dataset):
            keep = _kept(dataset, needed)
            if regroups and keep is not None and isinstance(dataset.rows, DerivedRows):
                keep = keep if dataset.rows.levels is not None else (*keep, PARENT)
            datasets.append(_dataset(dataset, graph.datasets[dataset.id], keep, findings))
    sources = tuple(
        SourcePlan(s.id, s.call.reader, s.call.arguments, s.call.steps, s.call.folder, s.row, s.declared, s.call.span)
        for s in spec.sources
        if s.id in needed or any(o.dataset == s.id for o in spec.outputs)
    )
    outputs = tuple(
        OutputPlan(
            o.path,
            o.dataset,
            o.format,
            tuple((k.name, k.value) for k in o.keys),
            _docs(spec, o.dataset),
            o.doc or spec.doc,
        )
        for o in spec.outputs
    )
    checks = tuple(CheckPlan(e.dataset, c.name, c.condition, c.text) for e in spec.expectations for c in e.checks)
    params = tuple((p.name, p.value) for p in spec.params)
    # What the plan does, without places and documentation: comments and layout do not change it.
    models = tuple(ModelSpec(m.name, m.provider, m.arguments, m.span) for m in spec.models)
    content = content_digest((params, models, sources, datasets, tuple(pipelines), outputs, checks))
    name = spec.file.rsplit("/", 1)[-1]
    plan = Plan(
        PLAN_VERSION,
        name,
        spec.doc,
        content,
        seed,
        params,
        graph.order,
        models,
        sources,
        tuple(datasets),
        tuple(pipelines),
        outputs,
        checks,
    )
    return plan, findings


def _complete(dataset: Dataset) -> bool:
    return all(
        (c.expr is not None or c.work is not None or c.kind == "steps") and not isinstance(c.type, UnknownType)
        for c in dataset.columns
    )


def _docs(spec: Spec, dataset: str) -> tuple[tuple[str, str], ...]:
    return tuple((f.name, f.doc) for f in spec.dataset(dataset).row.fields if f.doc)


def _needed(spec: Spec) -> dict[str, set[str] | None]:
    """For each dataset that others take values from, which columns (None: all)."""
    needed: dict[str, set[str] | None] = {}

    def add(dataset: str, columns: Iterable[str] | None) -> None:
        old = needed.get(dataset, set())
        needed[dataset] = None if columns is None or old is None else old | set(columns)

    for dataset in spec.datasets:
        if isinstance(dataset, Pipeline):
            for parent in dataset.parents:
                add(parent, None)
            continue
        if isinstance(dataset.rows, DerivedRows):
            add(dataset.rows.parent, None)
            if dataset.rows.items is not None:
                _whole(dataset.rows.items, add)
        repairs = [e for r in dataset.rules if r.repair is not None for e in expressions(r.repair)]
        made = [e for c in dataset.columns for e in c.expressions]
        for expr in [*made, *(r.condition for r in dataset.rules), *repairs]:
            _whole(expr, partial(_add_other, add, dataset.id))
    for expectation in spec.expectations:
        for check in expectation.checks:
            for node in walk(check.condition):
                if isinstance(node, Aggregate):
                    for argument in node.arguments:
                        _whole(argument, add)
    return needed


def _add_other(add: Callable[[str, Iterable[str] | None], None], own: str, other: str, names: Any) -> None:
    """What a dataset takes from others; one that grows looks at itself, which needs no store."""
    if other != own:
        add(other, names)


def _whole(expr: Expr, add: Callable[[str, Iterable[str] | None], None]) -> None:
    picked: set[int] = set()
    for node in walk(expr):
        match node:
            case WholeColumn(dataset, column):
                add(dataset, [column])
            case FieldOf(Apply("choice", (WholeDataset(dataset) as whole, *_)), name):
                # One field of a picked row: the other columns need not be kept.
                picked.add(id(whole))
                add(dataset, [name])
            case WholeDataset(dataset) if id(node) not in picked:
                add(dataset, None)
            case _:
                pass


def _kept(dataset: Dataset | Pipeline, needed: dict[str, set[str] | None]) -> tuple[str, ...] | None:
    """The columns that others take from a dataset, None when nobody takes anything."""
    if dataset.id not in needed:
        return None
    columns = needed[dataset.id]
    return tuple(f.name for f in dataset.row.fields if columns is None or f.name in columns)


def _pipeline(pipeline: Pipeline, keep: tuple[str, ...] | None) -> PipelinePlan:
    head = pipeline.head
    return PipelinePlan(
        pipeline.id,
        pipeline.address,
        HeadPlan(head.operator, head.datasets, head.arguments, head.lineage, head.span),
        tuple(StepPlan(s.operator, s.arguments, s.address, s.row, s.span) for s in pipeline.steps),
        pipeline.row,
        keep,
    )


def _dataset(
    dataset: Dataset, graph: DatasetGraph, keep: tuple[str, ...] | None, findings: list[Diagnostic]
) -> DatasetPlan:
    tasks = _tasks(dataset, graph, findings)
    rows = dataset.rows
    batch: int | None = None
    planned: FreshPlan | DerivedPlan
    if isinstance(rows, DerivedRows):
        inherited = tuple(n for n, _ in dataset.inherited if n != rows.each)
        above = dict(dataset.inherited).get(PARENT_RECORD) if rows.levels is not None else None
        planned = DerivedPlan(
            rows.parent,
            inherited,
            rows.copies,
            rows.each,
            rows.items,
            rows.within,
            rows.span,
            rows.levels,
            above if isinstance(above, RecordType) else None,
        )
    else:
        batch = None if rows.growth is None else rows.growth.batch
        planned = FreshPlan(rows.count, rows.within, rows.span, batch)
    pool = tuple(t for t in tasks if isinstance(t, Judge) and batch is not None and reads_pool(t.condition, dataset.id))
    return DatasetPlan(
        dataset.id,
        dataset.address,
        planned,
        tuple(t for t in tasks if t not in pool),
        tuple(ViolationPlan(v.rule, v.share) for v in sorted(dataset.violations, key=lambda v: v.rule)),
        any(r.action == "flag" for r in dataset.rules),
        dataset.row,
        keep,
        tuple(sorted(pool, key=lambda judge: judge.rule)),
        None if dataset.archive is None else ArchivePlan(dataset.archive.score, dataset.archive.keys),
    )


def _tasks(dataset: Dataset, graph: DatasetGraph, findings: list[Diagnostic]) -> tuple[Task, ...]:
    columns = {c.name: c for c in dataset.columns}
    rules = {r.name: r for r in dataset.rules}
    group_of = {name: group for group in graph.groups for name in group.columns}
    tasks: list[Task] = []
    made: set[str] = set()
    violated = tuple(v.rule for v in dataset.violations)

    def make(name: str) -> None:
        stack = [name]
        while stack:
            at = stack[-1]
            if at in made or at not in columns:
                stack.pop()
                continue
            group = group_of.get(at)
            members = group.columns if group else (at,)
            waiting = [
                n for m in members for n in graph.needs[m] if n in columns and n not in made and n not in members
            ]
            if waiting:
                stack.extend(waiting)
                continue
            if columns[at].kind == "steps":
                pass  # made along with its loop
            elif group is None:
                tasks.append(_task(columns[at]))
            else:
                conditions = tuple(Condition(r, rules[r].condition) for r in group.rules)
                drawn = tuple(_make(columns[m]) for m in members)
                solved = solve(dataset, drawn, conditions, [rules[r] for r in group.rules], violated, findings)
                windows = windows_of(drawn, conditions) if solved[0] is None else ()
                tasks.append(DrawTogether(drawn, conditions, *solved, windows))
            made.update(members)
            stack.pop()

    for name in graph.order:
        make(name)
    return judged(tasks, dataset, graph)


def _task(column: Column) -> Task:
    if column.work is not None:
        return Ask(column.name, column.work, column.type, column.address)
    return _make(column)


def _make(column: Column) -> Make:
    assert column.expr is not None
    return Make(column.name, column.expr, column.type, column.address, column.declared)
