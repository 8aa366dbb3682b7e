"""`extern f(a: str) -> float = "package.module:f"`: a function that is called in runs alone."""

from __future__ import annotations

import re

from synthdsl.base.diagnostic import Diagnostic
from synthdsl.model.declare import parameters_of, type_reader
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
    target = str(item.target.value)
    if not _TARGET.fullmatch(target):
        message = f"'{target}' names no function."
        report(Diagnostic("E0309", message, item.target.span, ('As in `"my_package.metrics:overlap"`.',)))
    parameters = parameters_of(file, item.parameters, report)
    result = type_reader(file, report).read(item.result)

    def body(work: Workplace, locals_: dict[str, tuple[str, Type]]) -> Expr:
        given = tuple(LocalRef(*locals_[name], item.span) for name, _, _ in parameters)
        constants = (Value(target, STR, item.span), Value(result, UNKNOWN, item.span))
        return Apply(NAME, (*constants, *given), result, (), None, item.span)

    return CallableText(item.name.text, tuple(parameters), body)
