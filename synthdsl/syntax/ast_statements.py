"""Statements of the abstract syntax: what stands in the body of a dataset, recipe, iterate or chat."""

from __future__ import annotations

from synthdsl.base.record import record
from synthdsl.base.span import Span
from synthdsl.syntax.ast_expressions import Expr, Name, TemplateText
from synthdsl.syntax.ast_types import TypeExpr


@record(eq=False)
class Var:
    """`var name: T = value`."""

    name: Name
    type: TypeExpr | None
    value: Expr
    doc: str
    span: Span


@record(eq=False)
class TemplateColumn:
    """`template name = \"\"\"...\"\"\"` inside a body."""

    name: Name
    text: TemplateText
    doc: str
    span: Span


@record(eq=False)
class Message:
    """`user \"\"\"...\"\"\"` in a long `llm` body; `complete` is a raw prompt."""

    role: Name
    text: TemplateText
    span: Span


@record(eq=False)
class Setting:
    """`temperature = 0`."""

    name: Name
    value: Expr
    span: Span


@record(eq=False)
class Llm:
    """An `llm` column.

    call: the model, or a recipe call when there are neither messages nor settings.
    target, iterable: from `for x in xs`. when: from `when cond`.
    """

    name: Name
    type: TypeExpr | None
    call: Expr
    target: Name | None
    iterable: Expr | None
    when: Expr | None
    messages: tuple[Message, ...]
    settings: tuple[Setting, ...]
    doc: str
    span: Span


@record(eq=False)
class Otherwise:
    """`else drop`, `flag`, `fail`, `retry column n`, `repair column by model prompt`."""

    action: Name
    column: Name | None
    times: Expr | None
    model: Expr | None
    prompt: TemplateText | None
    span: Span


@record(eq=False)
class Rule:
    """`rule name: condition else ...`."""

    name: Name
    condition: Expr
    otherwise: Otherwise | None
    doc: str
    span: Span


@record(eq=False)
class Violate:
    """`violate rule_name 5%`: this share of rows breaks the rule on purpose and says so."""

    rule: Name
    share: Expr
    doc: str
    span: Span


@record(eq=False)
class Stop:
    """`stop when condition`."""

    condition: Expr
    span: Span


@record(eq=False)
class Next:
    """`next value`."""

    value: Expr
    span: Span


@record(eq=False)
class Give:
    """`give value`, the result of a recipe."""

    value: Expr
    span: Span


@record(eq=False)
class Iterate:
    """`iterate name: T = seed times n { ... }`."""

    name: Name
    type: TypeExpr | None
    seed: Expr
    times: Expr
    body: tuple[Statement, ...]
    doc: str
    span: Span


@record(eq=False)
class Turn:
    """`user = model \"\"\"...\"\"\"` in a chat; `text` is absent when the transcript itself is sent."""

    role: Name
    model: Expr
    text: TemplateText | None
    span: Span


@record(eq=False)
class Chat:
    """`chat name turns 2..5 { ... }`; parts in the order written."""

    name: Name
    turns: Expr
    parts: tuple[Turn | Stop, ...]
    doc: str
    span: Span


Statement = Var | TemplateColumn | Llm | Rule | Violate | Iterate | Chat | Stop | Next | Give
