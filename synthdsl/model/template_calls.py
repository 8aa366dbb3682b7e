"""The calls of a template: functions of the language, declared templates, `range` and `loop.cycle`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jinja2 import nodes

from synthdsl.base.span import Span
from synthdsl.model.constants import type_of
from synthdsl.model.expr import Expr, Value
from synthdsl.model.template_types import is_unknown, unknown

if TYPE_CHECKING:
    from synthdsl.model.template_expr import Reader

REFUSED_FUNCTIONS = {
    "dict": "Records are made outside of templates: `var x = { a: 1 }`.",
    "namespace": "A template cannot change values.",
    "cycler": "`loop.cycle(...)` goes through values in turn.",
    "joiner": 'A separator: `{{ xs | join(", ") }}`, or `{% if not loop.last %}, {% endif %}`.',
    "lipsum": "Made-up text comes from `faker(...)` in a `var`.",
    "super": "Templates do not inherit from one another.",
    "caller": "Templates are called with arguments: `{{ name(x) }}`.",
}
"""Functions that Jinja has and templates do not, with what to do instead."""


def read_call(reader: Reader, node: nodes.Call, span: Span) -> Expr:
    """The expression that a call stands for."""
    function = node.node
    if node.dyn_args is not None or node.dyn_kwargs is not None:
        packed = node.dyn_args if node.dyn_args is not None else node.dyn_kwargs
        assert packed is not None
        return reader.problem("E0402", "Arguments are written out one by one.", reader.reading.span(packed))
    if isinstance(function, nodes.Getattr) and reader.is_loop(function.node):
        return _loop_call(reader, function, node, span)
    name = _function_name(reader, function)
    if name is None:
        return _no_call(reader, function)
    arguments = [reader.read(a) for a in node.args]
    named = {k.key: reader.read(k.value) for k in node.kwargs}
    where = reader.reading.span(function)
    if name == "range":
        return _range(reader, arguments, named, where, span)
    if not reader.maker.is_function(name) and name in REFUSED_FUNCTIONS:
        return reader.problem("E0402", f"A template cannot use '{name}'.", where, REFUSED_FUNCTIONS[name])
    if any(is_unknown(a) for a in (*arguments, *named.values())) and reader.maker.is_function(name):
        return unknown(span)
    return reader.call(name, arguments, named, span if reader.maker.is_function(name) else where)


def _function_name(reader: Reader, function: nodes.Expr) -> str | None:
    if isinstance(function, nodes.Name) and not function.name.startswith("_"):
        return function.name
    if isinstance(function, nodes.Getattr) and isinstance(function.node, nodes.Name):
        dotted = f"{function.node.name}.{function.attr}"
        if not function.attr.startswith("_") and function.node.name not in reader.here.own:
            return dotted if reader.maker.is_function(dotted) else None
    return None


def _no_call(reader: Reader, function: nodes.Expr) -> Expr:
    span = reader.reading.span(function)
    if isinstance(function, nodes.Getattr):
        where = reader.reading.source.span(*reader.reading.parsed.attribute(function))
        message = f"Values have no methods in a template, so no '{function.attr}'."
        return reader.problem("E0402", message, where, "Filters change values: `{{ x | upper }}`.")
    return reader.problem("E0402", "Only functions and templates can be called, by their name.", span)


def _loop_call(reader: Reader, function: nodes.Getattr, node: nodes.Call, span: Span) -> Expr:
    where = reader.reading.source.span(*reader.reading.parsed.attribute(function))
    if function.attr != "cycle" or node.kwargs or not node.args:
        message = f"'loop.{function.attr}' cannot be called here."
        return reader.problem("E0402", message, where, '`loop.cycle("odd", "even")` goes through values in turn.')
    values = reader.list_of(node.args, span)
    index = reader.loop_part("index0", where, span)
    if is_unknown(values):
        return values
    size = Value(len(node.args), type_of(len(node.args)), span)
    turn = reader.apply("mod", (index, size), span)
    return reader.apply("item", (values, turn), span)


def _range(reader: Reader, arguments: list[Expr], named: dict[str, Expr], where: Span, span: Span) -> Expr:
    if named or not 1 <= len(arguments) <= 3:
        return reader.problem("E0209", "'range' takes one to three numbers, by position.", where)
    if any(is_unknown(a) for a in arguments):
        return unknown(span)
    zero, one = (Value(n, type_of(n), span) for n in (0, 1))
    start, stop = (zero, arguments[0]) if len(arguments) == 1 else (arguments[0], arguments[1])
    step = arguments[2] if len(arguments) == 3 else one
    return reader.apply("jinja.range", (start, stop, step), span)
