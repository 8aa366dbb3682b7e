"""What names mean inside a recipe over datasets: its parameters first, then what its file declares."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from synthdsl.base.span import Span
from synthdsl.model.expr import Expr, Value, WholeDataset
from synthdsl.model.files import File
from synthdsl.model.scope import CallableText, Watch
from synthdsl.types.terms import DatasetType

if TYPE_CHECKING:
    from synthdsl.model.typer import Typer
    from synthdsl.syntax import ast


@dataclass(frozen=True, slots=True)
class Bound:
    """Satisfies `Globals`. values: constants and whole datasets that parameters stand for, by their names."""

    file: File
    values: Mapping[str, Expr]

    @property
    def watch(self) -> Watch | None:
        return self.file.watch

    def value(self, name: str, span: Span) -> Expr | None:
        found = self.values.get(name)
        if isinstance(found, Value | WholeDataset):
            return replace(found, span=span)
        return found if found is not None else self.file.value(name, span)

    def dataset(self, name: str) -> DatasetType | None:
        found = self.values.get(name)
        if isinstance(found, WholeDataset) and isinstance(found.type, DatasetType):
            return found.type
        return self.file.dataset(name)

    def template(self, name: str) -> CallableText | None:
        return None if name in self.values else self.file.template(name)

    def member(self, module: str, name: str, span: Span) -> Expr | None:
        return self.file.member(module, name, span)

    def is_module(self, name: str) -> bool:
        return name not in self.values and self.file.is_module(name)

    def is_broken(self, name: str) -> bool:
        return name not in self.values and self.file.is_broken(name)

    def is_declared(self, name: str) -> bool:
        return name in self.values or self.file.is_declared(name)

    def kind(self, name: str) -> str:
        return "a parameter" if name in self.values else self.file.kind(name)

    def names(self) -> Iterable[str]:
        return [*self.values, *self.file.names()]

    def functions(self) -> Iterable[str]:
        return self.file.functions()

    def tool_schema(self, typer: Typer, node: ast.Call) -> Expr:
        return self.file.tool_schema(typer, node)
