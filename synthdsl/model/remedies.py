"""What a rule does where it does not hold, as far as it asks a model again: `else retry`, `else repair`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from synthdsl.base.diagnostic import Diagnostic
from synthdsl.base.suggest import did_you_mean
from synthdsl.model.declare import evaluate, typer_of
from synthdsl.model.files import File
from synthdsl.model.program import Report
from synthdsl.model.scope import Workplace
from synthdsl.model.spec import Column
from synthdsl.model.work import Call, Prompt
from synthdsl.syntax import ast
from synthdsl.types.show import show
from synthdsl.types.terms import ModelType, UnknownType

if TYPE_CHECKING:
    from synthdsl.model.bodies import BodyRow

ACTIONS = ("drop", "flag", "fail", "retry", "repair")
CHOICES = (
    "Choose one of `else drop`, `else flag`, `else fail`, `else retry COLUMN 2`, `else repair COLUMN by MODEL ...`."
)
MAX_TIMES = 100


@dataclass(frozen=True, slots=True)
class Remedy:
    """The column to be made again or replaced; how often at most; the call that replaces it."""

    target: str | None = None
    times: int = 0
    repair: Call | None = None


def read_else(
    file: File,
    row: BodyRow,
    statement: ast.Rule,
    columns: Mapping[str, Column],
    reads: Mapping[str, None],
    report: Report,
) -> Remedy:
    """The remedy of a rule; without a target for those that drop, flag or fail, and after a report."""
    node = statement.otherwise
    assert node is not None
    word = node.action.text
    if word not in ACTIONS:
        near = did_you_mean(word, ACTIONS)
        report(Diagnostic("E0504", f"A rule cannot end in 'else {word}'.", node.action.span, (*near, CHOICES)))
        return Remedy()
    if word in ("drop", "flag", "fail"):
        return Remedy()
    target = _target(row, node, columns, reads, report)
    if word == "retry":
        times = 1 if node.times is None else evaluate(file, node.times, report)
        if times is None:
            return Remedy()
        if isinstance(times, bool) or not isinstance(times, int) or not 1 <= times <= MAX_TIMES:
            assert node.times is not None
            message = f"A number of retries lies between 1 and {MAX_TIMES}."
            report(Diagnostic("E0309", message, node.times.span))
            return Remedy()
        return Remedy(target, times)
    work = Workplace(report)
    typer = typer_of(file, row, work)
    if node.model is None or node.prompt is None:
        message = '\'else repair\' needs a model and a prompt: `else repair COLUMN by MODEL """..."""`.'
        report(Diagnostic("E0208", message, node.span))
        return Remedy()
    model = typer.type_expr(node.model)
    if not isinstance(model.type, ModelType | UnknownType):
        typer.problem("E0301", f"A call needs a model, this is {show(model.type)}.", node.model.span)
    prompt = typer.type_expr(node.prompt)
    if target is None:
        return Remedy()
    return Remedy(target, 1, Call(model, (Prompt("user", prompt),), columns[target].type))


def _target(
    row: BodyRow, node: ast.Otherwise, columns: Mapping[str, Column], reads: Mapping[str, None], report: Report
) -> str | None:
    if node.column is None:
        message = f"'else {node.action.text}' names the column that is made again."
        report(Diagnostic("E0208", message, node.action.span))
        return None
    name, span = node.column.text, node.column.span
    if name not in columns:
        if row.column(name) is None:
            report(Diagnostic("E0201", f"There is no column '{name}'.", span, did_you_mean(name, row.names())))
        else:
            message = f"'{name}' comes from the row's parent; it cannot be made again here."
            report(Diagnostic("E0509", message, span, ("Let a rule of the parent dataset ask again.",)))
        return None
    column = columns[name]
    if not _asks(column):
        # A computed column is made again by asking for what it is computed from.
        message = f"'{name}' is not written by a model, so asking again would not change it."
        paid = [c for c in columns if _asks(columns[c]) and _reaches(name, c, columns)]
        notes = (f"It is computed from {', '.join(paid)}.",) if paid else ()
        if node.action.text == "repair" and not column.is_paid:
            return name
        report(Diagnostic("E0509", message, span, notes))
        return None
    if not any(_reaches(read, name, columns) for read in reads):
        message = f"The rule does not depend on '{name}', so asking for it again cannot help."
        report(Diagnostic("E0509", message, span))
        return None
    return name


def _asks(column: Column) -> bool:
    return column.work is not None


def _reaches(start: str, wanted: str, columns: Mapping[str, Column]) -> bool:
    """Whether `start` is `wanted` or is made from it."""
    seen: set[str] = set()
    stack = [start]
    while stack:
        name = stack.pop()
        if name == wanted:
            return True
        if name not in seen and name in columns:
            seen.add(name)
            stack.extend(columns[name].reads)
    return False
