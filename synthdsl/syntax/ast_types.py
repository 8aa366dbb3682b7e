"""Types as they are written, of the abstract syntax."""

from __future__ import annotations

from synthdsl.base.record import record
from synthdsl.base.span import Span
from synthdsl.syntax.ast_expressions import Argument, Literal, Name


@record(eq=False)
class NamedType:
    """`int`, `Severity`, `telecom.Severity`, `int(1..5)`, `list[T](min=2)`, `column[str]`.

    item: the type in brackets. refinements: the arguments in parentheses.
    """

    name: Name
    item: TypeExpr | None
    refinements: tuple[Argument, ...]
    span: Span


@record(eq=False)
class TypeField:
    """A field of a record type with its documentation comment."""

    name: Name
    type: TypeExpr
    doc: str
    span: Span


@record(eq=False)
class RecordTypeExpr:
    """`{ a: T, b: T }`, fields apart by commas or line breaks."""

    fields: tuple[TypeField, ...]
    span: Span


@record(eq=False)
class LiteralTypeExpr:
    """A literal used as a type, as in `"a" | "b"`."""

    value: Literal
    span: Span


@record(eq=False)
class UnionTypeExpr:
    """`A | B | C`."""

    members: tuple[TypeExpr, ...]
    span: Span


@record(eq=False)
class OptionalTypeExpr:
    """`T?`."""

    inner: TypeExpr
    span: Span


TypeExpr = NamedType | RecordTypeExpr | LiteralTypeExpr | UnionTypeExpr | OptionalTypeExpr
