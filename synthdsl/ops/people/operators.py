"""Python's operators on terms: what `+`, `%`, `==` and the others give where a side is drawn."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable
from typing import Any

from synthdsl.ops.people import rewrite
from synthdsl.ops.people.context import Context
from synthdsl.ops.people.drawn import (
    Drawn,
    Join,
    Unsupported,
    certain,
    fork,
    is_term,
    is_text,
    is_uncertain,
    join,
    over,
)

_OPERATORS: dict[type[ast.AST], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: operator.pow,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Is: operator.is_,
    ast.IsNot: operator.is_not,
    ast.In: lambda a, b: a in b,
    ast.NotIn: lambda a, b: a not in b,
}
_STRUCTURAL = (operator.add, operator.mul, operator.getitem, operator.is_, operator.is_not)


def operator_of(node: ast.AST) -> Callable[[Any, Any], Any]:
    """The function of an operator's sign. Raises `Unsupported`."""
    if type(node) not in _OPERATORS:
        raise Unsupported(type(node).__name__)
    return _OPERATORS[type(node)]


def binary(context: Context, function: Callable[[Any, Any], Any], a: Any, b: Any) -> Any:
    """What an operator gives for two values or terms. Raises `Unsupported`; `Fork` where draws must be told apart."""
    if function is operator.mod and isinstance(a, str) and is_uncertain(b):
        return rewrite.percent_formatted(a, b)
    if function in (operator.is_, operator.is_not) and (isinstance(a, Join) or isinstance(b, Join)):
        return function(a, b)
    if not is_term(a) and not is_term(b):
        if (is_uncertain(a) or is_uncertain(b)) and function not in _STRUCTURAL:
            raise Unsupported("a comparison of lists of terms")
        return context.owned(function(a, b))
    if function is operator.add and is_text(a) and is_text(b):
        return join([a, b])
    if isinstance(a, Drawn) and isinstance(b, Drawn):
        if a.index == b.index and len(a.options) == len(b.options) > 1:
            outcomes = iter(b.options)
            return over(lambda o: function(_plain(o), _plain(next(outcomes))), a)
        a, b = (certain(a), b) if len(a.options) <= len(b.options) else (a, certain(b))
    if isinstance(a, Drawn) and not is_uncertain(b):
        return over(lambda o: function(o, b), _unnested(a))
    if isinstance(b, Drawn) and not is_uncertain(a):
        return over(lambda o: function(a, o), _unnested(b))
    return function(certain(a), certain(b))


def _unnested(value: Drawn) -> Drawn:
    """A draw none of whose options is a term. Raises `Fork`, which sets each of those apart from the others."""
    if not value.plain and any(map(is_term, value.options)):
        raise fork(value, lambda _: None)
    return value


def _plain(value: Any) -> Any:
    if is_term(value):
        raise Unsupported("an operation on a nested draw")
    return value
