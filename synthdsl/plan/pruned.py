"""The part of a dataset's tasks that a test of one row needs, where some columns are given.

In: a `DatasetPlan`, given columns, columns and rules that are asked about. Out: the tasks in their order. A group that
is drawn together shrinks to what is not given of it; rules that are left with given columns alone do not draw.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from synthdsl.model.expr import ColumnRef, Expr
from synthdsl.model.walk import walk
from synthdsl.model.work import expressions
from synthdsl.plan.judging import makes
from synthdsl.plan.steps import Ask, Condition, DatasetPlan, DrawTogether, Judge, Make, Task


@dataclass(frozen=True, slots=True)
class Pruned:
    """tasks: to be done. missing: columns that they read, and that neither are given nor are made by the dataset.

    redrawn: rules over draws whose columns are all there. expressions: all that will be evaluated.
    """

    tasks: tuple[Task, ...]
    missing: tuple[str, ...]
    redrawn: tuple[Condition, ...]
    expressions: tuple[Expr, ...]


def pruned(dataset: DatasetPlan, given: set[str], columns: set[str], rules: set[str] | None) -> Pruned:
    """What is needed for these columns and rules (None: for all rules), and the rules whose columns are there then."""
    need = _Need(dataset, given)
    need.columns(columns)
    groups = [t for t in dataset.tasks if isinstance(t, DrawTogether)]
    judges = [t for t in dataset.tasks if isinstance(t, Judge)]
    judging: list[Condition | Judge] = [*(c for g in groups for c in g.rules), *judges]
    for rule in judging:
        if rules is None or rule.rule in rules:
            need.columns(_read_by_rule(rule) - given)
    # A rule inside of a recipe goes by the name of the column that invokes it.
    need.columns({r.partition(".")[0] for r in rules or () if "." in r})
    there = given | need.made
    tasks = tuple(t for task in dataset.tasks for t in _left(task, need, given, there))
    redrawn = tuple(c for g in groups for c in g.rules if columns_in([c.condition]) <= there)
    exprs = [*(e for t in tasks for e in _expressions(t)), *(c.condition for c in redrawn)]
    return Pruned(tasks, tuple(sorted(need.missing)), redrawn, tuple(exprs))


@dataclass(slots=True)
class _Need:
    """Follows what columns are made from."""

    dataset: DatasetPlan
    given: set[str]
    made: set[str] = field(default_factory=set)
    missing: set[str] = field(default_factory=set)

    def columns(self, names: Iterable[str]) -> None:
        """These columns are needed, and what they are made from."""
        makers = {name: task for task in self.dataset.tasks for name in makes(task)}
        stack = sorted(names)
        while stack:
            name = stack.pop()
            if name in self.given or name in self.made or name in self.missing:
                continue
            task = makers.get(name)
            if task is None:
                self.missing.add(name)
                continue
            left = makes(task) - self.given
            self.made |= left
            exprs = _expressions(task)
            if isinstance(task, DrawTogether):
                rules = [c.condition for c in task.rules if columns_in([c.condition]) & left]
                exprs = [*(m.expr for m in task.columns if m.column in left), *rules]
            stack += sorted(columns_in(exprs))


def _left(task: Task, need: _Need, given: set[str], there: set[str]) -> Iterable[Task]:
    """What is left of a task."""
    match task:
        case DrawTogether(columns, rules):
            kept = tuple(m for m in columns if m.column in need.made)
            names = {m.column for m in kept}
            drawn = tuple(c for c in rules if columns_in([c.condition]) & names)
            if len(kept) == len(columns):
                yield task
            elif kept and drawn:
                yield DrawTogether(kept, drawn, None, (), None)
            else:
                yield from kept
        case Judge():
            if _read_by_rule(task) <= there and (task.target is None or task.target in there):
                # What is given cannot be asked for again.
                fixed = task.target in given
                yield replace(task, action="drop", target=None, repair=None) if fixed else task
        case _:
            if makes(task) & need.made:
                yield task


def _read_by_rule(rule: Condition | Judge) -> set[str]:
    """The columns that a rule reads, and the one that it asks for again."""
    found = columns_in([rule.condition])
    if isinstance(rule, Judge):
        found |= columns_in([] if rule.repair is None else expressions(rule.repair))
        found |= {rule.target} if rule.target is not None else set()
    return found


def _expressions(task: Task) -> list[Expr]:
    match task:
        case Make(_, expr):
            return [expr]
        case Ask(_, work):
            return list(expressions(work))
        case DrawTogether(columns, rules):
            return [*(c.expr for c in columns), *(r.condition for r in rules)]
        case Judge(_, condition, repair=repair):
            return [condition, *(() if repair is None else expressions(repair))]


def columns_in(exprs: Iterable[Expr]) -> set[str]:
    """The columns of the row that expressions read."""
    return {node.column for expr in exprs for node in walk(expr) if isinstance(node, ColumnRef)}
