"""Reads templates in a made-up scope, for the tests of templates: real rules of expressions, columns by their types."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from synthdsl.base.diagnostic import Diagnostic
from synthdsl.base.span import NOWHERE, Span
from synthdsl.model.expr import Expr, Text
from synthdsl.model.narrowing import Known
from synthdsl.model.rowcode import row_function
from synthdsl.model.scope import CallableText, TypedRow, Workplace
from synthdsl.model.template import read_template
from synthdsl.model.typer import Typer
from synthdsl.syntax.ast import TemplateText
from synthdsl.types.terms import DatasetType, Type

SHIFT = 100
"""Where templates begin in their made-up file, so that offsets in the text and in the file differ."""


class Names:
    """The declarations of a file without any but templates."""

    watch = None

    def __init__(self, templates: Mapping[str, CallableText]) -> None:
        self.templates = templates

    def value(self, name: str, span: Span) -> Expr | None:
        return None

    def dataset(self, name: str) -> DatasetType | None:
        return None

    def template(self, name: str) -> CallableText | None:
        return self.templates.get(name)

    def member(self, module: str, name: str, span: Span) -> Expr | None:
        return None

    def is_module(self, name: str) -> bool:
        return False

    def is_declared(self, name: str) -> bool:
        return name in self.templates

    def is_broken(self, name: str) -> bool:
        return False

    def kind(self, name: str) -> str:
        return "a template"

    def names(self) -> Iterable[str]:
        return ()

    def functions(self) -> Iterable[str]:
        return self.templates


def template_text(text: str) -> TemplateText:
    """A template as it comes out of the parser: at `SHIFT` in its file, character for character."""
    offsets = tuple(range(SHIFT, SHIFT + len(text) + 1))
    return TemplateText(text, offsets, Span("t.synth", SHIFT - 3, SHIFT + len(text) + 3))


def typer(types: Mapping[str, Type], templates: Mapping[str, CallableText], found: list[Diagnostic]) -> Typer:
    """The rules of expressions over a row of these columns."""
    work = Workplace(found.append, draws="no draws here.")
    return Typer(Names(templates), TypedRow(dict(types)), work, {}, Known())


def read(
    text: str, types: Mapping[str, Type], templates: Mapping[str, CallableText] | None = None
) -> tuple[Text, list[Diagnostic]]:
    """A template, typed, and what was found."""
    found: list[Diagnostic] = []
    made = read_template(template_text(text), typer(types, templates or {}, found))
    return made, found


def render(text: str, types: Mapping[str, Type], row: Mapping[str, Any], templates: Any = None) -> str:
    """What a template without mistakes renders for a row."""
    made, found = read(text, types, templates)
    assert not found, [(d.code, d.message, covered(text, d)) for d in found]
    result = row_function(made, list(types))(*[row.get(name) for name in types])
    assert isinstance(result, str)
    return result


def declared(name: str, parameters: Mapping[str, Type], text: str) -> CallableText:
    """A declared template."""

    def body(work: Workplace, inner: dict[str, tuple[str, Type]]) -> Expr:
        return read_template(template_text(text), Typer(Names({}), TypedRow({}), work, inner, Known()))

    return CallableText(name, tuple((n, t, None) for n, t in parameters.items()), body)


def covered(text: str, diagnostic: Diagnostic) -> str:
    """The characters of the template that a finding is about."""
    assert diagnostic.span != NOWHERE
    return text[diagnostic.span.start - SHIFT : diagnostic.span.end - SHIFT]
