"""Parts of a plan: one dataset with all that it needs; its expressions; the libraries its values come from."""

from __future__ import annotations

from dataclasses import replace

from synthdsl.model.expr import Apply, Expr, WholeColumn, WholeDataset
from synthdsl.model.walk import walk
from synthdsl.model.work import expressions as expressions_of
from synthdsl.ops.extern_call import NAME as EXTERN
from synthdsl.ops.table import operator
from synthdsl.plan.steps import Ask, DatasetPlan, DerivedPlan, DrawTogether, Judge, Make, PipelinePlan, Plan


def part_for(plan: Plan, dataset: str) -> Plan:
    """The plan of `dataset` and of the datasets and sources it takes rows or values from."""
    wanted = {dataset}
    stack = [dataset]
    by_id = {d.id: d for d in made_in(plan)}
    while stack:
        at = by_id.get(stack.pop())
        for parent in () if at is None else parents_of(at) - wanted:
            wanted.add(parent)
            stack.append(parent)
    return replace(
        plan,
        order=tuple(n for n in plan.order if n in wanted),
        sources=tuple(s for s in plan.sources if s.id in wanted),
        datasets=tuple(d for d in plan.datasets if d.id in wanted),
        pipelines=tuple(p for p in plan.pipelines if p.id in wanted),
        outputs=tuple(o for o in plan.outputs if o.dataset == dataset),
        checks=tuple(c for c in plan.checks if c.dataset == dataset),
    )


def made_in(plan: Plan) -> list[DatasetPlan | PipelinePlan]:
    """All that is made: datasets and pipelines."""
    return [*plan.datasets, *plan.pipelines]


def parents_of(dataset: DatasetPlan | PipelinePlan) -> set[str]:
    """The datasets and sources that it takes rows or values from."""
    if isinstance(dataset, PipelinePlan):
        found = {*dataset.head.datasets, *_ancestors(dataset)}
    else:
        found = {dataset.rows.parent} if isinstance(dataset.rows, DerivedPlan) else set()
    for expr in expressions(dataset):
        found.update(n.dataset for n in walk(expr) if isinstance(n, WholeColumn | WholeDataset))
    # A dataset that grows looks at itself.
    return found - {dataset.id}


def _ancestors(pipeline: PipelinePlan) -> tuple[str, ...]:
    return pipeline.head.lineage if any(s.operator == "regroup" for s in pipeline.steps) else ()


def libraries(plan: Plan) -> tuple[str, ...]:
    """The packages that values of the plan come from, sorted: with another version they may be others."""
    exprs = (expr for dataset in made_in(plan) for expr in expressions(dataset))
    used = {node.operator for expr in exprs for node in walk(expr) if isinstance(node, Apply)}
    return tuple(sorted({operator(name).library for name in used} - {""}))


def runs_code(dataset: DatasetPlan | PipelinePlan) -> bool:
    """Whether making it calls functions of the person's own, which only runs may do."""
    nodes = (node for expr in expressions(dataset) for node in walk(expr))
    return any(isinstance(node, Apply) and node.operator == EXTERN for node in nodes)


def expressions(dataset: DatasetPlan | PipelinePlan) -> list[Expr]:
    """All expressions by which a dataset is made."""
    if isinstance(dataset, PipelinePlan):
        return [expr for _, expr in (*dataset.head.arguments, *(a for s in dataset.steps for a in s.arguments))]
    exprs: list[Expr] = [rule.condition for rule in dataset.pool]
    if isinstance(dataset.rows, DerivedPlan) and dataset.rows.items is not None:
        exprs.append(dataset.rows.items)
    for task in dataset.tasks:
        match task:
            case Make(_, expr):
                exprs.append(expr)
            case DrawTogether(columns, rules):
                exprs.extend(c.expr for c in columns)
                exprs.extend(r.condition for r in rules)
            case Ask(_, work):
                exprs.extend(expressions_of(work))
            case Judge():
                exprs.append(task.condition)
                exprs.extend(() if task.repair is None else expressions_of(task.repair))
    return exprs
