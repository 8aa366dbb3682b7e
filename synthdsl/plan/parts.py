"""Part of a plan: one dataset with all that it needs."""

from __future__ import annotations

from dataclasses import replace

from synthdsl.model.expr import Expr, WholeColumn, WholeDataset
from synthdsl.model.walk import walk
from synthdsl.plan.steps import DatasetPlan, DerivedPlan, DrawTogether, Make, Plan


def part_for(plan: Plan, dataset: str) -> Plan:
    """The plan of `dataset` and of the datasets and sources it takes rows or values from."""
    wanted = {dataset}
    stack = [dataset]
    by_id = {d.id: d for d in plan.datasets}
    while stack:
        at = by_id.get(stack.pop())
        for parent in () if at is None else _parents(at) - wanted:
            wanted.add(parent)
            stack.append(parent)
    return replace(
        plan,
        order=tuple(n for n in plan.order if n in wanted),
        sources=tuple(s for s in plan.sources if s.id in wanted),
        datasets=tuple(d for d in plan.datasets if d.id in wanted),
        outputs=tuple(o for o in plan.outputs if o.dataset == dataset),
        checks=tuple(c for c in plan.checks if c.dataset == dataset),
    )


def _parents(dataset: DatasetPlan) -> set[str]:
    exprs: list[Expr] = []
    found: set[str] = set()
    if isinstance(dataset.rows, DerivedPlan):
        found.add(dataset.rows.parent)
        if dataset.rows.items is not None:
            exprs.append(dataset.rows.items)
    for task in dataset.tasks:
        match task:
            case Make(_, expr):
                exprs.append(expr)
            case DrawTogether(columns, rules):
                exprs.extend(c.expr for c in columns)
                exprs.extend(r.condition for r in rules)
            case _:
                exprs.append(task.condition)
    for expr in exprs:
        found.update(n.dataset for n in walk(expr) if isinstance(n, WholeColumn | WholeDataset))
    return found
