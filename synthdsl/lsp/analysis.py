"""One file as the compiler sees it at a moment, with all that was told of names on the way.

In: a path and the texts of unsaved buffers. Out: `Analysis`, which the questions of the other files are put to.
Nothing here draws, runs, or asks anybody.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from synthdsl.base.diagnostic import Diagnostic
from synthdsl.base.shipped import shipped
from synthdsl.base.span import Source, Span
from synthdsl.model.expr import Expr
from synthdsl.pipeline import Compiled, compile_spec
from synthdsl.syntax import ast, parse
from synthdsl.types.terms import Type


@dataclass(frozen=True, slots=True)
class NameUse:
    """A bare name where it is used, and what it was found to be."""

    name: str
    span: Span
    found: Expr


@dataclass(frozen=True, slots=True)
class FieldUse:
    """A field where it is used: what it is a field of, and what it was found to be."""

    name: str
    span: Span
    base: Expr
    found: Expr


@dataclass(slots=True)
class Uses:
    """All uses of names that typing came by, the last at each place; satisfies `model.scope.Watch`."""

    names: dict[Span, NameUse] = field(default_factory=dict)
    fields: dict[Span, FieldUse] = field(default_factory=dict)
    calls: dict[Span, str] = field(default_factory=dict)

    def name(self, name: str, span: Span, found: Expr, scope: Any) -> None:
        """A name in an expression or a template."""
        self.names[span] = NameUse(name, span, found)

    def field(self, base: Expr, name: str, span: Span, found: Expr) -> None:
        """A field in an expression or a template."""
        self.fields[span] = FieldUse(name, span, base, found)

    def call(self, function: str, span: Span) -> None:
        """A call in a template."""
        self.calls[span] = function


@dataclass(frozen=True, slots=True)
class Analysis:
    """file: the name of the asked file in spans. source: its text."""

    path: Path
    file: str
    source: Source
    compiled: Compiled
    uses: Uses

    @property
    def module(self) -> ast.Module | None:
        """The file's syntax."""
        return self.compiled.module

    @property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """All findings, those in imported files too."""
        return self.compiled.diagnostics

    def module_of(self, file: str) -> ast.Module | None:
        """The syntax of the file of that name, which is this one or one that it imports."""
        if file == self.file:
            return self.compiled.module
        source = self.compiled.texts.get(file)
        return None if source is None else _parsed(source.file, source.text)

    def type_at(self, span: Span) -> Type | None:
        """The type of the name or field at exactly that place."""
        use = self.uses.names.get(span) or self.uses.fields.get(span)
        return None if use is None else use.found.type


@lru_cache(maxsize=64)
def _parsed(file: str, text: str) -> ast.Module:
    return parse(Source(file, text))[0]


def analyse(path: Path, overlay: Mapping[Path, str], text: str | None = None) -> Analysis:
    """Compile a file. overlay: unsaved texts by resolved path. text: in the place of the file's own."""
    resolved = path.resolve()
    texts = dict(overlay) if text is None else {**overlay, resolved: text}
    uses = Uses()
    with quick():
        compiled = compile_spec(resolved, overlay=texts, watch=uses)
    file = resolved.as_posix()
    return Analysis(resolved, file, compiled.texts.get(file, Source(file, texts.get(resolved, ""))), compiled, uses)


@contextmanager
def quick() -> Iterator[None]:
    """Without searches for garbage, which would take a third of the time; the server searches when nobody types."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def place_of(file: str) -> Path:
    """Where the file of that name in spans is on the disk."""
    if file.startswith("std.") and not file.endswith(".synth"):
        return shipped("specs").joinpath(*file.split(".")[1:]).with_suffix(".synth")
    return Path(file)
