"""What each name in a file stands for, and the other way round: all places where a thing is named.

The order of names is the language's own: those of the innermost body or loop first, then the row's columns, then
what the file declares or imports. Places inside templates come from what typing told (`analysis.Uses`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from synthdsl.base.record import record
from synthdsl.base.span import Span
from synthdsl.lsp.analysis import Analysis
from synthdsl.lsp.syntax_walk import enclosing
from synthdsl.model.expr import WholeDataset
from synthdsl.syntax import ast
from synthdsl.types.terms import DatasetType, ListType, RecordType

_OWN = ast.Var | ast.TemplateColumn | ast.Llm | ast.Iterate | ast.Chat
_MADE = ("select", "group", "regroup")


@record
class Target:
    """A thing that has a name. kind: "global", "column", "rule", "field", "local". owner: its declaration's name."""

    kind: str
    file: str
    owner: str
    name: str
    place: int = 0


@dataclass(frozen=True, slots=True)
class Occurrence:
    """A place where a target is named. defines: whether it is named here for the first time."""

    target: Target
    span: Span
    defines: bool = False


class Binder:
    """Resolves names of one analysis."""

    def __init__(self, analysis: Analysis) -> None:
        self.analysis = analysis

    # --- names of files

    def item(self, file: str, name: str) -> tuple[str, Any] | None:
        """The declaration that a name of a file stands for, `alias.name` too, with the file it stands in."""
        module = self.analysis.module_of(file)
        if module is None:
            return None
        head, _, rest = name.partition(".")
        for declared in module.items:
            if isinstance(declared, ast.Import):
                found = self._imported(file, declared, head, rest)
                if found is not None:
                    return found
            elif not rest and (named := getattr(declared, "name", None)) is not None and named.text == name:
                return file, declared
        return None

    def _imported(self, file: str, item: ast.Import, head: str, rest: str) -> tuple[str, Any] | None:
        other = self.file_of(file, item)
        if other is None:
            return None
        if rest and head == alias_of(item):
            return self.item(other, rest)
        for wanted in item.names:
            if not rest and (wanted.alias or wanted.name).text == head:
                return self.item(other, wanted.name.text)
        return None

    def file_of(self, file: str, item: ast.Import) -> str | None:
        """The name in spans of the file that an import opens; None when it could not be opened."""
        if not item.is_path:
            return item.module if item.module in self.analysis.compiled.texts else None
        from synthdsl.project import shown_name

        name = shown_name(file, item.module)
        return name if name in self.analysis.compiled.texts else None

    def global_(self, file: str, name: str) -> Target | None:
        """What a file declares or imports under a name."""
        found = self.item(file, name)
        return None if found is None else Target("global", found[0], "", found[1].name.text)

    # --- columns

    def column(self, file: str, dataset: str, name: str, before: int | None = None) -> Target | None:
        """A column of a dataset or source. before: in a pipeline only steps that end before this count."""
        seen: set[tuple[str, str]] = set()
        while (found := self.item(file, dataset)) is not None:
            file, item = found
            if (file, item.name.text) in seen:
                return None
            seen.add((file, item.name.text))
            match item:
                case ast.DatasetDecl():
                    if any(isinstance(s, _OWN) and s.name.text == name for s in item.body):
                        return Target("column", file, item.name.text, name)
                    if item.rows.each is not None and item.rows.each.text == name:
                        return Target("local", file, item.name.text, name, item.rows.each.span.start)
                    dataset = written(item.rows.source)
                case ast.SourceDecl():
                    return Target("column", file, item.name.text, name)
                case ast.PipelineDecl(value=ast.Pipeline(head=head, steps=steps)):
                    for step in steps:
                        if before is None or step.span.end < before:
                            for argument in step.arguments:
                                if _makes(step, argument, name):
                                    return Target("column", file, item.name.text, name)
                    dataset = written(head)
                case ast.PipelineDecl(value=value):
                    dataset = written(value)
                case _:
                    return None
            before = None
            if not dataset:
                return None
        return None

    # --- bare names

    def bare(self, name: str, span: Span) -> Target | None:
        """What a bare name at a place of an expression stands for."""
        module = self.analysis.module_of(span.file)
        if module is None:
            return None
        around = enclosing(module, span)
        for node in reversed(around):
            place = self._bound_by(node, name, span)
            if place is not None:
                return Target("local", span.file, "", name, place)
        for node in around:
            match node:
                case ast.DatasetDecl():
                    found = self.column(span.file, node.name.text, name)
                case ast.PipelineDecl():
                    found = self.column(span.file, node.name.text, name, span.start)
                case ast.Output() | ast.Expect() | ast.Evaluate():
                    found = self.column(span.file, node.dataset.text, name)
                case _:
                    continue
            if found is not None:
                return found
        return self.global_(span.file, name)

    def _bound_by(self, node: Any, name: str, span: Span) -> int | None:
        """Where a node that stands around a place binds a name, as an offset."""
        match node:
            case ast.Comprehension(target=target) | ast.Llm(target=ast.Name() as target) if target.text == name:
                return target.span.start
            case ast.TemplateDecl(parameters=parameters) | ast.Recipe(parameters=parameters):
                for parameter in parameters:
                    if parameter.name.text == name:
                        return parameter.name.span.start
        if isinstance(node, ast.Recipe | ast.Iterate):
            for statement in node.body or ():
                if isinstance(statement, _OWN) and statement.name.text == name:
                    return statement.name.span.start
        if isinstance(node, ast.Chat):
            return next(
                (p.role.span.start for p in node.parts if isinstance(p, ast.Turn) and p.role.text == name), None
            )
        if isinstance(node, ast.TemplateText):
            return _set_in_template(self.analysis.compiled.texts[span.file].text, node, name, span)
        return None

    # --- fields

    def field(self, span: Span) -> Target | None:
        """What a field at a place stands for: a column of a whole dataset, or a field of a declared record."""
        use = self.analysis.uses.fields[span]
        base, type_ = use.base, use.base.type
        if isinstance(base, WholeDataset) and isinstance(type_, DatasetType):
            text = self.analysis.compiled.texts[span.file].text[base.span.start : base.span.end]
            return self.column(span.file, text.strip(), use.name)
        while isinstance(type_, ListType):
            type_ = type_.item
        if not isinstance(type_, RecordType) or not type_.name:
            return None
        for file in (span.file, *self.analysis.compiled.texts):
            found = self.item(file, type_.name)
            if found is not None and isinstance(found[1], ast.TypeDecl):
                return Target("field", found[0], found[1].name.text, use.name)
        return None

    # --- all of a file

    def occurrences(self, file: str) -> Iterator[Occurrence]:
        """All places of a file where something is named."""
        module = self.analysis.module_of(file)
        if module is None:
            return
        from synthdsl.lsp.declared import called_in_template, declared

        yield from declared(self, file, module)
        for name in self.analysis.uses.names.values():
            if name.span.file == file:
                target = self.bare(name.name, name.span)
                if target is not None:
                    yield Occurrence(target, name.span)
        for span, called in self.analysis.uses.calls.items():
            if span.file == file:
                yield from called_in_template(self, span, called)
        for span in self.analysis.uses.fields:
            if span.file == file:
                target = self.field(span)
                if target is not None:
                    yield Occurrence(target, span)

    def at(self, file: str, offset: int) -> Occurrence | None:
        """What is named at an offset."""
        best: Occurrence | None = None
        for found in self.occurrences(file):
            around = found.span.start <= offset <= found.span.end
            if around and (best is None or found.span.end - found.span.start < best.span.end - best.span.start):
                best = found
        return best


def alias_of(item: ast.Import) -> str | None:
    """The name under which an import's file is visible as a whole."""
    if item.alias is not None:
        return item.alias.text
    if item.names:
        return None
    stem = item.module.rsplit("/", 1)[-1].removesuffix(".synth") if item.is_path else item.module
    return stem.rsplit(".", 1)[-1]


def written(node: Any) -> str:
    """The dataset that an expression names, `alias.name` too; that of a pipeline is its head. Empty for others."""
    match node:
        case ast.NameRef(name=name):
            return name
        case ast.Attribute(base=ast.NameRef(name=module), name=named):
            return f"{module}.{named.text}"
        case ast.Pipeline(head=head):
            return written(head)
        case _:
            return ""


def _makes(step: ast.Call, argument: ast.Argument, name: str) -> bool:
    """Whether an argument of a step gives the rows a column of that name."""
    if argument.name is None or not isinstance(step.function, ast.NameRef):
        return False
    return step.function.name in _MADE and argument.name.text == name


def _set_in_template(text: str, node: ast.TemplateText, name: str, span: Span) -> int | None:
    """Where `{% for name in` or `{% set name =` stands last before a place of a template."""
    found = None
    pattern = rf"\{{%[-+]?\s*(?:for\s+(?:\w+\s*,\s*)?|set\s+){re.escape(name)}\b"
    for hit in re.finditer(pattern, text[node.span.start : node.span.end]):
        at = node.span.start + hit.end() - len(name)
        if at <= span.start:
            found = at
    return found
