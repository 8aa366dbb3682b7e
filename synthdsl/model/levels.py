"""Trees: `from D levels K each x in parent.children`, rows of rows of the same dataset.

What a row of a tree sees of the row above it: `parent`, a record. The row above is one of D on the first level and one
of the tree itself on all others, so `parent` has the columns of both. Of the tree's own columns those with a declared
type can be read, as of a pool that grows; what D does not have is null on the first level.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from synthdsl.base.diagnostic import Diagnostic
from synthdsl.model.program import Report
from synthdsl.syntax import ast
from synthdsl.types.relations import join, optional
from synthdsl.types.show import show
from synthdsl.types.terms import Field, IntType, RecordType, Type, UnknownType

PARENT_RECORD = "parent"
LEVEL = "level"
MADE_HERE = (PARENT_RECORD, LEVEL)
"""Columns that the compiler makes in a tree; `parent` is no part of its rows."""

MAX_LEVELS = 100


def tree_columns(roots: RecordType, own: Mapping[str, Type | None], levels: int) -> dict[str, Type]:
    """The columns that rows of a tree have before their own: of the root above them, `parent`, `level`.

    own: the tree's own columns with their declared types, None where there is none.
    """
    kept = {f.name: f.type for f in roots.fields if f.name not in own and f.name not in MADE_HERE}
    fields: list[Field] = []
    for field in roots.fields:
        if field.name in MADE_HERE:
            continue
        declared = own.get(field.name)
        if field.name not in own:
            fields.append(Field(field.name, field.type, field.doc))
        elif declared is not None:
            joined = join(field.type, declared)
            fields.append(Field(field.name, declared if joined is None else joined, field.doc))
    known = {f.name for f in roots.fields}
    fields += [Field(n, optional(t)) for n, t in own.items() if t is not None and n not in known]
    return {**kept, PARENT_RECORD: RecordType(tuple(fields)), LEVEL: IntType(1, levels)}


def check_tree(item: ast.DatasetDecl, roots: RecordType, own: Mapping[str, Type | None], report: Report) -> None:
    """Report what a tree cannot have."""
    rows = item.rows
    for clause in (rows.of, rows.within):
        if clause is not None:
            message = "A tree has one row for each item; `of` and `accepted within` cannot stand with `levels`."
            report(Diagnostic("E0101", message, clause.span))
            break
    names = {s.name.text: s.name.span for s in _columns(item.body)}
    for name in MADE_HERE:
        if name in names:
            report(Diagnostic("E0219", f"'{name}' is a column that the compiler makes in a tree.", names[name]))
        elif roots.field(name) is not None and rows.source is not None:
            message = f"'{name}' is a column that the compiler makes in a tree; the rows that it begins with have one."
            report(Diagnostic("E0219", message, rows.source.span, ("`|> select(...)` gives it another name.",)))
    for field in roots.fields:
        declared = own.get(field.name)
        if field.name not in own or isinstance(field.type, UnknownType):
            continue
        if declared is None or join(field.type, declared) is None:
            message = (
                f"'{field.name}' takes the place of a column of the first rows, so its type is {show(field.type)}."
            )
            report(Diagnostic("E0301", message, names[field.name]))


def _columns(
    body: Iterable[ast.Statement],
) -> Iterable[ast.Var | ast.Llm | ast.TemplateColumn | ast.Iterate | ast.Chat]:
    return (s for s in body if isinstance(s, ast.Var | ast.Llm | ast.TemplateColumn | ast.Iterate | ast.Chat))
