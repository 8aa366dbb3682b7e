"""The tests of a template: `x is none`, `n is divisibleby 3`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from jinja2 import nodes

from synthdsl.base.span import Span
from synthdsl.base.suggest import did_you_mean
from synthdsl.model.constants import type_of
from synthdsl.model.expr import Expr, Value
from synthdsl.model.template_types import unknown
from synthdsl.types.relations import is_bool, is_int, is_nullable, is_number, is_text, without_null
from synthdsl.types.terms import BOOL, NULL, FloatType, JsonType, ListType, RecordType, Type, UnionType, UnknownType

if TYPE_CHECKING:
    from synthdsl.model.template_expr import Reader

COMPARISONS = {
    "eq": "eq",
    "equalto": "eq",
    "==": "eq",
    "ne": "ne",
    "!=": "ne",
    "lt": "lt",
    "lessthan": "lt",
    "<": "lt",
    "le": "le",
    "<=": "le",
    "gt": "gt",
    "greaterthan": "gt",
    ">": "gt",
    "ge": "ge",
    ">=": "ge",
    "in": "in_",
}

_OF_TYPE: dict[str, Callable[[Type], bool]] = {
    "string": is_text,
    "number": lambda t: is_number(t) or is_bool(t),
    "integer": is_int,
    "float": lambda t: isinstance(t, FloatType),
    "boolean": is_bool,
    "sequence": lambda t: is_text(t) or isinstance(t, ListType | RecordType | UnionType),
    "iterable": lambda t: is_text(t) or isinstance(t, ListType | RecordType | UnionType),
    "mapping": lambda t: isinstance(t, RecordType | UnionType),
}
"""Tests of the type, which is known here."""

TESTS = (*COMPARISONS, *_OF_TYPE, "none", "defined", "undefined", "odd", "even", "divisibleby", "true", "false")
"""All tests that templates may use."""


def read_test(reader: Reader, node: nodes.Test) -> tuple[Expr, Expr]:
    """A test as a boolean expression, and what is learned where it holds."""
    value = reader.read(node.node)
    span = reader.reading.span(node)
    where = reader.reading.source.span(*reader.reading.parsed.test_name(node))
    arguments = [reader.read(a) for a in node.args]
    if node.kwargs or node.dyn_args is not None or node.dyn_kwargs is not None:
        found = reader.problem("E0402", f"The arguments of the test '{node.name}' are given by position.", where)
    else:
        found = tested(reader, node.name, value, arguments, where, span)
    return found, found


def tested(reader: Reader, name: str, value: Expr, arguments: Sequence[Expr], where: Span, span: Span) -> Expr:
    """`value is name(arguments)`; `where` is the place of the name."""
    wanted = 1 if name in COMPARISONS or name == "divisibleby" else 0
    if name not in TESTS:
        notes = did_you_mean(name, [t for t in TESTS if t.isalpha()])
        return reader.problem("E0403", f"There is no test '{name}'.", where, *notes)
    if len(arguments) != wanted:
        count = "one argument" if wanted else "no argument"
        return reader.problem("E0209", f"The test '{name}' takes {count}.", where)
    if any(isinstance(e.type, UnknownType) for e in (value, *arguments)):
        return unknown(span)
    if name in COMPARISONS:
        return reader.compared(COMPARISONS[name], value, arguments[0], span)
    if name in _OF_TYPE:
        return _of_type(reader, name, value, where, span)
    null = Value(None, NULL, span)
    match name:
        case "none" | "undefined":
            return reader.apply("eq", (value, null), span)
        case "defined":
            return reader.apply("ne", (value, null), span)
        case "true" | "false":
            if not is_bool(value.type):
                return Value(False, BOOL, span)
            return value if name == "true" else reader.apply("not_", (value,), span)
        case _:
            divisor = arguments[0] if arguments else _number(2, span)
            rest = reader.apply("mod", (value, divisor), span)
            if isinstance(rest.type, UnknownType):
                return rest
            return reader.apply("eq", (rest, _number(1 if name == "odd" else 0, span)), span)


def _number(value: int, span: Span) -> Value:
    return Value(value, type_of(value), span)


def _of_type(reader: Reader, name: str, value: Expr, where: Span, span: Span) -> Expr:
    if isinstance(value.type, JsonType):
        return reader.problem("E0404", f"The type of a JSON value is known at run time only, '{name}' is not.", where)
    fits = _OF_TYPE[name](without_null(value.type))
    if fits and is_nullable(value.type):
        return reader.apply("ne", (value, Value(None, NULL, span)), span)
    return Value(fits, BOOL, span)
