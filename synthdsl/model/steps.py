"""One step of a pipeline: its arguments typed by what they are, checked, and the row that comes out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from synthdsl.base.diagnostic import Diagnostic, Edit, Fix
from synthdsl.base.span import Span
from synthdsl.base.suggest import did_you_mean, nearest
from synthdsl.dataset.vector import Constant
from synthdsl.model.apply import want_type
from synthdsl.model.constants import constant, type_of
from synthdsl.model.expr import Aggregate, ColumnRef, Expr, FieldOf, MakeRecord, Value, WholeColumn, WholeDataset
from synthdsl.model.files import File
from synthdsl.model.narrowing import Known
from synthdsl.model.program import Report
from synthdsl.model.scope import Globals, TypedRow, Workplace
from synthdsl.model.typer import Typer
from synthdsl.model.walk import outside_aggregates, rewrite, walk
from synthdsl.ops.contract import Argument, Undefined
from synthdsl.ops.steps.contract import StepOperator, StepParameter, StepSite, Takes
from synthdsl.ops.steps.table import STEPS
from synthdsl.syntax import ast
from synthdsl.types.relations import optional
from synthdsl.types.show import show
from synthdsl.types.terms import (
    FLOAT,
    UNKNOWN,
    DatasetType,
    Field,
    ListType,
    RecordType,
    Type,
    UnknownType,
)

Given = dict[str, Expr]


@dataclass(frozen=True, slots=True)
class Scope:
    """Where a pipeline is written. names: what names mean there. columns: parameters that stand for columns.

    piped: the parameter that stands for the table that comes in.
    """

    file: File
    names: Globals
    columns: Mapping[str, str]
    piped: str = ""


def unknown_step(name: str, span: Span, report: Report) -> bool:
    """Report a name that is no step; True since the pipeline can be read on as if it were not there."""
    near = nearest(name, STEPS)
    fixes = (Fix(f"Write '{near[0]}'", (Edit(span, near[0]),)),) if near else ()
    report(Diagnostic("E0222", f"There is no step '{name}'.", span, did_you_mean(name, STEPS), (), fixes))
    return True


def arguments_of(
    scope: Scope, operator: StepOperator, call: ast.Call, row: RecordType, report: Report, heads: bool = False
) -> Given:
    """The arguments of a call by name, typed. heads: positional arguments are the datasets, which are read apart."""
    positions = [p for p in operator.parameters if p.positional]
    given: Given = {}
    at = 0
    for argument in call.arguments:
        if argument.name is None:
            if heads:
                continue
            if at >= len(positions):
                message = f"'{operator.name}' takes {_count(at)} without a name."
                report(Diagnostic("E0209", message, argument.span))
                continue
            name = positions[at].name
            at += 1
        else:
            name = argument.name.text
        parameter = operator.parameter(name)
        takes = operator.rest if parameter is None else parameter.takes
        if takes is None:
            names = [p.name for p in operator.parameters]
            assert argument.name is not None
            message = f"'{operator.name}' has no argument '{name}'."
            report(Diagnostic("E0207", message, argument.name.span, did_you_mean(name, names)))
        elif name in given:
            report(Diagnostic("E0225", f"The argument '{name}' is given twice.", argument.span))
        else:
            expr = _argument(scope, operator.name, takes, argument.value, row, report)
            given[name] = expr if parameter is None else _wanted(operator, parameter, expr, scope, row, report)
    for parameter in operator.parameters:
        if parameter.required and parameter.name not in given:
            message = f"'{operator.name}' lacks its argument '{parameter.name}'."
            report(Diagnostic("E0208", message, call.span, (f"As in `{operator.example}`.",)))
            given[parameter.name] = Value(None, UNKNOWN, call.span)
    return given


def _count(n: int) -> str:
    return {0: "no argument", 1: "one argument"}.get(n, f"{n} arguments")


def _typer(scope: Scope, row: RecordType, report: Report, aggregates: bool = False) -> Typer:
    work = Workplace(report, draws="it can stand in a 'var' only.", row_number="a pipeline looks at values only.")
    work.aggregates = aggregates
    columns: dict[str, Type] = {f.name: f.type for f in row.fields}
    columns |= {name: columns[real] for name, real in scope.columns.items() if real in columns}
    return Typer(scope.names, TypedRow(columns), work, {}, Known())


def _typed(scope: Scope, typer: Typer, node: ast.Expr) -> Expr:
    """An expression over the row; parameters that stand for columns are these columns."""
    made = typer.type_expr(node)
    if not scope.columns:
        return made

    def change(part: Expr) -> Expr:
        if isinstance(part, ColumnRef) and part.column in scope.columns:
            return replace(part, column=scope.columns[part.column])
        return part

    return rewrite(made, change)


def _argument(scope: Scope, operator: str, takes: Takes, node: ast.Expr, row: RecordType, report: Report) -> Expr:
    typer = _typer(scope, row, report, takes == "aggregate")
    match takes:
        case "row":
            return _typed(scope, typer, node)
        case "aggregate":
            made = _typed(scope, typer, node)
            outside = outside_aggregates(made)
            if outside is not None:
                message = f"'{outside.column}' has many values here; an aggregate makes one of them."
                report(Diagnostic("E0217", message, outside.span, (f"As in `first({outside.column})`.",)))
                return Value(None, UNKNOWN, node.span)
            return _on_no_rows(made) if operator == "regroup" else made
        case "condition":
            made = _typed(scope, typer, node)
            typer.want_bool(made, "A filter")
            return made
        case "columns":
            return _columns(scope, typer, node, report)
        case "constant":
            return _constant(typer, node, report)
        case "share":
            return _share(typer, node, report)
        case "dataset":
            made = typer.type_expr(node)
            if not isinstance(made, WholeDataset) or not isinstance(made.type, DatasetType):
                return _wrong(made, "E0216", "A dataset or source stands here, by its name.", node, report)
            return made
        case "column":
            made = typer.type_expr(node)
            if not isinstance(made, WholeColumn):
                return _wrong(made, "E0216", "A column of a dataset stands here, as in `real.text`.", node, report)
            return made
        case "type":
            type_ = scope.file.type(node.name) if isinstance(node, ast.NameRef) else None
            if type_ is None:
                report(Diagnostic("E0205", "A declared type stands here.", node.span))
            return Value(None, UNKNOWN if type_ is None else type_, node.span)


def _on_no_rows(made: Expr) -> Expr:
    """An aggregate over rows that may be none: null where an aggregate in it then has no value."""
    from synthdsl.ops.table import aggregate

    for node in walk(made):
        if isinstance(node, Aggregate):
            fold = aggregate(node.operator).fold
            assert fold is not None
            try:
                fold().result()
            except Undefined:
                return replace(made, type=optional(made.type))
    return made


def _wrong(made: Expr, code: str, message: str, node: ast.Expr, report: Report) -> Expr:
    if not isinstance(made.type, UnknownType):
        report(Diagnostic(code, message, node.span))
    return Value(None, UNKNOWN, node.span)


def _columns(scope: Scope, typer: Typer, node: ast.Expr, report: Report) -> Expr:
    """One column, or a list of them, each under its name."""
    nodes = node.items if isinstance(node, ast.ListDisplay) else (node,)
    entries: list[tuple[str | None, Expr]] = []
    for one in nodes:
        made = _typed(scope, typer, one)
        name = _name_of(made)
        if isinstance(made.type, UnknownType):
            return Value(None, UNKNOWN, node.span)
        if name is None or any(name == n for n, _ in entries):
            message = "A column stands here, by its name, or a list of different ones."
            report(Diagnostic("E0216", message, one.span, ("`select(...)` gives the value of an expression a name.",)))
            return Value(None, UNKNOWN, node.span)
        entries.append((name, made))
    fields = tuple(Field(n, e.type) for n, e in entries if n is not None)
    return MakeRecord(tuple(entries), RecordType(fields), node.span)


def _name_of(expr: Expr) -> str | None:
    match expr:
        case ColumnRef(column):
            return column
        case FieldOf(base, name) if _name_of(base) is not None:
            return name
        case _:
            return None


def _constant(typer: Typer, node: ast.Expr, report: Report) -> Expr:
    made = typer.type_expr(node)
    known = constant(made)
    if known is None:
        if not isinstance(made.type, UnknownType):
            notes = ("It may use params and literals.",)
            report(Diagnostic("E0306", "This must be known before the run.", node.span, notes))
        return Value(None, UNKNOWN, node.span)
    return Value(known.value, made.type, node.span)


def _share(typer: Typer, node: ast.Expr, report: Report) -> Expr:
    """A share as [share, share]; a range may fall as well as rise, as in `real=100% .. 50%`."""
    ends = [_constant(typer, end, report) for end in _ends(node)]
    found: list[float] = []
    for end in ends:
        value = end.value if isinstance(end, Value) else None
        if isinstance(end.type, UnknownType):
            return end
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
            report(Diagnostic("E0309", "A share lies between 0% and 100%.", end.span))
            return Value(None, UNKNOWN, node.span)
        found.append(float(value))
    return Value([found[0], found[-1]], ListType(FLOAT), node.span)


def _ends(node: ast.Expr) -> Sequence[ast.Expr]:
    return (node.start, node.stop) if isinstance(node, ast.Range) else (node,)


def _wanted(
    operator: StepOperator, parameter: StepParameter, expr: Expr, scope: Scope, row: RecordType, report: Report
) -> Expr:
    if parameter.type is None or isinstance(expr.type, UnknownType):
        return expr
    where = f"'{parameter.name}' of '{operator.name}'"
    return want_type(_typer(scope, row, report), expr, parameter.type, where)


def finish_step(
    operator: StepOperator,
    call: ast.Call,
    given: Given,
    row: RecordType,
    rows: tuple[tuple[str, RecordType], ...],
    lineage: tuple[str, ...],
    report: Report,
) -> tuple[RecordType, tuple[tuple[str, Expr], ...]]:
    """The row that comes out of a step, and its arguments; what is wrong is reported."""
    site = StepSite(row, _seen(given), rows, lineage)
    return _finished(operator, call.function.span, given, site, report)


def finish_head(
    scope: Scope,
    operator: StepOperator,
    call: ast.Call,
    given: Given,
    rows: tuple[tuple[str, RecordType], ...],
    shares: Sequence[ast.Expr],
    report: Report,
) -> tuple[RecordType | None, tuple[tuple[str, Expr], ...]]:
    """The same for what joins datasets. shares: of the rows, one for each dataset where they were written so."""
    if shares:
        typer = _typer(scope, rows[0][1], report)
        parts = [_constant(typer, share, report) for share in shares]
        values: list[Any] = [p.value for p in parts if isinstance(p, Value)]
        wrong = next((p for p in parts if isinstance(p.type, UnknownType)), None)
        given = {"shares": wrong or Value(values, type_of(values), call.span), **given}
    site = StepSite(rows[0][1], _seen(given), rows)
    return _finished(operator, call.function.span, given, site, report)


def _seen(given: Given) -> dict[str, Argument]:
    return {name: Argument(expr.type, _known(expr), True, expr.span) for name, expr in given.items()}


def _known(expr: Expr) -> Constant | None:
    return Constant(expr.value) if isinstance(expr, Value) and expr.value is not None else None


def _finished(
    operator: StepOperator, span: Span, given: Given, site: StepSite, report: Report
) -> tuple[RecordType, tuple[tuple[str, Expr], ...]]:
    arguments = tuple(given.items())
    if any(isinstance(e.type, UnknownType) for e in given.values()):
        # Reported already; what comes out may have any column, but none that is known.
        return operator.result(site), arguments
    problems = list(operator.check(site)) if operator.check else []
    for problem in problems:
        place = site.given.get(problem.argument or "")
        report(Diagnostic(problem.code, problem.message, span if place is None else place.span, problem.notes))
    row = operator.result(site)
    for found in row.fields:
        known = not any(isinstance(f.type, UnknownType) for _, r in site.rows if (f := r.field(found.name)) is not None)
        if isinstance(found.type, UnknownType) and known and not problems and operator.kind == "head":
            types = ", ".join(f"{n}: {show(f.type)}" for n, r in site.rows if (f := r.field(found.name)) is not None)
            message = f"The column '{found.name}' has no type that all these datasets share ({types})."
            report(Diagnostic("E0312", message, span))
            break
    if operator.work is None:
        message = f"The step '{operator.name}' is part of the language, this version cannot run it."
        report(Diagnostic("E0905", message, span))
    return row, arguments
