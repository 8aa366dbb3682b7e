"""The outline of a file: its declarations, with what stands in them."""

from __future__ import annotations

from dataclasses import dataclass

from synthdsl.base.span import Span
from synthdsl.model.files import KINDS
from synthdsl.syntax import ast

_STATEMENTS: dict[type, str] = {
    ast.Var: "var",
    ast.TemplateColumn: "template",
    ast.Llm: "llm",
    ast.Chat: "chat",
    ast.Iterate: "iterate",
    ast.Rule: "rule",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of an outline. kind: the word that begins it in the file."""

    name: str
    kind: str
    span: Span
    named: Span
    inside: tuple[Entry, ...] = ()


def outline(module: ast.Module) -> list[Entry]:
    """All declarations in the order written."""
    found = []
    for item in module.items:
        kind = KINDS.get(type(item))
        if kind is not None:
            named = item.name  # type: ignore[union-attr]
            found.append(Entry(named.text, kind, item.span, named.span, _inside(item)))
        elif isinstance(item, ast.Output):
            found.append(Entry(str(item.path.value), "output", item.span, item.path.span, _named(item.keys)))
        elif isinstance(item, ast.Expect):
            found.append(
                Entry(f"expect {item.dataset.text}", "expect", item.span, item.dataset.span, _named(item.checks))
            )
        elif isinstance(item, ast.Test):
            found.append(Entry(str(item.title.value), "test", item.span, item.title.span))
    return found


def _inside(item: object) -> tuple[Entry, ...]:
    if isinstance(item, ast.DatasetDecl | ast.Recipe):
        kinds = ((s, _STATEMENTS.get(type(s))) for s in item.body or ())
        return tuple(Entry(s.name.text, kind, s.span, s.name.span) for s, kind in kinds if kind)  # type: ignore[union-attr]
    if isinstance(item, ast.TypeDecl | ast.SourceDecl) and isinstance(item.type, ast.RecordTypeExpr):
        return tuple(Entry(f.name.text, "field", f.span, f.name.span) for f in item.type.fields)
    return ()


def _named(parts: tuple[ast.NamedExpr, ...]) -> tuple[Entry, ...]:
    return tuple(Entry(p.name.text, "key", p.span, p.name.span) for p in parts)
