"""What the reader of templates needs from the typer of expressions: the same rules for both.

Every method gives a typed expression and reports what is wrong by itself; after a report the type is
`UNKNOWN`, so that one mistake gives one message.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from synthdsl.base.diagnostic import Diagnostic
from synthdsl.base.span import Span
from synthdsl.model.expr import Expr
from synthdsl.types.terms import Type


class Maker(Protocol):
    """Makes typed expressions in one scope."""

    def report(self, diagnostic: Diagnostic) -> None:
        """Add a finding."""

    def name(self, name: str, span: Span) -> Expr:
        """What a bare name stands for: a local, column, param, dataset (as a list of rows); else E0201."""

    def is_function(self, name: str) -> bool:
        """Whether `name(...)` can be called: an operator or a declared template."""

    def field(self, base: Expr, name: str, span: Span) -> Expr:
        """`base.name`: of a record, a list of records, a dataset; else E0206. `span` is that of the name."""

    def call(self, function: str, arguments: Sequence[Expr], named: Mapping[str, Expr], span: Span) -> Expr:
        """A function or declared template applied. Samplers are refused where draws are not allowed."""

    def apply(self, operator: str, arguments: Sequence[Expr], span: Span) -> Expr:
        """An operator by its internal name (`add`, `eq`, `item`, ...), shown by its symbol in messages."""

    def both(self, kind: str, left: Expr, right: Expr, span: Span) -> Expr:
        """`and` / `or` over booleans."""

    def branch(self, test: Expr, then: Expr, other: Expr, span: Span) -> Expr:
        """A conditional expression; the types of both sides are joined."""

    def with_locals(self, types: Mapping[str, tuple[str, Type]]) -> Maker:
        """The same scope with more locals: visible name -> (unique local, type)."""

    def fresh_local(self, name: str) -> str:
        """A local name that occurs nowhere else in the column."""

    def narrowed(self, test: Expr, truth: bool) -> Maker:
        """The same scope, knowing that `test` is true (or false): nullable names become plain."""
