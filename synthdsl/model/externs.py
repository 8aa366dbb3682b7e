"""`extern f(a: str) -> float = "package.module:f"`: a function that is called in runs alone."""

from __future__ import annotations

import re

from synthdsl.base.diagnostic import Diagnostic
from synthdsl.model.apply import want_type
from synthdsl.model.declare import constant_typer, type_reader
from synthdsl.model.expr import Apply, Expr, LocalRef, Value
from synthdsl.model.files import File
from synthdsl.model.program import Report
from synthdsl.model.scope import CallableText, Workplace
from synthdsl.ops.extern_call import NAME
from synthdsl.syntax import ast
from synthdsl.types.terms import STR, UNKNOWN, Type

_TARGET = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*:[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*", re.ASCII)


def make_extern(file: File, item: ast.Extern, report: Report) -> CallableText:
    """The declared function, called with its parameters in order."""
    reader = type_reader(file, report)
    target = str(item.target.value)
    if not _TARGET.fullmatch(target):
        message = f"'{target}' names no function."
        report(Diagnostic("E0309", message, item.target.span, ('As in `"my_package.metrics:overlap"`.',)))
    parameters: list[tuple[str, Type, Expr | None]] = []
    for parameter in item.parameters:
        type_ = reader.read(parameter.type)
        default = None
        if parameter.default is not None:
            typer = constant_typer(file, report)
            default = want_type(typer, typer.type_expr(parameter.default), type_, f"'{parameter.name.text}'")
        parameters.append((parameter.name.text, type_, default))
    result = reader.read(item.result)

    def body(work: Workplace, locals_: dict[str, tuple[str, Type]]) -> Expr:
        given = tuple(LocalRef(*locals_[name], item.span) for name, _, _ in parameters)
        constants = (Value(target, STR, item.span), Value(result, UNKNOWN, item.span))
        return Apply(NAME, (*constants, *given), result, (), None, item.span)

    return CallableText(item.name.text, tuple(parameters), body)
