"""Functions written as Python's own operators, where those mean the same and cannot fail."""

from __future__ import annotations

from synthdsl.model import expr as e
from synthdsl.model.rowcode_region import Code, Names
from synthdsl.types.relations import is_nullable, without_null
from synthdsl.types.terms import (
    BoolType,
    DateType,
    DurationType,
    FloatType,
    IntType,
    ListType,
    LiteralType,
    NullType,
    StrType,
    TimestampType,
    Type,
)


def is_text(type_: Type) -> bool:
    """Whether every value is a Python `str` for certain."""
    return isinstance(type_, StrType) or (
        isinstance(type_, LiteralType) and all(isinstance(v, str) for v in type_.values)
    )


def is_plain(type_: Type) -> bool:
    """Whether Python's own `==` and `<` are those of the language: text, numbers, booleans, times."""
    kinds = StrType | IntType | FloatType | BoolType | LiteralType | DateType | TimestampType | DurationType
    return isinstance(type_, kinds)


def as_test(expr: e.Expr) -> e.Expr:
    """The same where only truth matters: Python's truth of a value is Jinja's."""
    return expr.arguments[0] if isinstance(expr, e.Apply) and expr.operator == "jinja.truth" else expr


_COMPARE = {"eq": "==", "ne": "!=", "lt": "<", "le": "<=", "gt": ">", "ge": ">="}


def inlined(expr: e.Apply, parts: list[Code], names: Names) -> str | None:
    """Python's own operator where it means the same and cannot fail; None where the function is called."""
    types = [a.type for a in expr.arguments]
    symbol = _COMPARE.get(expr.operator)
    if symbol and len(parts) == 2:
        left, right = parts
        if symbol in ("==", "!="):
            return _equality(symbol, left, right, types)
        if all(is_plain(t) for t in types):
            return f"({left.text} {symbol} {right.text})"
    if expr.operator == "not_" and isinstance(types[0], BoolType | LiteralType):
        return f"(not {parts[0].text})"
    if expr.operator == "jinja.truth":
        return f"(not not {parts[0].text})"
    if expr.operator == "in_" and len(parts) == 2 and is_plain(types[0]):
        return _membership(expr, parts, names)
    if expr.operator == "len" and (is_text(types[0]) or isinstance(types[0], ListType)):
        return f"len({parts[0].text})"
    return None


def _membership(expr: e.Apply, parts: list[Code], names: Names) -> str | None:
    item, whole = expr.arguments
    if not isinstance(whole.type, ListType) or is_nullable(whole.type.item):
        return f"({parts[0].text} in {parts[1].text})" if is_text(item.type) and is_text(whole.type) else None
    if isinstance(whole, e.Value) and is_text(item.type) and len(whole.value) > 8:
        return f"({parts[0].text} in {names.bind(frozenset(whole.value)).text})"
    return f"({parts[0].text} in {parts[1].text})"


def _equality(symbol: str, left: Code, right: Code, types: list[Type]) -> str | None:
    for one, other in ((0, 1), (1, 0)):
        if isinstance(types[one], NullType):
            return f"({(left, right)[other].text} {'is' if symbol == '==' else 'is not'} None)"
    if all(is_plain(without_null(t)) for t in types):
        return f"({left.text} {symbol} {right.text})"
    return None
