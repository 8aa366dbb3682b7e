"""Fingerprints of a plan: for each column what makes it, and what it is made from.

In: a `Plan`. Out: for each dataset its `DatasetPrint`. Two columns have equal prints where they have equal values for
equal rows. Names of columns take no part, the addresses of their draws do: what was `moved` is the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from synthdsl.base.digest import digest
from synthdsl.base.record import record
from synthdsl.llm.extras import document
from synthdsl.llm.request import LOCAL_SETTINGS, ModelSpec
from synthdsl.llm.typed.schema import schema_of
from synthdsl.model.expr import ColumnRef, Expr, ModelName, Value, WholeColumn, WholeDataset
from synthdsl.model.walk import walk
from synthdsl.model.work import Call, Iterate, Work, calls_in, expressions
from synthdsl.plan.codec import bare
from synthdsl.plan.kinds import TYPES
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
    SourcePlan,
)
from synthdsl.types.show import show

INHERITED = "inherited"
"""What makes a column that is taken over from the row above."""


@record
class ColumnPrint:
    """One column. made: what makes it, apart from its inputs. inputs: the columns and datasets it is made from.

    asks: the aliases of the models that write it.
    """

    name: str
    address: str
    type: str
    made: str
    inputs: tuple[str, ...]
    asks: tuple[str, ...]


@record
class DatasetPrint:
    """One dataset, pipeline or source. kind: which of them. rows: where its rows come from, apart from their number.

    count: how many fresh rows are wanted, None where the parent says. parents: datasets whose rows it takes.
    judges: rules that decide which rows stay, by name. steps: of a pipeline, each with a print. chosen: by what rows
    are chosen or made (a rule, a step, the list after `each`), and the columns that it reads.
    """

    id: str
    kind: str
    rows: str
    count: int | None
    parents: tuple[str, ...]
    columns: tuple[ColumnPrint, ...]
    judges: tuple[tuple[str, str], ...] = ()
    steps: tuple[tuple[str, str], ...] = ()
    chosen: tuple[tuple[str, tuple[str, ...]], ...] = ()

    def column(self, name: str) -> ColumnPrint | None:
        """The column of that name."""
        return next((c for c in self.columns if c.name == name), None)


def prints(plan: Plan) -> dict[str, DatasetPrint]:
    """The prints of all datasets, pipelines and sources, in the plan's order."""
    models = {m.alias: m for m in plan.models}
    found: dict[str, DatasetPrint] = {}
    sources = {s.id: s for s in plan.sources}
    datasets = {d.id: d for d in plan.datasets}
    pipelines = {p.id: p for p in plan.pipelines}
    # Parents come first: what is taken over from them goes by the names that their draws go by.
    for name in plan.order:
        if name in sources:
            found[name] = _source(sources[name])
        elif name in datasets:
            found[name] = _dataset(datasets[name], plan.seed, models, found)
        elif name in pipelines:
            found[name] = _pipeline(pipelines[name], plan.seed, found)
    return found


def _address(name: str, parents: Iterable[str], found: Mapping[str, DatasetPrint]) -> str:
    """What the draws of a column go by that is taken over from the first of these datasets that has it."""
    for parent in parents:
        column = found[parent].column(name) if parent in found else None
        if column is not None:
            return column.address
    return name


_TYPES = {kind.__name__ for kind in TYPES}


def _digest(*values: Any) -> str:
    return digest(repr(values))


def _source(source: SourcePlan) -> DatasetPrint:
    rows = _digest(source.reader, source.arguments, source.steps, source.folder)
    columns = tuple(
        ColumnPrint(f.name, f.name, show(f.type), _digest(f.name, bare(f.type)), (), ()) for f in source.row.fields
    )
    return DatasetPrint(source.id, "source", rows, None, (), columns)


def _pipeline(pipeline: PipelinePlan, seed: int, known: Mapping[str, DatasetPrint]) -> DatasetPrint:
    head = pipeline.head
    above = {c.name: c.address for d in reversed(head.datasets) if d in known for c in known[d].columns}
    steps = tuple((s.operator, _digest(_renamed(bare(s.arguments), above), s.address)) for s in pipeline.steps)
    rows = _digest(head.operator, bare(head.arguments), pipeline.address, seed)
    read = {s.operator: _through(pipeline, [e for _, e in s.arguments]) for s in pipeline.steps}
    made = tuple(dict.fromkeys(i for s in pipeline.steps if s.operator in MAKING for i in read[s.operator]))
    columns = tuple(
        ColumnPrint(
            f.name,
            _address(f.name, head.datasets, known),
            show(f.type),
            INHERITED,
            (*(f"{d}.{f.name}" for d in head.datasets), *made),
            (),
        )
        for f in pipeline.row.fields
    )
    others = _others(e for _, e in (*head.arguments, *(a for s in pipeline.steps for a in s.arguments)))
    parents = tuple(dict.fromkeys([*head.datasets, *others]))
    chosen = tuple((f"step {name}", inputs) for name, inputs in read.items() if inputs and name not in MAKING)
    return DatasetPrint(pipeline.id, "pipeline", rows, None, parents, columns, (), steps, chosen)


MAKING = ("select", "group", "regroup")
"""Steps whose arguments become columns."""


def _through(pipeline: PipelinePlan, exprs: Iterable[Expr]) -> tuple[str, ...]:
    """The columns of its first datasets that steps of a pipeline read, as far as they keep their names."""
    names = dict.fromkeys(n.column for e in exprs for n in walk(e) if isinstance(n, ColumnRef))
    return tuple(f"{d}.{name}" for d in pipeline.head.datasets for name in names)


def _dataset(
    dataset: DatasetPlan, seed: int, models: Mapping[str, ModelSpec], found: Mapping[str, DatasetPrint]
) -> DatasetPrint:
    parent = dataset.rows.parent if isinstance(dataset.rows, DerivedPlan) else ""
    above = {f.name: _address(f.name, (parent,), found) for f in dataset.row.fields} if parent else {}
    addresses = above | _addresses(dataset)
    types = {f.name: show(f.type) for f in dataset.row.fields}
    columns: list[ColumnPrint] = []
    judges: list[tuple[str, str]] = []
    chosen: list[tuple[str, tuple[str, ...]]] = []
    place = (dataset.address, seed)
    for task in (*dataset.tasks, *dataset.pool):
        match task:
            case Make(column, expr, type_, address, declared):
                made = _digest(place, address, _renamed(bare(expr), addresses), bare(type_) if declared else None)
                columns.append(ColumnPrint(column, address, types.get(column, ""), made, _inputs(dataset, [expr]), ()))
            case DrawTogether(group, rules):
                rest = [c.expr for c in group] + [r.condition for r in rules]
                whole = _renamed(bare((tuple(c.expr for c in group), tuple(r.condition for r in rules))), addresses)
                for one in group:
                    made = _digest(place, one.address, whole, bare(one.type) if one.validate else None)
                    inputs = tuple(i for i in _inputs(dataset, rest) if i not in _own(dataset, group))
                    columns.append(ColumnPrint(one.column, one.address, types.get(one.column, ""), made, inputs, ()))
            case Ask(column, work, _, address):
                exprs = list(expressions(work))
                asked = _models(exprs)
                settings = [_setting(models[name]) for name in asked if name in models]
                made = _digest(
                    place, address, _renamed(bare(work), addresses), settings, types.get(column), _sent(work)
                )
                inputs = _inputs(dataset, exprs)
                columns.append(ColumnPrint(column, address, types.get(column, ""), made, inputs, asked))
                if isinstance(work, Iterate):
                    name = column + "_steps"
                    columns.append(ColumnPrint(name, name, types.get(name, ""), made, inputs, ()))
            case Judge(rule, condition, action):
                repair = None if task.repair is None else bare(task.repair)
                print_ = _digest(_renamed(bare(condition), addresses), action, task.target, task.times, repair)
                judges.append((rule, print_))
                chosen.append((f"rule {rule}", _inputs(dataset, [condition])))
    known = {c.name for c in columns}
    inherited = [
        ColumnPrint(f.name, above.get(f.name, f.name), show(f.type), INHERITED, (f"{parent}.{f.name}",), ())
        for f in dataset.row.fields
        if f.name not in known and parent
    ]
    rows, count = _rows(dataset)
    if dataset.archive is not None:
        # How many are kept decides, with their scores, which ones: no row of it is there for sure in a longer run.
        rows = _digest(rows, _renamed(bare(dataset.archive), addresses), count)
    taken = (parent,) if parent else ()
    if isinstance(dataset.rows, DerivedPlan) and dataset.rows.items is not None:
        read = [n.column for n in walk(dataset.rows.items) if isinstance(n, ColumnRef)]
        chosen.append((f"each {dataset.rows.each}", tuple(f"{parent}.{name}" for name in read)))
    whole = (*inherited, *columns)
    return DatasetPrint(dataset.id, "dataset", rows, count, taken, whole, tuple(sorted(judges)), (), tuple(chosen))


def _rows(dataset: DatasetPlan) -> tuple[str, int | None]:
    match dataset.rows:
        case FreshPlan(count, within, _, batch):
            return _digest("fresh", batch, within is not None), count
        case DerivedPlan(parent, _, copies, each, items, within):
            kind = "derived" if dataset.rows.levels is None else "tree"
            return _digest(kind, parent, each, bare(items), within is not None), dataset.rows.levels or copies


def _addresses(dataset: DatasetPlan) -> dict[str, str]:
    """What the row's own columns are called for comparison: the names their draws go by."""
    found: dict[str, str] = {}
    for task in dataset.tasks:
        match task:
            case Make(column, _, _, address) | Ask(column, _, _, address):
                found[column] = address
            case DrawTogether(columns):
                found |= {c.column: c.address for c in columns}
            case Judge():
                pass
    return found


def _renamed(form: Any, addresses: Mapping[str, str]) -> Any:
    """The nested lists with columns of the row by their addresses, locals by their order, and without types."""
    names: dict[str, str] = {}
    _locals(form, names)
    return _addressed(_unnamed(form, names), addresses)


def _locals(form: Any, names: dict[str, str]) -> None:
    """The names of locals (parameters, loop variables), which mean nothing, in the order in which they are read."""
    if isinstance(form, list | tuple):
        if len(form) > 1 and form[0] == "LocalRef" and isinstance(form[1], str):
            names.setdefault(form[1], f"#{len(names)}")
        for part in form:
            _locals(part, names)


def _unnamed(form: Any, names: Mapping[str, str]) -> Any:
    if isinstance(form, str):
        return names.get(form, form)
    if isinstance(form, list | tuple):
        # What stands in a constant is data, whatever it looks like.
        if form and form[0] == "Value":
            return form
        return type(form)(_unnamed(part, names) for part in form)
    return form


def _addressed(form: Any, addresses: Mapping[str, str]) -> Any:
    if isinstance(form, tuple):
        return tuple(_addressed(part, addresses) for part in form)
    if isinstance(form, list):
        if form and isinstance(form[0], str) and form[0] in _TYPES:
            # What follows from other columns; declared types are compared apart.
            return "type"
        if len(form) > 1 and form[0] == "ColumnRef" and isinstance(form[1], str):
            return ["ColumnRef", addresses.get(form[1], form[1]), *(_addressed(p, addresses) for p in form[2:])]
        return [_addressed(part, addresses) for part in form]
    return form


def _own(dataset: DatasetPlan, group: Iterable[Make]) -> set[str]:
    return {f"{dataset.id}.{c.column}" for c in group}


def _inputs(dataset: DatasetPlan, exprs: Iterable[Expr]) -> tuple[str, ...]:
    """The columns of the row, whole columns and datasets that expressions read, as `dataset.column` or `dataset`."""
    found: dict[str, None] = {}
    for expr in exprs:
        for node in walk(expr):
            match node:
                case ColumnRef(column):
                    found[f"{dataset.id}.{column}"] = None
                case WholeColumn(other, column) if other != dataset.id:
                    found[f"{other}.{column}"] = None
                case WholeDataset(other) if other != dataset.id:
                    found[other] = None
                case _:
                    pass
    return tuple(found)


def _others(exprs: Iterable[Expr]) -> list[str]:
    return [n.dataset for e in exprs for n in walk(e) if isinstance(n, WholeColumn | WholeDataset)]


def _models(exprs: Iterable[Expr]) -> tuple[str, ...]:
    names = (n.value.name for e in exprs for n in walk(e) if isinstance(n, Value) and isinstance(n.value, ModelName))
    return tuple(dict.fromkeys(names))


def _sent(work: Work) -> list[Any]:
    """What calls send that is no expression: schemas and tools with their documentation, which models read."""
    found: list[Any] = []
    for call in calls_in(work):
        if isinstance(call, Call):
            base = call.answer if call.extras is None else call.extras.base
            schema = schema_of(base, "answer")
            found.append(None if schema is None else schema.document)
            found.extend(document(tool) for tool in (call.extras.tools if call.extras else ()))
    return found


def _setting(model: ModelSpec) -> tuple[Any, ...]:
    """What of a model changes answers."""
    return (model.provider, tuple((n, repr(v)) for n, v in model.arguments if n not in LOCAL_SETTINGS))
