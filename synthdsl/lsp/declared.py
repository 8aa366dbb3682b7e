"""The places where names stand in the syntax itself: declarations, types, calls, clauses."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from synthdsl.base.span import Span
from synthdsl.lsp.syntax_walk import nodes
from synthdsl.syntax import ast

if TYPE_CHECKING:
    from synthdsl.lsp.binding import Binder, Occurrence

_PARTS = re.compile(r"""[()]|\}\}|'[^'\n]*'|"[^"\n]*"|\b([^\W\d]\w*)\s*=(?!=)""")
"""Of a call in a template: brackets, its end, strings, names of arguments."""

_OWN = ast.Var | ast.TemplateColumn | ast.Llm | ast.Iterate | ast.Chat


def declared(binder: Binder, file: str, module: ast.Module) -> Iterator[Occurrence]:
    """All of a file."""
    from synthdsl.lsp.binding import Occurrence, Target

    for item in module.items:
        name = getattr(item, "name", None)
        if isinstance(name, ast.Name):
            yield Occurrence(Target("global", file, "", name.text), name.span, True)
        yield from _clauses(binder, file, item)
        if isinstance(item, ast.DatasetDecl):
            for statement in item.body:
                if isinstance(statement, _OWN):
                    target = Target("column", file, item.name.text, statement.name.text)
                    yield Occurrence(target, statement.name.span, True)
        for node in nodes(item):
            yield from _inside(binder, file, item, node)


def _clauses(binder: Binder, file: str, item: Any) -> Iterator[Occurrence]:
    """The datasets and columns that a declaration speaks of."""
    from synthdsl.lsp.binding import Occurrence, Target

    if isinstance(item, ast.Output | ast.Expect | ast.Evaluate):
        yield from _global(binder, file, item.dataset.text, item.dataset.span)
    if isinstance(item, ast.Evaluate) and item.against is not None:
        yield from _global(binder, file, item.against.text, item.against.span)
    if isinstance(item, ast.SourceDecl) and isinstance(item.type, ast.RecordTypeExpr):
        for column in item.type.fields:
            target = Target("column", file, item.name.text, column.name.text)
            yield Occurrence(target, column.name.span, True)
    if isinstance(item, ast.TypeDecl) and isinstance(item.type, ast.RecordTypeExpr):
        for part in item.type.fields:
            yield Occurrence(Target("field", file, item.name.text, part.name.text), part.name.span, True)
    if isinstance(item, ast.Moved):
        yield from _global(binder, file, item.new[0].text, item.new[0].span)
        if len(item.new) > 1:
            moved = binder.column(file, item.new[0].text, item.new[1].text)
            if moved is not None:
                yield Occurrence(moved, item.new[1].span)
    if isinstance(item, ast.Import):
        other = binder.file_of(file, item)
        for wanted in item.names if other is not None else ():
            yield from _global(binder, other or "", wanted.name.text, wanted.name.span)


def _inside(binder: Binder, file: str, item: Any, node: Any) -> Iterator[Occurrence]:
    from synthdsl.lsp.binding import Occurrence, Target

    owner = item.name.text if isinstance(item, ast.DatasetDecl) else ""
    match node:
        case ast.NamedType(name=name):
            yield from _global(binder, file, name.text, name.span)
        case ast.Call(function=ast.NameRef(name=called, span=span)):
            yield from _global(binder, file, called, span)
            yield from _named_arguments(binder, file, called, node)
        case ast.Attribute(base=ast.NameRef(name=module), name=name):
            yield from _global(binder, file, f"{module}.{name.text}", name.span)
        case ast.Rule(name=name):
            yield Occurrence(Target("rule", file, owner, name.text), name.span, True)
            if node.otherwise is not None and node.otherwise.column is not None:
                yield from _bare(binder, node.otherwise.column)
        case ast.Violate(rule=name):
            yield Occurrence(Target("rule", file, owner, name.text), name.span)
        case ast.Parameter(name=name) | ast.Comprehension(target=name):
            yield Occurrence(Target("local", file, "", name.text, name.span.start), name.span, True)
        case ast.Llm(target=ast.Name() as name):
            yield Occurrence(Target("local", file, "", name.text, name.span.start), name.span, True)
        case ast.Rows(each=ast.Name() as name):
            yield Occurrence(Target("local", file, owner, name.text, name.span.start), name.span, True)
        case ast.NameRef(name=text, span=span):
            # Where nothing is typed (the dataset that rows come from) typing tells nothing of the name.
            if span not in binder.analysis.uses.names:
                target = binder.bare(text, span)
                if target is not None:
                    yield Occurrence(target, span)
    if isinstance(item, ast.Recipe) and isinstance(node, _OWN):
        yield Occurrence(Target("local", file, "", node.name.text, node.name.span.start), node.name.span, True)
    if isinstance(node, ast.Iterate):
        for inner in node.body:
            if isinstance(inner, _OWN):
                target = Target("local", file, "", inner.name.text, inner.name.span.start)
                yield Occurrence(target, inner.name.span, True)


def _named_arguments(binder: Binder, file: str, called: str, node: ast.Call) -> Iterator[Occurrence]:
    from synthdsl.lsp.binding import Occurrence, Target

    found = binder.item(file, called)
    if found is None or not isinstance(found[1], ast.TemplateDecl | ast.Recipe):
        return
    places = {p.name.text: p.name.span.start for p in found[1].parameters}
    for argument in node.arguments:
        if argument.name is not None and argument.name.text in places:
            text = argument.name.text
            yield Occurrence(Target("local", found[0], "", text, places[text]), argument.name.span)


def called_in_template(binder: Binder, span: Span, called: str) -> Iterator[Occurrence]:
    """A call inside a template: what is called, and the parameters that are named."""
    from synthdsl.lsp.binding import Occurrence, Target

    text = binder.analysis.compiled.texts[span.file].text
    if text[span.start : span.end] != called:
        return
    yield from _global(binder, span.file, called, span)
    found = binder.item(span.file, called)
    if found is None or not isinstance(found[1], ast.TemplateDecl | ast.Recipe):
        return
    places = {p.name.text: p.name.span.start for p in found[1].parameters}
    depth = 0
    for hit in _PARTS.finditer(text, span.end):
        part = hit[0]
        if part == "(":
            depth += 1
        elif part == ")":
            depth -= 1
        elif hit[1] is not None and depth == 1 and hit[1] in places:
            target = Target("local", found[0], "", hit[1], places[hit[1]])
            yield Occurrence(target, Span(span.file, hit.start(1), hit.end(1)))
        if depth <= 0 or part == "}}":
            return


def _global(binder: Binder, file: str, name: str, span: Span) -> Iterator[Occurrence]:
    from synthdsl.lsp.binding import Occurrence

    target = binder.global_(file, name)
    if target is not None:
        start = span.end - len(name.rsplit(".", 1)[-1])
        yield Occurrence(target, Span(span.file, start, span.end))


def _bare(binder: Binder, name: ast.Name) -> Iterator[Occurrence]:
    from synthdsl.lsp.binding import Occurrence

    target = binder.bare(name.text, name.span)
    if target is not None:
        yield Occurrence(target, name.span)
