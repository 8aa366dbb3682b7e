"""Pipelines over whole datasets: what they begin with, their steps, the rows that come out.

A recipe over datasets is taken apart where it is used: its steps become steps of the pipeline.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from synthdsl.base.diagnostic import Diagnostic
from synthdsl.base.suggest import did_you_mean
from synthdsl.model.apply import want_type
from synthdsl.model.bodies import dotted
from synthdsl.model.bound import Bound
from synthdsl.model.constants import constant
from synthdsl.model.declare import constant_typer, type_reader
from synthdsl.model.expr import Expr, Value, WholeColumn, WholeDataset
from synthdsl.model.files import File
from synthdsl.model.program import Report
from synthdsl.model.spec import Dataset, DerivedRows, Head, Pipeline, Source, Step
from synthdsl.model.steps import Scope, arguments_of, finish_head, finish_step, unknown_step
from synthdsl.model.walk import walk
from synthdsl.ops.steps.table import HEADS, STEPS
from synthdsl.ops.steps.table import step as step_of
from synthdsl.syntax import ast
from synthdsl.types.terms import UNKNOWN, DatasetType, RecordType

MAX_NESTING = 20
"""Recipes within recipes: more is one that uses itself."""


@dataclass(slots=True)
class Flow:
    """A pipeline as far as it was read: where its rows come from, its steps, the row that it has now."""

    head: Head
    row: RecordType
    lineage: tuple[str, ...]
    rows: list[tuple[str, RecordType]]
    steps: list[Step] = field(default_factory=list)


def make_pipeline(file: File, item: ast.PipelineDecl, address: str, report: Report) -> Pipeline | None:
    """A pipeline: its row type after all steps; findings on the way."""
    reader = _Reader(report)
    flow = reader.pipeline(Scope(file, file, {}), item.value, None, 0)
    if flow is None:
        return None
    exprs = [e for _, e in (*flow.head.arguments, *(a for s in flow.steps for a in s.arguments))]
    others = [n.dataset for e in exprs for n in walk(e) if isinstance(n, WholeDataset | WholeColumn)]
    parents = tuple(dict.fromkeys([*flow.head.datasets, *others, *reader.ancestors]))
    row = RecordType(flow.row.fields, item.name.text)
    name = file.prefix + item.name.text
    return Pipeline(name, parents, flow.head, tuple(flow.steps), row, flow.lineage, address, item.doc, item.span)


@dataclass(slots=True)
class _Reader:
    """Reads one pipeline."""

    report: Report
    counted: dict[str, int] = field(default_factory=dict)
    ancestors: list[str] = field(default_factory=list)

    def pipeline(self, scope: Scope, value: ast.Expr, current: Flow | None, depth: int) -> Flow | None:
        """The flow of a pipeline's syntax. current: what the first parameter of a recipe stands for, as far as made."""
        head = value.head if isinstance(value, ast.Pipeline) else value
        calls = value.steps if isinstance(value, ast.Pipeline) else ()
        flow = self.head(scope, head, current, depth)
        for call in calls:
            if flow is None:
                return None
            flow = self.step(scope, call, flow, depth)
        return flow

    def head(self, scope: Scope, node: ast.Expr, current: Flow | None, depth: int) -> Flow | None:
        """What a pipeline begins with."""
        name = dotted(node)
        if name is not None:
            if current is not None and name == scope.piped:
                return current
            found = self.table(scope, name, node)
            if found is None:
                return None
            id_, row, lineage = found
            return Flow(Head("", (id_,), (), lineage, node.span), row, lineage, [(id_, row)])
        if isinstance(node, ast.Call) and (function := dotted(node.function)) is not None:
            if function in HEADS:
                return self.joined(scope, node, function)
            key = scope.file.lookup(function)
            if key is not None and key.kind == "recipe":
                return self.recipe(scope, node, function, None, depth)
            near = did_you_mean(function, HEADS)
            self.report(Diagnostic("E0222", f"A pipeline cannot begin with '{function}'.", node.function.span, near))
            return None
        self.report(Diagnostic("E0216", "A pipeline begins with a dataset, or with mix, union or join.", node.span))
        return None

    def table(self, scope: Scope, name: str, node: ast.Expr) -> tuple[str, RecordType, tuple[str, ...]] | None:
        """A dataset or source by name: its id, row and lineage."""
        type_ = scope.names.dataset(name)
        if type_ is not None:
            return type_.dataset, type_.row, lineage(scope.file, type_.dataset)
        file = scope.file
        if file.is_broken(name) or ((key := file.lookup(name)) is not None and key.kind in ("dataset", "source")):
            return None
        if scope.names.is_declared(name):
            message = f"'{name}' is {scope.names.kind(name)}, not a dataset or source."
            self.report(Diagnostic("E0216", message, node.span))
            return None
        known = [n for n in file.names() if (k := file.key(n)) and k.kind in ("dataset", "source")]
        message = f"There is no dataset or source '{name}'."
        self.report(Diagnostic("E0201", message, node.span, did_you_mean(name, known)))
        return None

    def joined(self, scope: Scope, node: ast.Call, function: str) -> Flow | None:
        """`mix({"a": 70%, "b": 30%})`, `union(a, b)`, `join(a, b, on=id)`."""
        found: list[tuple[str, RecordType]] = []
        shares: list[ast.Expr] = []
        complete = True
        for argument in node.arguments:
            if argument.name is not None:
                continue
            places: list[tuple[str, ast.Expr]] = []
            if isinstance(argument.value, ast.MapDisplay):
                for key, share in argument.value.items:
                    if isinstance(key, ast.Literal) and isinstance(key.value, str):
                        places.append((key.value, key))
                        shares.append(share)
            elif (name := dotted(argument.value)) is not None:
                places.append((name, argument.value))
            else:
                message = f"'{function}' takes datasets by name."
                self.report(Diagnostic("E0216", message, argument.value.span))
                complete = False
            for name, place in places:
                table = self.table(scope, name, place)
                complete = complete and table is not None
                if table is not None:
                    found.append(table[:2])
        if not complete:
            return None
        if not found:
            self.report(Diagnostic("E0208", f"'{function}' joins at least one dataset.", node.span))
            return None
        operator = step_of(function)
        given = arguments_of(scope, operator, node, found[0][1], self.report, heads=True)
        row, arguments = finish_head(scope, operator, node, given, tuple(found), shares, self.report)
        if row is None:
            return None
        head = Head(function, tuple(n for n, _ in found), arguments, (), node.span)
        return Flow(head, row, (), [])

    def step(self, scope: Scope, call: ast.Call, flow: Flow, depth: int) -> Flow | None:
        """One more step."""
        name = dotted(call.function)
        assert name is not None
        key = scope.file.lookup(name)
        if name not in STEPS and key is not None and key.kind == "recipe":
            return self.recipe(scope, call, name, flow, depth)
        if name not in STEPS:
            return flow if unknown_step(name, call.function.span, self.report) else None
        operator = step_of(name)
        given = arguments_of(scope, operator, call, flow.row, self.report)
        number = self.counted.get(name, 0)
        self.counted[name] = number + 1
        address = f"|> {name}" if not number else f"|> {name} {number + 1}"
        tables = {t: type_.row for t in flow.lineage if (type_ := _dataset_type(scope.file, t)) is not None}
        row, arguments = finish_step(operator, call, given, flow.row, tuple(tables.items()), flow.lineage, self.report)
        flow.steps.append(Step(name, arguments, address, row, call.function.span))
        kept = flow.lineage if operator.lineage else ()
        if name == "regroup":
            target = next((e.dataset for n, e in arguments if n == "to" and isinstance(e, WholeDataset)), "")
            at = flow.lineage.index(target) if target in flow.lineage else 0
            kept = flow.lineage[at + 1 :]
            self.ancestors.extend(flow.lineage[: at + 1])
        return replace(flow, row=row, lineage=kept)

    def recipe(self, scope: Scope, call: ast.Call, name: str, current: Flow | None, depth: int) -> Flow | None:
        """A recipe over datasets, its parameters bound; its steps become those of the pipeline."""
        key = scope.file.lookup(name)
        assert key is not None
        scope.file.program.used.add(key)
        file = scope.file.program.files[key.file]
        item = file.items[key.name]
        assert isinstance(item, ast.Recipe)
        if item.value is None:
            message = f"'{name}' makes values of a row, not a dataset."
            notes = ("It is called in the body of a dataset.",)
            self.report(Diagnostic("E0216", message, call.function.span, notes))
            return None
        if depth > MAX_NESTING:
            self.report(Diagnostic("E0405", f"The recipe '{name}' uses itself.", call.function.span))
            return None
        inner = self.bind(scope, call, item, file, current)
        return None if inner is None else self.pipeline(inner, item.value, current, depth + 1)

    def bind(self, scope: Scope, call: ast.Call, item: ast.Recipe, file: File, current: Flow | None) -> Scope | None:
        """What the parameters of a recipe stand for in a call of it."""
        given: dict[str, ast.Expr] = {}
        names = [p.name.text for p in item.parameters]
        piped = ""
        left = list(names)
        if current is not None and left:
            piped = left.pop(0)
        for argument in call.arguments:
            if argument.name is None and not left:
                self.report(Diagnostic("E0209", f"'{item.name.text}' takes fewer arguments.", argument.span))
                return None
            name = left[0] if argument.name is None else argument.name.text
            if name not in names:
                near = did_you_mean(name, names)
                self.report(Diagnostic("E0207", f"'{item.name.text}' has no argument '{name}'.", argument.span, near))
                return None
            if name in given or name == piped:
                self.report(Diagnostic("E0225", f"The argument '{name}' is given twice.", argument.span))
                return None
            given[name] = argument.value
            if name in left:
                left.remove(name)
        values: dict[str, Expr] = {}
        columns: dict[str, str] = {}
        good = True
        for parameter in item.parameters:
            name = parameter.name.text
            if name == piped:
                continue
            node = given.get(name, parameter.default)
            if node is None:
                self.report(Diagnostic("E0208", f"'{item.name.text}' lacks its argument '{name}'.", call.span))
                good = False
                continue
            where = scope if name in given else Scope(file, file, {})
            kind = parameter.type.name.text if isinstance(parameter.type, ast.NamedType) else ""
            if kind == "dataset":
                bound = self.dataset_argument(where, node)
                good = good and bound is not None
                if bound is not None:
                    values[name] = bound
            elif kind == "column":
                column = node.name if isinstance(node, ast.NameRef) else None
                if column is None:
                    self.report(Diagnostic("E0216", f"'{name}' is a column, given by its name.", node.span))
                    good = False
                else:
                    columns[name] = where.columns.get(column, column)
            else:
                type_ = type_reader(file, self.report).read(parameter.type)
                typer = replace(constant_typer(where.file, self.report), globals=where.names)
                value = want_type(typer, typer.type_expr(node), type_, f"'{name}' of '{item.name.text}'")
                known = constant(value)
                if known is None and value.type is not UNKNOWN:
                    message = f"'{name}' of '{item.name.text}' must be known before the run."
                    self.report(Diagnostic("E0306", message, node.span, ("It may use params and literals.",)))
                good = good and known is not None
                values[name] = Value(None if known is None else known.value, type_, node.span)
        return Scope(file, Bound(file, values), columns, piped) if good else None

    def dataset_argument(self, scope: Scope, node: ast.Expr) -> Expr | None:
        """A dataset that a recipe is given."""
        name = dotted(node)
        if name is None:
            message = "A recipe is given datasets by name."
            self.report(Diagnostic("E0216", message, node.span, ("Name the pipeline first: `dataset x = ...`.",)))
            return None
        found = self.table(scope, name, node)
        return None if found is None else WholeDataset(found[0], DatasetType(found[1], found[0]), node.span)


def _dataset_type(file: File, id_: str) -> DatasetType | None:
    found = _built(file, id_)
    return None if found is None else DatasetType(found.row, found.id)


def _built(file: File, id_: str) -> Dataset | Pipeline | Source | None:
    for found in file.program.built.values():
        if isinstance(found, Dataset | Pipeline | Source) and found.id == id_:
            return found
    return None


def lineage(file: File, id_: str) -> tuple[str, ...]:
    """The datasets from whose rows the rows of a dataset were made, nearest first."""
    found: list[str] = []
    at = _built(file, id_)
    # The rows of a tree stand at several distances from those that it begins with.
    while isinstance(at, Dataset) and isinstance(at.rows, DerivedRows) and at.rows.levels is None:
        found.append(at.rows.parent)
        at = _built(file, at.rows.parent)
    if isinstance(at, Pipeline):
        found.extend(at.lineage)
    return tuple(found)
