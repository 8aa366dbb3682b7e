"""`keep best SCORE per KEYS`: what rows of a pool that grows are compared by, checked against the dataset's own row."""

from __future__ import annotations

from synthdsl.model.calls import is_scalar
from synthdsl.model.declare import typer_of
from synthdsl.model.expr import WholeColumn, WholeDataset
from synthdsl.model.files import File
from synthdsl.model.program import Report
from synthdsl.model.scope import RowScope, Workplace
from synthdsl.model.spec import Archive
from synthdsl.model.walk import walk
from synthdsl.syntax import ast
from synthdsl.types.relations import is_number
from synthdsl.types.show import show
from synthdsl.types.terms import UnknownType


def read_archive(file: File, item: ast.DatasetDecl, row: RowScope, report: Report) -> Archive | None:
    """The score and the keys; None where the dataset keeps all rows."""
    if item.rows.best is None or (item.rows.grow is None and item.rows.levels is None):
        return None
    work = Workplace(report, draws="it can stand in a 'var' only.", row_number="rows are compared here.")
    typer = typer_of(file, row, work)
    score = typer.type_expr(item.rows.best)
    if not is_number(score.type) and not isinstance(score.type, UnknownType):
        typer.problem("E0301", f"The best has the highest number, this is {show(score.type)}.", item.rows.best.span)
    keys = tuple(typer.type_expr(node) for node in item.rows.per)
    for key, node in zip(keys, item.rows.per, strict=True):
        if not is_scalar(key.type) and not isinstance(key.type, UnknownType):
            typer.problem("E0301", f"What tells rows apart is one plain value, this is {show(key.type)}.", node.span)
    for expr, node in zip((score, *keys), (item.rows.best, *item.rows.per), strict=True):
        if any(isinstance(part, WholeColumn | WholeDataset) for part in walk(expr)):
            typer.problem("E0217", "Rows are compared by their own values, not by those of a dataset.", node.span)
    return Archive(score, keys)
