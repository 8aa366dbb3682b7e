"""What names stand for where an expression is written.

`RowScope` says which columns a row has; `Workplace` is shared by all expressions of one column and counts
draws and locals, so that every draw has an address and every local a name of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from synthdsl.base.diagnostic import Diagnostic
from synthdsl.base.span import Span
from synthdsl.model.expr import Expr
from synthdsl.types.terms import DatasetType, Type

if TYPE_CHECKING:
    from synthdsl.model.typer import Typer
    from synthdsl.syntax import ast


@dataclass(slots=True)
class Workplace:
    """Counters and findings of one column (or rule, output key, check).

    draws: why a sampler may not stand here, empty where it may. aggregates: whether `count()` and its kin may.
    row_number: why `row` and `sequence` may not stand here, empty where they may.
    """

    report: Callable[[Diagnostic], None]
    draws: str = ""
    aggregates: bool = False
    row_number: str = ""
    slots: int = 0
    locals: int = 0
    expansions: int = 0
    reads: dict[str, None] = field(default_factory=dict)

    def next_slot(self) -> int:
        """The number of the next draw."""
        self.slots += 1
        return self.slots - 1

    def fresh_local(self, name: str) -> str:
        """A local name used nowhere else in this column."""
        self.locals += 1
        return f"{name}#{self.locals}"


class RowScope(Protocol):
    """The columns of the row at hand."""

    def column(self, name: str) -> Type | None:
        """The type of the row's column of that name; None when it has none."""

    def condition(self, name: str) -> Expr | None:
        """The `when` condition of a nullable column: where it holds the column is not null."""

    def names(self) -> Iterable[str]:
        """All columns, for suggestions."""

    @property
    def is_open(self) -> bool:
        """Whether it may have columns that are not known, because its parent was reported as wrong."""


class NoRow:
    """Where there is no row: params, model settings, source arguments."""

    is_open = False

    def column(self, name: str) -> Type | None:
        return None

    def condition(self, name: str) -> Expr | None:
        return None

    def names(self) -> Iterable[str]:
        return ()


@dataclass(frozen=True, slots=True)
class TypedRow:
    """A row of known columns: of a finished dataset, the parent of a fan-out. conditions: see `RowScope`."""

    columns: dict[str, Type]
    conditions: Mapping[str, Expr] = field(default_factory=dict)

    @property
    def is_open(self) -> bool:
        return False

    def column(self, name: str) -> Type | None:
        return self.columns.get(name)

    def condition(self, name: str) -> Expr | None:
        return self.conditions.get(name)

    def names(self) -> Iterable[str]:
        return self.columns


class Watch(Protocol):
    """Is told what names and fields are found to be while expressions are typed: for an editor's questions."""

    def name(self, name: str, span: Span, found: Expr, scope: Any) -> None:
        """A bare name, in an expression or a template, with the typer (`model.typer.Typer`) that found it."""

    def field(self, base: Expr, name: str, span: Span, found: Expr) -> None:
        """A field of a value, or a column of a whole dataset."""

    def call(self, function: str, span: Span) -> None:
        """The name of a function, template or recipe that a template calls."""


class Globals(Protocol):
    """The declarations that an expression of one file sees."""

    @property
    def watch(self) -> Watch | None:
        """Who is told of names, if anybody."""

    def value(self, name: str, span: Span) -> Expr | None:
        """A param, model, dataset or source by name; None when there is none."""

    def dataset(self, name: str) -> DatasetType | None:
        """The type of a dataset or source of that name."""

    def template(self, name: str) -> CallableText | None:
        """A declared template or shipped function (`recipe` without calls), if the name is one."""

    def member(self, module: str, name: str, span: Span) -> Expr | None:
        """`module.name` where `module` is an imported file."""

    def is_module(self, name: str) -> bool:
        """Whether the name is that of an imported file."""

    def is_broken(self, name: str) -> bool:
        """Whether the name was declared or imported, but what it stands for was reported as wrong."""

    def is_declared(self, name: str) -> bool:
        """Whether anything at top level has that name (a type, a recipe, ...)."""

    def tool_schema(self, typer: Typer, node: ast.Call) -> Expr:
        """`tool_schema(Type)` as written in the file."""

    def kind(self, name: str) -> str:
        """What a declared name is, for messages: `a type`, `a recipe`."""

    def names(self) -> Iterable[str]:
        """All visible names, for suggestions."""

    def functions(self) -> Iterable[str]:
        """All names that can be called, for suggestions."""


@dataclass(frozen=True, slots=True)
class CallableText:
    """A declared template or pure recipe: parameters (name, type, default) and how to make its body.

    body: given the locals of the parameters, in the workplace of the caller, the typed expression.
    """

    name: str
    parameters: tuple[tuple[str, Type, Expr | None], ...]
    body: Callable[[Workplace, dict[str, tuple[str, Type]]], Expr]
