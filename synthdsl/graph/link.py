"""The dependency graph: what each column needs, in which order columns are made, which are drawn together.

In: a resolved `Spec`. Out: a `DependencyGraph`. Nothing is evaluated.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from graphlib import TopologicalSorter

from synthdsl.base.record import record
from synthdsl.model.expr import ColumnRef, Expr, WholeColumn, WholeDataset
from synthdsl.model.rules import draws
from synthdsl.model.spec import Column, Dataset, DerivedRows, Pipeline, Rule, Spec
from synthdsl.model.walk import walk
from synthdsl.model.work import expressions


@record
class Group:
    """Columns that are drawn together because rules join them; `columns` in the order they are made."""

    columns: tuple[str, ...]
    rules: tuple[str, ...]


@record
class DatasetGraph:
    """Within one dataset: for each own column its direct needs among the row's columns; order; groups.

    order: all own columns, each after what it needs. groups: disjoint, columns of a group are redrawn together.
    """

    dataset: str
    needs: Mapping[str, tuple[str, ...]]
    order: tuple[str, ...]
    groups: tuple[Group, ...]


@record
class DependencyGraph:
    """All datasets and sources: `parents` by dataset (those it takes rows or values from), and each one's columns.

    order: datasets and sources, each after its parents.
    """

    parents: Mapping[str, tuple[str, ...]]
    order: tuple[str, ...]
    datasets: Mapping[str, DatasetGraph]


def link(spec: Spec) -> DependencyGraph:
    """The graph of a spec whose columns have no cycles (`build` reports those)."""
    parents: dict[str, tuple[str, ...]] = {}
    inner: dict[str, DatasetGraph] = {}
    for source in spec.sources:
        parents[source.id] = ()
    for dataset in spec.datasets:
        parents[dataset.id] = tuple(_parents(dataset))
        if isinstance(dataset, Dataset):
            inner[dataset.id] = link_dataset(dataset)
    return DependencyGraph(parents, ordered(parents), inner)


def _parents(dataset: Dataset | Pipeline) -> list[str]:
    if isinstance(dataset, Pipeline):
        return list(dict.fromkeys(dataset.parents))
    found: dict[str, None] = {}
    if isinstance(dataset.rows, DerivedRows):
        found[dataset.rows.parent] = None
    elif dataset.rows.growth is not None:
        found[dataset.rows.growth.seeds] = None
    exprs: list[Expr] = [e for c in dataset.columns for e in c.expressions]
    for rule in dataset.rules:
        exprs.append(rule.condition)
        exprs.extend(() if rule.repair is None else expressions(rule.repair))
    if isinstance(dataset.rows, DerivedRows) and dataset.rows.items is not None:
        exprs.append(dataset.rows.items)
    for expr in exprs:
        for node in walk(expr):
            if isinstance(node, WholeColumn | WholeDataset):
                found[node.dataset] = None
    found.pop(dataset.id, None)
    return list(found)


def ordered(needs: Mapping[str, Iterable[str]]) -> tuple[str, ...]:
    """Each key after what it needs; keys that are free to move keep their order."""
    place = {name: i for i, name in enumerate(needs)}
    sorter = TopologicalSorter({k: [n for n in v if n in place] for k, v in needs.items()})
    sorter.prepare()
    result: list[str] = []
    ready = sorted(sorter.get_ready(), key=place.__getitem__)
    while ready:
        name = ready.pop(0)
        result.append(name)
        sorter.done(name)
        fresh = sorter.get_ready()
        if fresh:
            ready = sorted([*ready, *fresh], key=place.__getitem__)
    return tuple(result)


def columns_in(expr: Expr) -> tuple[str, ...]:
    """The row's columns an expression reads, in the order of their first mention."""
    return tuple(dict.fromkeys(e.column for e in walk(expr) if isinstance(e, ColumnRef)))


def link_dataset(dataset: Dataset) -> DatasetGraph:
    """Order and groups of one dataset's columns."""
    # By name, not by place in the text: where an order decides anything, moving a statement must not.
    needs = {c.name: tuple(c.reads) for c in sorted(dataset.columns, key=lambda c: c.name)}
    order = ordered(needs)
    return DatasetGraph(dataset.id, needs, order, _groups(dataset, needs, order))


def _groups(dataset: Dataset, needs: Mapping[str, Sequence[str]], order: tuple[str, ...]) -> tuple[Group, ...]:
    """Rules that share a column that is drawn form a group; it holds all between those draws and the rules."""
    by_name = {c.name: c for c in dataset.columns}
    rules = sorted((r for r in dataset.rules if r.action == "redraw"), key=lambda r: r.name)
    reach = {r.name: _random_reach(r, by_name, needs) for r in rules}
    groups: list[tuple[set[str], list[Rule]]] = []
    for rule in rules:
        columns = set(reach[rule.name])
        drawn = {c for c in columns if _draws(by_name[c])}
        joined: list[Rule] = [rule]
        rest: list[tuple[set[str], list[Rule]]] = []
        for other_columns, other_rules in groups:
            if drawn & {c for c in other_columns if _draws(by_name[c])}:
                columns |= other_columns
                drawn |= {c for c in other_columns if _draws(by_name[c])}
                joined = other_rules + joined
            else:
                rest.append((other_columns, other_rules))
        groups = [*rest, (columns, joined)]
    return tuple(
        Group(tuple(c for c in order if c in columns), tuple(r.name for r in joined)) for columns, joined in groups
    )


def _draws(column: Column) -> bool:
    return column.expr is not None and draws(column.expr)


def _random_reach(rule: Rule, by_name: Mapping[str, Column], needs: Mapping[str, Sequence[str]]) -> set[str]:
    """The rule's ancestors that are drawn or computed from what is drawn."""
    ancestors: set[str] = set()
    stack = [c for c in columns_in(rule.condition) if c in by_name]
    while stack:
        name = stack.pop()
        if name not in ancestors:
            ancestors.add(name)
            stack.extend(n for n in needs[name] if n in by_name)
    random: set[str] = {n for n in ancestors if _draws(by_name[n])}
    changed = True
    while changed:
        more = {n for n in ancestors - random if any(p in random for p in needs[n])}
        random |= more
        changed = bool(more)
    return random
