"""What is told of the thing under the pointer: its type, its documentation, a few values."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from synthdsl.base.span import Span
from synthdsl.lsp.analysis import Analysis, place_of
from synthdsl.lsp.binding import Binder, Occurrence
from synthdsl.model.expr import Value
from synthdsl.model.spec import Dataset
from synthdsl.syntax import ast
from synthdsl.types.show import spell
from synthdsl.types.terms import DatasetType, RecordType, Type

Samples = Callable[[str], dict[str, list[Any]]]
"""Values of the columns of a dataset, from its first rows; empty where making them would cost time or money."""

WIDE = 80


def hover(analysis: Analysis, offset: int, samples: Samples) -> tuple[str, Span] | None:
    """Markdown, and the place it is about."""
    found = Binder(analysis).at(analysis.file, offset)
    if found is not None:
        return _about(analysis, found, samples), found.span
    for uses in (analysis.uses.names, analysis.uses.fields):
        for span, use in uses.items():
            if span.file == analysis.file and span.start <= offset <= span.end:
                return _code(f"{use.name}: {spell(use.found.type)}"), span
    return _function(analysis, offset)


def _about(analysis: Analysis, found: Occurrence, samples: Samples) -> str:
    target = found.target
    binder = Binder(analysis)
    type_ = analysis.type_at(found.span)
    match target.kind:
        case "column":
            column = _column(analysis, target.owner, target.name)
            type_ = type_ or (column[1] if column else None)
            kind = column[0] if column else "column"
            parts = [_code(f"{kind} {target.name}{_typed(type_)}")]
            parts += [column[2]] if column and column[2] else []
            values = samples(target.owner).get(target.name, []) if target.file == analysis.file else []
            if values:
                parts.append("For example " + ", ".join(f"`{_short(v)}`" for v in values) + ".")
            return "\n\n".join([*parts, f"Of `{target.owner}`."])
        case "global":
            item = binder.item(target.file, target.name)
            return "\n\n".join(_declaration(analysis, target.file, item[1] if item else None, type_, found.span))
        case "field":
            item = binder.item(target.file, target.owner)
            doc = ""
            if item is not None and isinstance(item[1].type, ast.RecordTypeExpr):
                source = analysis.compiled.texts[target.file]
                for part in item[1].type.fields:
                    if part.name.text == target.name:
                        doc = part.doc
                        written = source.slice(part.type.span)
                        return "\n\n".join(p for p in (_code(f"{target.name}: {written}"), doc) if p)
            return _code(f"{target.name}{_typed(type_)}")
        case "rule":
            dataset = _dataset(analysis, target.owner)
            rule = next((r for r in dataset.rules if r.name == target.name), None) if dataset else None
            text = analysis.source.slice(rule.condition.span) if rule and target.file == analysis.file else ""
            return _code(f"rule {target.name}: {text}" if text else f"rule {target.name}")
        case _:
            return _code(f"{target.name}{_typed(type_)}")


def _declaration(analysis: Analysis, file: str, item: Any, type_: Type | None, span: Span) -> list[str]:
    source = analysis.compiled.texts[file]
    text = source.slice(item.span)
    parts = []
    match item:
        case ast.DatasetDecl() | ast.PipelineDecl() | ast.SourceDecl():
            row = _row(analysis, item.name.text, type_)
            word = "source" if isinstance(item, ast.SourceDecl) else "dataset"
            fields = "" if row is None else "".join(f"\n  {f.name}: {spell(f.type)}" for f in row.fields)
            parts.append(_code(f"{word} {item.name.text}" + (f" {{{fields}\n}}" if fields else "")))
        case ast.Param():
            use = analysis.uses.names.get(span)
            value = use.found.value if use is not None and isinstance(use.found, Value) else None
            known = (
                next((p for p in analysis.compiled.spec.params if p.name == item.name.text), None)
                if (analysis.compiled.spec is not None)
                else None
            )
            shown = value if value is not None else (known.value if known else None)
            parts.append(_code(f"param {item.name.text}: {source.slice(item.type.span)} = {_short(shown)}"))
        case ast.TemplateDecl() | ast.Recipe():
            end = text.find("=" if isinstance(item, ast.TemplateDecl) else "{", text.find(")"))
            parts.append(_code(text[: end if end > 0 else None].strip()))
        case _:
            parts.append(_code(text))
    if getattr(item, "doc", ""):
        parts.append(item.doc)
    if file != analysis.file:
        parts.append(f"From `{place_of(file).name if file.endswith('.synth') else file}`.")
    return parts


def _function(analysis: Analysis, offset: int) -> tuple[str, Span] | None:
    """A function, format or step of the language, by the word at an offset."""
    text = analysis.source.text
    start = end = offset
    while start > 0 and (text[start - 1].isalnum() or text[start - 1] == "_"):
        start -= 1
    while end < len(text) and (text[end].isalnum() or text[end] == "_"):
        end += 1
    word = text[start:end]
    if not word:
        return None
    # Whatever is not called is a word of prose or a name; only words before a bracket and formats are looked up.
    called = text[end:].lstrip(" \t")[:1] == "("
    is_format = text[:start].rstrip(" \t").endswith(" as")
    if not called and not is_format:
        return None
    from synthdsl.explain.catalogue import named

    entries = [e for e in named(word) if (e.kind == "format") == is_format]
    if not entries:
        return None
    shown = "\n\n---\n\n".join(_code("\n".join(e.signatures)) + "\n\n" + e.doc for e in entries)
    return shown, Span(analysis.file, start, end)


def _dataset(analysis: Analysis, name: str) -> Dataset | None:
    spec = analysis.compiled.spec
    found = next((d for d in spec.datasets if d.id == name), None) if spec is not None else None
    return found if isinstance(found, Dataset) else None


def _row(analysis: Analysis, name: str, type_: Type | None) -> RecordType | None:
    if isinstance(type_, DatasetType):
        return type_.row
    spec = analysis.compiled.spec
    for found in (*spec.datasets, *spec.sources) if spec is not None else ():
        if found.id == name:
            return found.row
    return None


def _column(analysis: Analysis, owner: str, name: str) -> tuple[str, Type, str] | None:
    """Kind, type and documentation of a column."""
    dataset = _dataset(analysis, owner)
    for column in dataset.columns if dataset is not None else ():
        if column.name == name:
            return column.kind, column.type, column.doc
    row = _row(analysis, owner, None)
    found = row.field(name) if row is not None else None
    return None if found is None else ("column", found.type, found.doc)


def _typed(type_: Type | None) -> str:
    return "" if type_ is None else f": {spell(type_)}"


def _code(text: str) -> str:
    return f"```synth\n{text}\n```"


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    text = text if len(text) <= WIDE else text[: WIDE - 1] + "…"
    return text.replace("`", "'")
