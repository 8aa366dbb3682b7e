"""Warnings for what is declared and never used: columns, declarations, calls that reach no output."""

from __future__ import annotations

from collections.abc import Iterator

from synthdsl.base.diagnostic import Diagnostic
from synthdsl.model.expr import ColumnRef, Expr, FieldOf, WholeColumn, WholeDataset
from synthdsl.model.files import KINDS, File
from synthdsl.model.levels import PARENT_RECORD
from synthdsl.model.program import Key, Program
from synthdsl.model.spec import Dataset, DerivedRows, Pipeline, Spec
from synthdsl.model.walk import walk
from synthdsl.syntax import ast


def unused(root: File, spec: Spec, program: Program) -> list[Diagnostic]:
    """The findings for the root file; imported files are libraries, which nobody uses whole."""
    findings = list(_declarations(root, program))
    written = any(isinstance(i, ast.Output) for i in root.module.items)
    if not written and any(isinstance(d, Dataset | Pipeline) for d in spec.datasets):
        place = root.module.span.within(0, 0)
        findings.append(Diagnostic("W0701", "Nothing is written: the spec has no output.", place))
        return findings
    findings.extend(_columns(root, spec))
    return findings


def _declarations(root: File, program: Program) -> Iterator[Diagnostic]:
    for name, item in root.items.items():
        key = Key(KINDS[type(item)], root.file, name)
        if key in program.used or isinstance(item, ast.Recipe | ast.Extern):
            continue
        if isinstance(item, ast.DatasetDecl | ast.PipelineDecl) and not any(
            isinstance(i, ast.Output) for i in root.module.items
        ):
            continue
        yield Diagnostic("W0202", f"The {_word(item)} '{name}' is never used.", item.name.span)


def _word(item: object) -> str:
    words = {
        ast.Param: "param",
        ast.ModelDecl: "model",
        ast.TypeDecl: "type",
        ast.TemplateDecl: "template",
        ast.SourceDecl: "source",
    }
    return words.get(type(item), "dataset")


def _columns(root: File, spec: Spec) -> Iterator[Diagnostic]:
    read = _read_columns(spec)
    for dataset in spec.datasets:
        if not isinstance(dataset, Dataset) or dataset.span.file != root.file:
            continue
        if dataset.id in read and read[dataset.id] is None:
            continue
        used = set(read.get(dataset.id) or ())
        for rule in dataset.rules:
            used.update(_names(rule.condition))
        if dataset.archive is not None:
            for expr in (dataset.archive.score, *dataset.archive.keys):
                used.update(_names(expr))
        for column in dataset.columns:
            used.update(column.reads)
        used.update(_through_parent(dataset))
        for column in dataset.columns:
            if column.name not in used and not column.name.startswith("_") and column.kind != "steps":
                statement = f"'{column.name}' is computed and never used."
                code = "W0901" if column.is_paid else "W0201"
                yield Diagnostic(code, statement, column.span)


def _through_parent(dataset: Dataset) -> set[str]:
    """What the rows of a tree read of the row above, which is a row of the tree."""
    rows = dataset.rows
    if not isinstance(rows, DerivedRows) or rows.levels is None:
        return set()
    exprs = [e for c in dataset.columns for e in c.expressions] + [r.condition for r in dataset.rules]
    exprs += [] if rows.items is None else [rows.items]
    found = (node for e in exprs for node in walk(e) if isinstance(node, FieldOf))
    return {n.name for n in found if isinstance(n.base, ColumnRef) and n.base.column == PARENT_RECORD}


def _names(expr: Expr) -> set[str]:
    return {e.column for e in walk(expr) if isinstance(e, ColumnRef)}


def _read_columns(spec: Spec) -> dict[str, set[str] | None]:
    """For each dataset the columns that others read; None when all are (a child inherits them)."""
    read: dict[str, set[str] | None] = {}

    def add(dataset: str, names: set[str] | None) -> None:
        old = read.setdefault(dataset, set())
        if names is None:
            read[dataset] = None
        elif old is not None:
            old.update(names)

    for output in spec.outputs:
        for key in output.keys:
            add(output.dataset, _names(key.value))
        if "." not in output.path.rpartition("/")[2]:
            # A folder gets its files by the column `split`, which is then read without being a key.
            add(output.dataset, {"split"})
    for expectation in spec.expectations:
        for check in expectation.checks:
            add(expectation.dataset, _names(check.condition))
    for dataset in spec.datasets:
        if isinstance(dataset, Pipeline):
            for parent in dataset.parents:
                add(parent, None)
            continue
        if isinstance(dataset.rows, DerivedRows):
            add(dataset.rows.parent, None)
        for column in dataset.columns:
            for expr in (e for whole in column.expressions for e in walk(whole)):
                if isinstance(expr, WholeColumn):
                    add(expr.dataset, {expr.column})
                elif isinstance(expr, WholeDataset):
                    add(expr.dataset, None)
    return read
