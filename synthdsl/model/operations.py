"""Operators in expressions: signs, `and`, `or`, `implies`, `not`, comparisons.

Long chains lean to the left and are gone through without recursion.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from synthdsl.model.expr import Expr, Value
from synthdsl.syntax import ast
from synthdsl.types.relations import is_bool
from synthdsl.types.terms import UNKNOWN, UnknownType

if TYPE_CHECKING:
    from synthdsl.base.span import Span
    from synthdsl.model.typer import Typer

_SYMBOLS = {
    "+": "add",
    "-": "sub",
    "*": "mul",
    "/": "div",
    "==": "eq",
    "!=": "ne",
    "<": "lt",
    "<=": "le",
    ">": "gt",
    ">=": "ge",
    "in": "in_",
}


def unary(typer: Typer, node: ast.Unary) -> Expr:
    """`not x` or `-x`."""
    operand = typer.type_expr(node.operand)
    if node.op == "not":
        typer.want_bool(operand, "'not'")
        return typer.apply("not_", (operand,), node.span) if is_bool(operand.type) else unknown(node.span)
    return typer.apply("neg", (operand,), node.span)


def binary(typer: Typer, node: ast.Binary) -> Expr:
    """Two sides and a sign or word between them."""
    # A long chain `a + b + c ...` leans to the left: walk down it without recursion.
    chain: list[ast.Binary] = []
    head: ast.Expr = node
    while isinstance(head, ast.Binary) and head.op in _SYMBOLS:
        chain.append(head)
        head = head.left
    if not chain:
        return _logic(typer, node) if node.op in ("and", "or", "implies") else unknown(node.span)
    result = typer.type_expr(head)
    for link in reversed(chain):
        result = typer.apply(_SYMBOLS[link.op], (result, typer.type_expr(link.right)), link.span)
    return result


def compare(typer: Typer, node: ast.Compare) -> Expr:
    """A comparison, or a chain of them as `a < b <= c`."""
    left = typer.type_expr(node.first)
    result: Expr | None = None
    if not set(node.ops) <= _SYMBOLS.keys() | {"not in"}:
        # The parser has reported a sign that is no comparison.
        return unknown(node.span)
    for op, right_node in zip(node.ops, node.rest, strict=True):
        right = typer.type_expr(right_node)
        span = left.span.to(right.span) if len(node.ops) > 1 else node.span
        if op == "not in":
            one = typer.apply("not_", (typer.apply("in_", (left, right), span),), span)
        else:
            one = typer.apply(_SYMBOLS[op], (left, right), span)
        result = one if result is None else typer.both("and", result, one, node.span)
        left = right
    assert result is not None
    return result


def _logic(typer: Typer, node: ast.Binary) -> Expr:
    chain: list[ast.Binary] = []
    head: ast.Expr = node
    while isinstance(head, ast.Binary) and head.op == node.op and node.op != "implies":
        chain.append(head)
        head = head.left
    if not chain:
        left = typer.type_expr(node.left)
        typer.want_bool(left, "'implies'")
        right = typer.narrowed(left, True).type_expr(node.right)
        typer.want_bool(right, "'implies'")
        if isinstance(left.type, UnknownType) or isinstance(right.type, UnknownType):
            return Value(None, UNKNOWN, node.span)
        return typer.both("or", typer.apply("not_", (left,), left.span), right, node.span)
    result = typer.type_expr(head)
    inner = typer
    for link in reversed(chain):
        inner = inner.narrowed(result, node.op == "and")
        result = typer.both(node.op, result, inner.type_expr(link.right), link.span)
    return result


def unknown(span: Span) -> Expr:
    """What stands in for an expression that was reported."""
    return Value(None, UNKNOWN, span)
