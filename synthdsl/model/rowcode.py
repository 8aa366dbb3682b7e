"""Compiles a typed expression to a Python function of one row, or of columns as lists.

In: an `Expr` and the names of the columns it may read. Out: a callable. Samplers, aggregates and functions of the
row's number are refused with `Unsupported`; everything else has a value for one row alone.

`exec` runs here, on source that is written from typed expressions alone: every identifier in it is made by
`rowcode_region.Names`, every literal is the `repr` of a number, boolean, null or (inside an f-string) text, and the
globals hold the functions and constants bound by the compiler, without Python's builtins.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from synthdsl.model import expr as e
from synthdsl.model.rowcode_expr import Resolve, Unsupported, Writer
from synthdsl.model.rowcode_inline import is_text
from synthdsl.model.rowcode_region import Names, Region
from synthdsl.model.rowcode_support import bounded
from synthdsl.ops.contract import Undefined

__all__ = ["Unsupported", "column_function", "first_failure", "row_function"]

_BUILTINS: dict[str, Any] = {"len": len, "enumerate": enumerate, "zip": zip, "__builtins__": {}}

_FAILURES = (ArithmeticError, ValueError, TypeError, LookupError)
"""What a function of one row may raise besides `Undefined` when a value of type `json` is not as expected."""


def row_function(expr: e.Expr, columns: Sequence[str], resolve: Resolve | None = None) -> Callable[..., Any]:
    """A function of the Python values of `columns`, positionally, that gives the value of the expression.

    columns: at least those that the expression reads; the name of a free local may stand for that local.
    resolve: gives the value of a whole column (a list) or dataset (a `Table`, or a list of rows by its type).
    Raises Unsupported; the function raises `Undefined`, and what operators raise for `json` values that do not fit.
    """
    variables = _variables(columns)
    writer, region = _writer(variables, resolve)
    code = writer.write(expr, region)
    region.line(f"return {code.text}")
    return _made(writer.names, f"def made({', '.join(variables.values())}):\n{region.source(1)}")


def column_function(expr: e.Expr, columns: Sequence[str], resolve: Resolve | None = None) -> Callable[..., list[Any]]:
    """A function of lists, one for each of `columns`, of equal length, that gives the list of values.

    There must be at least one column: the length of the result is that of the lists. Otherwise as `row_function`.
    """
    if not columns:
        raise ValueError("a function of columns needs at least one of them")
    variables = _variables(columns)
    writer, region = _writer(variables, resolve)
    region.level = 2
    code = writer.write(expr, region)
    used = [c for c in variables if c in writer.read] or list(columns[:1])
    lists = {c: f"x{i}" for i, c in enumerate(variables)}
    target = ", ".join(variables[c] for c in used)
    source = lists[used[0]] if len(used) == 1 else f"zip({', '.join(lists[c] for c in used)})"
    result = f"{writer.names.function(bounded)}(out)" if _grows(expr) else "out"
    if region.lines:
        region.line(f"put({code.text})")
        body = f"    out = []\n    put = out.append\n    for {target} in {source}:\n{region.source(2)}"
    else:
        body = f"    out = [{code.text} for {target} in {source}]\n"
    return _made(writer.names, f"def made({', '.join(lists.values())}):\n{body}    return {result}\n")


def first_failure(
    expr: e.Expr, columns: Sequence[str], lists: Sequence[Sequence[Any]], resolve: Resolve | None = None
) -> tuple[int, Undefined] | None:
    """The first row for which the expression has no value, and why; None when all rows have one."""
    function = row_function(expr, columns, resolve)
    for i, row in enumerate(zip(*lists, strict=True)):
        try:
            function(*row)
        except Undefined as reason:
            return i, reason
        except _FAILURES as error:
            return i, Undefined(f"This has no value: {type(error).__name__}: {error}.")
    return None


def _grows(expr: e.Expr) -> bool:
    """Whether the value is a text put together from others, whose length wants a bound."""
    return isinstance(expr, e.Text) or (isinstance(expr, e.Apply) and expr.operator == "add" and is_text(expr.type))


def _variables(columns: Sequence[str]) -> dict[str, str]:
    return {name: f"c{i}" for i, name in enumerate(columns)}


def _writer(variables: dict[str, str], resolve: Resolve | None) -> tuple[Writer, Region]:
    names = Names(dict(_BUILTINS))
    return Writer(names, variables, resolve), Region(names, 1)


def _made(names: Names, source: str) -> Callable[..., Any]:
    scope = names.globals
    exec(compile("".join(names.helpers) + source, "<row>", "exec", dont_inherit=True), scope)
    made: Callable[..., Any] = scope["made"]
    return made
