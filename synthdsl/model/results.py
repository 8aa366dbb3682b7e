"""What a program is for: its outputs and expectations; and the declarations that cannot run yet."""

from __future__ import annotations

from collections.abc import Mapping

from synthdsl.base.diagnostic import Diagnostic, Label
from synthdsl.base.span import Span
from synthdsl.base.suggest import did_you_mean
from synthdsl.model.declare import typer_of
from synthdsl.model.expr import ColumnRef, WholeColumn
from synthdsl.model.files import File
from synthdsl.model.program import Report
from synthdsl.model.scope import TypedRow, Workplace
from synthdsl.model.spec import Check, Dataset, Expectation, Output, OutputKey, Pipeline, Source
from synthdsl.model.walk import outside_aggregates, walk
from synthdsl.syntax import ast
from synthdsl.types.terms import UnknownType

_NO_DRAWS = "it can stand in a 'var' only."
_NEW_SIDE = "The right side of 'moved' is the name of today."
_OLD_SIDE = "The left side of 'moved' is a name that is no longer used; without one, delete the line."


def dataset_named(file: File, name: ast.Name, report: Report) -> Dataset | Pipeline | Source | None:
    key = file.lookup(name.text)
    if key is None or key.kind not in ("dataset", "source"):
        if file.is_broken(name.text):
            return None
        known = [n for n in file.names() if (k := file.key(n)) and k.kind in ("dataset", "source")]
        if file.is_declared(name.text):
            message = f"'{name.text}' is {file.kind(name.text)}, not a dataset or source."
            report(Diagnostic("E0216", message, name.span))
        else:
            message = f"There is no dataset or source '{name.text}'."
            report(Diagnostic("E0201", message, name.span, did_you_mean(name.text, known)))
        return None
    file.program.used.add(key)
    found = file.program.get(key)
    return found if isinstance(found, Dataset | Pipeline | Source) else None


def typed_row(dataset: Dataset | Pipeline | Source) -> TypedRow:
    columns = dataset.columns if isinstance(dataset, Dataset) else ()
    conditions = {c.name: c.when for c in columns if c.when is not None}
    return TypedRow({f.name: f.type for f in dataset.row.fields}, conditions)


def make_output(file: File, item: ast.Output, report: Report) -> Output | None:
    """An output with its keys over the dataset's row; all columns where it has no body."""
    dataset = dataset_named(file, item.dataset, report)
    if dataset is None or not isinstance(item.path.value, str):
        return None
    format_ = "rows" if item.format is None else item.format.text
    keys: list[OutputKey] = []
    seen: dict[str, Span] = {}
    row = typed_row(dataset)
    work = Workplace(report, draws=_NO_DRAWS, row_number="an output looks at values only.")
    typer = typer_of(file, row, work)
    for key in item.keys:
        value = typer.type_expr(key.value)
        if key.name.text in seen:
            label = Label(seen[key.name.text], "first here")
            report(Diagnostic("E0202", f"The key '{key.name.text}' is given twice.", key.name.span, labels=(label,)))
            continue
        seen[key.name.text] = key.name.span
        keys.append(OutputKey(key.name.text, value, key.name.span))
    if not item.has_body:
        keys = [OutputKey(f.name, ColumnRef(f.name, f.type, item.span), item.span) for f in dataset.row.fields]
    return Output(
        item.path.value, dataset.id, format_, tuple(keys), item.doc, item.span, item.path.span, _format_span(item)
    )


def _format_span(item: ast.Output) -> Span:
    return item.dataset.span if item.format is None else item.format.span


def make_expectation(file: File, item: ast.Expect, texts: Mapping[str, str], report: Report) -> Expectation | None:
    """An `expect` block: conditions over aggregates of the dataset."""
    dataset = dataset_named(file, item.dataset, report)
    if dataset is None:
        return None
    checks: list[Check] = []
    row = typed_row(dataset)
    for check in item.checks:
        work = Workplace(report, draws=_NO_DRAWS, aggregates=True, row_number="an expectation looks at all rows.")
        typer = typer_of(file, row, work)
        condition = typer.type_expr(check.value)
        typer.want_bool(condition, "An expectation")
        loose = outside_aggregates(condition)
        if loose is not None:
            message = f"'{loose.column}' is one row's value; an expectation speaks of all rows."
            notes = (f"As in `every({loose.column} ...)`, `share(...)`, `mean({loose.column})`.",)
            report(Diagnostic("E0217", message, loose.span, notes))
            continue
        own = next((e for e in walk(condition) if isinstance(e, WholeColumn) and e.dataset == dataset.id), None)
        if own is not None:
            message = f"The expectation compares '{dataset.id}' with itself."
            report(Diagnostic("E0203", message, own.span, ("Another dataset or source stands here.",)))
            continue
        text = " ".join(texts.get(check.value.span.file, "")[check.value.span.start : check.value.span.end].split())
        if not isinstance(condition.type, UnknownType):
            checks.append(Check(check.name.text, condition, text, check.span))
    return Expectation(dataset.id, tuple(checks), item.span)


def not_yet(file: File, item: ast.Declaration, report: Report) -> None:
    """Declarations of the language that this version cannot run: checked where that is cheap, and said."""
    match item:
        case ast.Evaluate(dataset, against, measures, span):
            found = dataset_named(file, dataset, report)
            if against is not None:
                dataset_named(file, against, report)
            if found is not None:
                row = typed_row(found)
                for measure in measures:
                    typer_of(file, row, Workplace(report, draws=_NO_DRAWS, aggregates=True)).type_expr(measure.value)
            message = "'evaluate' is part of the language, this version cannot run it."
            report(Diagnostic("E0906", message, span.within(0, len("evaluate"))))
        case _:
            pass


def read_moves(file: File, report: Report) -> dict[str, str]:
    """`moved` statements: new place (`dataset` or `dataset.column`) -> the name its draws go by."""
    moves: dict[str, str] = {}
    for item in file.module.items:
        if not isinstance(item, ast.Moved):
            continue
        old, new = item.old, item.new
        if len(old) != len(new) or len(old) not in (1, 2):
            message = "Both sides of 'moved' name a dataset, or a dataset and a column."
            note = "As in `moved people.name -> people.full_name`."
            report(Diagnostic("E0223", message, item.span, (note,)))
            continue
        declared = file.items.get(new[0].text)
        if not isinstance(declared, ast.DatasetDecl):
            near = did_you_mean(new[0].text, [n for n, i in file.items.items() if isinstance(i, ast.DatasetDecl)])
            message = f"This file has no dataset '{new[0].text}' with columns of its own."
            report(Diagnostic("E0223", message, new[0].span, (*near, _NEW_SIDE)))
            continue
        if len(new) == 2:
            _move_column(declared, old, new, moves, report)
        elif old[0].text in file.items:
            message = f"'{old[0].text}' still exists, so it was not moved."
            report(Diagnostic("E0223", message, old[0].span, (_OLD_SIDE,)))
        else:
            moves[new[0].text] = old[0].text
    return moves


def _move_column(
    declared: ast.DatasetDecl,
    old: tuple[ast.Name, ...],
    new: tuple[ast.Name, ...],
    moves: dict[str, str],
    report: Report,
) -> None:
    from synthdsl.model.bodies import column_statements

    columns = column_statements(declared)
    if new[1].text not in columns:
        notes = (*did_you_mean(new[1].text, columns), _NEW_SIDE)
        report(Diagnostic("E0223", f"'{new[0].text}' has no column '{new[1].text}'.", new[1].span, notes))
    elif old[1].text in columns and old[0].text == new[0].text:
        message = f"'{old[1].text}' still exists, so it was not moved."
        report(Diagnostic("E0223", message, old[1].span, (_OLD_SIDE,)))
    else:
        moves[f"{new[0].text}.{new[1].text}"] = old[1].text
