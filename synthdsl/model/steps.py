"""Pipelines over whole datasets: which steps there are, what they take, what rows come out.

They are checked and typed here; each says at its name that this version cannot run it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from synthdsl.base.diagnostic import Diagnostic, Edit, Fix
from synthdsl.base.suggest import did_you_mean, nearest
from synthdsl.model.bodies import dotted
from synthdsl.model.declare import typer_of
from synthdsl.model.files import File
from synthdsl.model.program import Report
from synthdsl.model.scope import TypedRow, Workplace
from synthdsl.model.spec import Pipeline, Step
from synthdsl.model.typer import Typer
from synthdsl.syntax import ast
from synthdsl.types.relations import join, optional
from synthdsl.types.terms import (
    INT,
    UNKNOWN,
    DatasetType,
    Field,
    LiteralType,
    RecordType,
    Type,
    UnknownType,
)

Kind = Literal["row", "condition", "column", "value", "dataset", "type", "split", "keys", "aggregate"]
"""What an argument is: an expression over the row, a condition over it, a column's name, a constant, ..."""


@dataclass(frozen=True, slots=True)
class StepShape:
    """The arguments of a step by position and name; `rest` is the kind of further named ones."""

    positional: tuple[Kind, ...] = ()
    named: tuple[tuple[str, Kind], ...] = ()
    rest: Kind | None = None
    required: int = 0


STEPS: dict[str, StepShape] = {
    "filter": StepShape(("condition",), required=1),
    "select": StepShape(rest="row"),
    "dedup": StepShape(("row",), (("method", "value"), ("threshold", "value")), required=1),
    "decontaminate": StepShape(("row",), (("against", "dataset"), ("ngram", "value"), ("method", "value")), required=1),
    "regroup": StepShape((), (("to", "dataset"),), rest="aggregate"),
    "neighbours": StepShape(("row",), (("k", "value"), ("of", "dataset")), required=1),
    "antijoin": StepShape(("dataset",), (("on", "keys"),), required=1),
    "balance": StepShape((), (("by", "row"),)),
    "take": StepShape(("value",), (("by", "row"), ("diverse", "row"), ("apart", "value")), required=1),
    "sample": StepShape(("value",), required=1),
    "shuffle": StepShape(),
    "sort": StepShape((), (("by", "row"), ("descending", "value"))),
    "group": StepShape((), (("by", "keys"),), rest="aggregate"),
    "schedule": StepShape((), (("stages", "value"),), rest="value"),
    "split": StepShape((), (("group", "row"),), rest="split"),
    "review": StepShape(
        (),
        (("show", "keys"), ("ask", "type"), ("edit", "keys"), ("sample", "value"), ("overlap", "value")),
    ),
}
HEADS = ("mix", "union", "join")
"""What joins several datasets begins a pipeline."""


def make_pipeline(file: File, item: ast.PipelineDecl, report: Report) -> Pipeline | None:
    """A pipeline: its row type after all steps; findings on the way."""
    value = item.value
    head = value.head if isinstance(value, ast.Pipeline) else value
    calls = value.steps if isinstance(value, ast.Pipeline) else ()
    begun = _head(file, head, report)
    if begun is None:
        return None
    row, parents = begun
    steps: list[Step] = []
    for call in calls:
        assert isinstance(call.function, ast.NameRef)
        row, done = _step(file, call, call.function, row, report)
        steps.extend(done)
    if steps or not isinstance(head, ast.NameRef | ast.Attribute):
        place = calls[0].function.span if calls else head.span
        message = "A pipeline is part of the language, this version cannot run it."
        report(Diagnostic("E0905", message, place))
    name = file.prefix + item.name.text
    row = RecordType(row.fields, item.name.text)
    return Pipeline(name, tuple(parents), tuple(steps), row, item.doc, item.span)


def _head(file: File, node: ast.Expr, report: Report) -> tuple[RecordType, list[str]] | None:
    name = dotted(node)
    if name is not None:
        return _named(file, name, node, report)
    if isinstance(node, ast.Call) and isinstance(node.function, ast.NameRef):
        function = node.function.name
        if function in HEADS:
            return _joined(file, node, function, report)
        key = file.lookup(function)
        if key is not None and key.kind == "recipe":
            message = "A recipe over datasets is part of the language, this version cannot run it."
            report(Diagnostic("E0908", message, node.function.span))
            return None
        near = did_you_mean(function, HEADS)
        report(Diagnostic("E0222", f"A pipeline cannot begin with '{function}'.", node.function.span, near))
        return None
    report(Diagnostic("E0216", "A pipeline begins with a dataset, or with mix, union or join.", node.span))
    return None


def _named(file: File, name: str, node: ast.Expr, report: Report) -> tuple[RecordType, list[str]] | None:
    type_ = file.dataset(name)
    if type_ is not None:
        return type_.row, [type_.dataset]
    if file.is_broken(name) or ((key := file.lookup(name)) is not None and key.kind in ("dataset", "source")):
        return None
    known = [n for n in file.names() if (k := file.key(n)) and k.kind in ("dataset", "source")]
    if file.is_declared(name):
        report(Diagnostic("E0216", f"'{name}' is {file.kind(name)}, not a dataset or source.", node.span))
    else:
        report(Diagnostic("E0201", f"There is no dataset or source '{name}'.", node.span, did_you_mean(name, known)))
    return None


def _joined(file: File, node: ast.Call, function: str, report: Report) -> tuple[RecordType, list[str]] | None:
    places: list[tuple[str, ast.Expr]] = []
    for argument in node.arguments:
        value = argument.value
        if argument.name is None and isinstance(value, ast.MapDisplay) and function == "mix":
            for key, share in value.items:
                if isinstance(key, ast.Literal) and isinstance(key.value, str):
                    places.append((key.value, key))
                typer_of(file, TypedRow({}), Workplace(report)).type_expr(share)
        elif argument.name is None and (name := dotted(value)) is not None:
            places.append((name, value))
        elif argument.name is None:
            report(Diagnostic("E0216", f"'{function}' joins datasets by name.", value.span))
    found = [_named(file, name, place, report) for name, place in places]
    rows = [f for f in found if f is not None]
    if len(rows) < len(found) or not rows:
        return None
    fields: dict[str, Type] = {f.name: f.type for f in rows[0][0].fields}
    for other, _ in rows[1:]:
        if function == "join":
            fields.update({f.name: f.type for f in other.fields if f.name not in fields})
            continue
        for name in list(fields):
            found_field = other.field(name)
            fields[name] = optional(fields[name]) if found_field is None else _both(fields[name], found_field.type)
        fields.update({f.name: optional(f.type) for f in other.fields if f.name not in fields})
    ids = tuple(i for _, names in rows for i in names)
    if function != "join":
        fields["origin"] = LiteralType(ids)
    return RecordType(tuple(Field(n, t) for n, t in fields.items())), list(ids)


def _both(a: Type, b: Type) -> Type:
    joined = join(a, b)
    return UNKNOWN if joined is None else joined


def _step(
    file: File, call: ast.Call, function: ast.NameRef, row: RecordType, report: Report
) -> tuple[RecordType, list[Step]]:
    name = function.name
    shape = STEPS.get(name)
    if shape is None:
        near = nearest(name, STEPS)
        fixes = (Fix(f"Write '{near[0]}'", (Edit(function.span, near[0]),)),) if near else ()
        message = f"There is no step '{name}'."
        report(Diagnostic("E0222", message, function.span, did_you_mean(name, STEPS), (), fixes))
        return row, []
    work = Workplace(report, draws="it can stand in a 'var' only.", row_number="a pipeline looks at values only.")
    typer = typer_of(file, TypedRow({f.name: f.type for f in row.fields}), work)
    by_name = dict(shape.named)
    at = 0
    types: dict[str, Type] = {}
    for argument in call.arguments:
        if argument.name is None:
            if at >= len(shape.positional):
                report(Diagnostic("E0209", f"'{name}' takes {at} positional arguments.", argument.span))
                continue
            kind: Kind = shape.positional[at]
            at += 1
        elif argument.name.text in by_name:
            kind = by_name[argument.name.text]
        elif shape.rest is not None:
            kind = shape.rest
        else:
            near_names = did_you_mean(argument.name.text, by_name)
            message = f"'{name}' has no argument '{argument.name.text}'."
            report(Diagnostic("E0207", message, argument.name.span, near_names))
            continue
        type_ = _argument(typer, file, kind, argument.value, report)
        if argument.name is not None:
            types[argument.name.text] = type_
    if at < shape.required:
        report(Diagnostic("E0208", f"'{name}' lacks an argument.", call.span))
    return _after(name, row, types), [Step(name, (), call.span)]


def _argument(typer: Typer, file: File, kind: Kind, node: ast.Expr, report: Report) -> Type:
    if kind == "type":
        type_ = file.type(node.name) if isinstance(node, ast.NameRef) else None
        if type_ is None:
            report(Diagnostic("E0205", "A declared type stands here.", node.span))
        return UNKNOWN if type_ is None else type_
    if kind == "aggregate":
        typer.work.aggregates = True
        made = typer.type_expr(node)
        typer.work.aggregates = False
        return made.type
    if kind == "value" and isinstance(node, ast.Range):
        # A share may fall as well as rise: `real=100% .. 50%`.
        typer.type_expr(node.start)
        return typer.type_expr(node.stop).type
    made = typer.type_expr(node)
    if kind == "condition":
        typer.want_bool(made, "A filter")
    elif kind == "dataset" and not isinstance(made.type, DatasetType | UnknownType):
        from synthdsl.model.expr import WholeColumn

        if not isinstance(made, WholeColumn):
            report(Diagnostic("E0216", "A dataset, or a column of one, stands here.", node.span))
    return made.type


def _after(name: str, row: RecordType, types: dict[str, Type]) -> RecordType:
    fields = {f.name: f for f in row.fields}
    match name:
        case "select":
            return RecordType(tuple(Field(n, t) for n, t in types.items()))
        case "split":
            names = tuple(n for n in types if n != "group") or ("train", "test")
            fields["split"] = Field("split", LiteralType(names))
        case "schedule":
            fields["stage"] = Field("stage", INT)
        case "group":
            kept = [Field(n, t) for n, t in types.items() if n != "by"]
            return RecordType(tuple(kept))
        case "regroup":
            for n, t in types.items():
                if n != "to":
                    fields[n] = Field(n, t)
        case "review":
            asked = types.get("ask", UNKNOWN)
            fields["verdict"] = Field("verdict", optional(asked))
        case "neighbours":
            fields["neighbours"] = Field("neighbours", UNKNOWN)
        case _:
            pass
    return RecordType(tuple(fields.values()))
