"""Functions applied: which operator, whether the arguments fit, the type of the result, constants folded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from synthdsl.base.diagnostic import Diagnostic, Edit, Fix
from synthdsl.base.span import Span
from synthdsl.base.suggest import did_you_mean, nearest
from synthdsl.dataset.vector import Constant
from synthdsl.model.calls import Fit, fit, result_type
from synthdsl.model.constants import constant, folded, type_of
from synthdsl.model.expr import Aggregate, Apply, Expr, Let, Value
from synthdsl.model.scope import CallableText
from synthdsl.ops.contract import Argument, CallSite, Operator, Undefined
from synthdsl.ops.signature import REQUIRED, read_signature
from synthdsl.ops.table import AGGREGATES, TABLE, aggregate, operator
from synthdsl.ops.text.patterns import wrong
from synthdsl.types.relations import assignable, comparable, is_int, is_nullable, is_text, without_null
from synthdsl.types.show import show
from synthdsl.types.terms import (
    UNKNOWN,
    DateType,
    FloatType,
    IntType,
    ListType,
    LiteralType,
    MapType,
    OptionalType,
    RangeType,
    TimestampType,
    Type,
    UnknownType,
)

if TYPE_CHECKING:
    from synthdsl.model.typer import Typer

_SHOWN = {
    "add": "+",
    "sub": "-",
    "mul": "*",
    "div": "/",
    "neg": "-",
    "eq": "==",
    "ne": "!=",
    "lt": "<",
    "le": "<=",
    "gt": ">",
    "ge": ">=",
    "in_": "in",
    "not_": "not",
    "item": "[ ]",
    "slice_": "[ : ]",
}


def call_function(
    typer: Typer, name: str, arguments: Sequence[Expr], named: Mapping[str, Expr], name_span: Span, span: Span
) -> Expr:
    """`name(arguments)`: an aggregate where those stand, an operator, a declared template."""
    template = typer.globals.template(name)
    if template is not None:
        return call_template(typer, template, arguments, named, span)
    if typer.work.aggregates and name in AGGREGATES and not _is_list_call(arguments):
        return _call_aggregate(typer, aggregate(name), arguments, named, name_span, span)
    if typer.globals.is_broken(name):
        return Value(None, UNKNOWN, span)
    if name in _SHOWN and name != "not_":
        return _no_function(typer, name, name_span)
    if name not in TABLE:
        return _no_function(typer, name, name_span)
    return _call_operator(typer, operator(name), arguments, named, name_span, span)


def _is_list_call(arguments: Sequence[Expr]) -> bool:
    return bool(arguments) and isinstance(arguments[0].type, ListType) and isinstance(arguments[0], Value)


def _no_function(typer: Typer, name: str, span: Span) -> Expr:
    if name in AGGREGATES:
        message = f"'{name}' looks at a whole dataset; it can stand in 'expect', 'group' and 'evaluate' only."
        return typer.problem("E0204", message, span)
    if typer.row.column(name) is not None or name in typer.locals:
        return typer.problem("E0204", f"'{name}' is a value, not a function.", span)
    if name in typer.globals.functions():
        # A template or recipe that could not be made; why was said where it is declared.
        return Value(None, UNKNOWN, span)
    if typer.globals.is_declared(name):
        kind = typer.globals.kind(name)
        ways = {
            "a model": (f'A model is asked by a statement of its own: `llm answer: str = {name} "..."`.',),
            "a recipe": (f"A recipe with calls is invoked by an `llm` line: `llm answer: str = {name}(...)`.",),
        }
        return typer.problem("E0204", f"'{name}' is {kind}, not a function.", span, *ways.get(kind, ()))
    if name == "str":
        note = 'A template makes text of any value: `t"{{ x }}"`.'
        return typer.problem("E0204", "There is no function 'str'.", span, note)
    known = [*TABLE, *typer.globals.functions(), "faker"]
    known = [k for k in known if k not in _SHOWN and "." not in k and k != "fake"]
    near = nearest(name, known)
    fix = Fix(f"Write '{near[0]}'", (Edit(span, near[0]),)) if near else None
    return typer.problem("E0204", f"There is no function '{name}'.", span, *did_you_mean(name, known), fix=fix)


def apply_operator(typer: Typer, name: str, arguments: Sequence[Expr], span: Span) -> Expr:
    """An operator by its internal name, as the symbols of the language are lowered."""
    if any(isinstance(a.type, UnknownType) for a in arguments):
        return Value(None, UNKNOWN, span)
    if name in ("eq", "ne"):
        problem = _never_equal(arguments[0], arguments[1])
        if problem:
            return typer.problem("E0302", problem[0], span, *problem[1:])
    for argument in arguments:
        if is_nullable(argument.type) and name not in ("eq", "ne", "slice_"):
            symbol = _SHOWN.get(name, name)
            message = f"'{symbol}' cannot take what may be null ({show(argument.type)})."
            return typer.problem("E0303", message, argument.span, "Guard it: `x if x != null else ...`.")
    return _call_operator(typer, operator(name), arguments, {}, span, span)


def _never_equal(left: Expr, right: Expr) -> tuple[str, ...]:
    if comparable(left.type, right.type):
        return ()
    a, b = without_null(left.type), without_null(right.type)
    if isinstance(a, LiteralType) and isinstance(b, LiteralType):
        value, members = (b, a) if isinstance(right, Value) else (a, b)
        if len(value.values) == 1:
            text = str(value.values[0])
            hint = did_you_mean(text, [str(v) for v in members.values])
            return (f'It is never "{text}": the values are {show(members)}.', *hint)
    return (f"{show(left.type)} and {show(right.type)} are never equal.",)


def _call_operator(
    typer: Typer, found: Operator, arguments: Sequence[Expr], named: Mapping[str, Expr], name_span: Span, span: Span
) -> Expr:
    fits = _best(found, arguments, named, span)
    if not fits.fits:
        return _report_misfit(typer, found, fits, arguments, span)
    filled, site = _filled(fits)
    if any(_already_wrong(a.type) for a in site.arguments.values()):
        return Value(None, UNKNOWN, span)
    if found.kind == "sampler" and typer.work.draws:
        note = "Draw it in a 'var' of its own, and use that column here."
        return typer.problem("E0228", f"'{found.name}' draws at random; {typer.work.draws}", name_span, note)
    if found.needs_row and typer.work.row_number and found.kind == "function":
        message = f"'{found.name}' needs the row's number; {typer.work.row_number}"
        note = "`uuid()` and `unique_id(...)` do without, and a number from another column can be read by its name."
        return typer.problem("E0319", message, name_span, note)
    if not _constants_given(typer, found, fits, site):
        return Value(None, UNKNOWN, span)
    type_ = result_type(fits.signature.result, fits.variables)
    problems = list(found.check(site)) if found.check else []
    for problem in problems:
        place = site.arguments.get(problem.argument or "")
        at = place.span if place and place.given and place.span.file else span
        typer.report(Diagnostic(problem.code, problem.message, at, problem.notes))
    if problems:
        return Value(None, UNKNOWN, span)
    if found.result:
        type_ = found.result(site, type_)
    if not found.runnable:
        message = f"'{found.name}' is part of the language, this version cannot run it."
        return typer.problem("E0911", message, name_span)
    slot = typer.work.next_slot() if found.kind == "sampler" else None
    names = tuple(n for n, p in fits.parameters.items() if p.many and p.named)
    made = Apply(found.name, tuple(filled), type_, names, slot, span)
    return _fold(typer, made)


def _fold(typer: Typer, made: Apply) -> Expr:
    try:
        return folded(made)
    except Undefined as reason:
        code = "E0309" if reason.code == "E0801" else reason.code
        return typer.problem(code, str(reason), made.span)
    except (ValueError, TypeError, OverflowError, ArithmeticError) as error:
        return typer.problem("E0309", f"This has no value: {error}.", made.span)


def _best(found: Operator, arguments: Sequence[Expr], named: Mapping[str, Expr], span: Span) -> Fit:
    tried = []
    for text in found.signatures:
        one = fit(read_signature(text), arguments, named, span)
        if one.fits:
            return one
        tried.append(one)
    # The nearest miss explains best: right number of arguments, fewest wrong types.
    return min(tried, key=lambda f: (len(f.misfits) - f.type_misfits, f.type_misfits))


def _report_misfit(typer: Typer, found: Operator, fits: Fit, arguments: Sequence[Expr], span: Span) -> Expr:
    symbol = _SHOWN.get(found.name)
    if symbol and fits.type_misfits:
        types = " and ".join(show(a.type) for a in arguments)
        notes: tuple[str, ...] = ()
        if found.name == "add" and any(is_text(a.type) for a in arguments):
            notes = ('Text and other values join in a template: `t"{{ a }}{{ b }}"`.',)
        return typer.problem("E0302", f"'{symbol}' is not defined for {types}.", span, *notes)
    several = len(found.signatures) > 1
    for misfit in fits.misfits[:3]:
        notes = misfit.notes
        if several:
            ways = "It can be called as: " + ", ".join(f"`{s}`" for s in found.signatures) + "."
            notes = (*(n for n in misfit.notes if not n.startswith("Its signature")), ways)
        typer.report(Diagnostic(misfit.code, misfit.message, misfit.span or span, notes))
    return Value(None, UNKNOWN, span)


def _filled(fits: Fit) -> tuple[list[Expr], CallSite]:
    """Arguments in the order of the parameters, and what the operator's own checks see."""
    filled: list[Expr] = []
    arguments: dict[str, Argument] = {}
    for name, expr in fits.given.items():
        parameter = fits.parameters[name]
        if expr is None:
            default = None if parameter.default is REQUIRED else parameter.default
            filled.append(Value(default, type_of(default)))
            arguments[name] = Argument(type_of(default), Constant(default), given=False)
        else:
            filled.append(expr)
            arguments[name] = Argument(expr.type, constant(expr), True, expr.span)
    return filled, CallSite(arguments)


def _already_wrong(type_: Type) -> bool:
    """Whether something in it was reported, so that its value, known or not, is none to check."""
    match type_:
        case UnknownType():
            return True
        case RangeType(item) | ListType(item) | OptionalType(item):
            return _already_wrong(item)
        case MapType(key, value):
            return _already_wrong(key) or _already_wrong(value)
        case _:
            return False


def _constants_given(typer: Typer, found: Operator, fits: Fit, site: CallSite) -> bool:
    good = True
    for name, argument in site.arguments.items():
        parameter = fits.parameters[name]
        if argument.constant is None and (parameter.const or parameter.shape.name == "regex"):
            message = f"'{name}' of '{found.name}' must be known before the run."
            typer.report(Diagnostic("E0306", message, argument.span, ("It may use params and literals.",)))
            good = False
        elif parameter.shape.name == "regex" and argument.constant is not None:
            good = _regex_compiles(typer, str(argument.constant.value), argument.span) and good
    return good


def _regex_compiles(typer: Typer, pattern: str, span: Span) -> bool:
    import re
    import warnings

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            re.compile(pattern)
    except (re.error, OverflowError, RecursionError) as error:
        typer.report(Diagnostic("E0318", f"The regular expression is wrong: {wrong(error)}.", span))
        return False
    return True


def _call_aggregate(
    typer: Typer, found: Operator, arguments: Sequence[Expr], named: Mapping[str, Expr], name_span: Span, span: Span
) -> Expr:
    fits = _best(found, arguments, named, span)
    if not fits.fits:
        return _report_misfit(typer, found, fits, arguments, span)
    filled, site = _filled(fits)
    if not _constants_given(typer, found, fits, site):
        return Value(None, UNKNOWN, span)
    problems = list(found.check(site)) if found.check else []
    for problem in problems:
        typer.report(Diagnostic(problem.code, problem.message, span, problem.notes))
    if problems:
        return Value(None, UNKNOWN, span)
    if not found.runnable:
        message = f"'{found.name}' is part of the language, this version cannot run it."
        return typer.problem("E0911", message, name_span)
    return Aggregate(found.name, tuple(filled), result_type(fits.signature.result, fits.variables), span)


def call_template(
    typer: Typer, template: CallableText, arguments: Sequence[Expr], named: Mapping[str, Expr], span: Span
) -> Expr:
    """A declared template (or pure recipe) with its arguments bound to its parameters."""
    given: dict[str, Expr] = {}
    names = [name for name, _, _ in template.parameters]
    signature = f"`{template.name}({', '.join(f'{n}: {show(t)}' for n, t, _ in template.parameters)})`"
    for i, expr in enumerate(arguments):
        if i >= len(names):
            message = f"'{template.name}' is given {len(arguments)} arguments, more than it takes."
            return typer.problem("E0209", message, expr.span, f"Its signature is {signature}.")
        given[names[i]] = expr
    for name, expr in named.items():
        if name not in names:
            message = f"'{template.name}' has no argument '{name}'."
            return typer.problem("E0207", message, expr.span, *did_you_mean(name, names))
        if name in given:
            return typer.problem("E0225", f"The argument '{name}' is given twice.", expr.span)
        given[name] = expr
    bindings: list[tuple[str, Expr]] = []
    inner: dict[str, tuple[str, Type]] = {}
    for name, type_, default in template.parameters:
        value = given.get(name, default)
        if value is None:
            message = f"'{template.name}' lacks its argument '{name}'."
            return typer.problem("E0208", message, span, f"Its signature is {signature}.")
        value = want_type(typer, value, type_, f"'{name}' of '{template.name}'")
        local = typer.fresh_local(name)
        # An `else` of a caller can pass a column on; it keeps its own type inside.
        bindings.append((local, value))
        inner[name] = (local, type_)
    body = template.body(typer.work, inner)
    return Let(tuple(bindings), body, body.type, span)


def want_type(typer: Typer, value: Expr, wanted: Type, where: str) -> Expr:
    """The value, reported where its type does not fit; an int becomes a float where one is wanted."""
    if assignable(value.type, wanted):
        return value
    if is_nullable(value.type) and assignable(without_null(value.type), wanted):
        typer.problem(
            "E0303",
            f"{where} wants {show(wanted)}, this may be null.",
            value.span,
            "Guard it: `x if x != null else ...`, or `coalesce(x, ...)`.",
        )
    else:
        typer.problem(
            "E0301", f"{where} wants {show(wanted)}, this is {show(value.type)}.", value.span, *_hint(value, wanted)
        )
    return replace(value, type=wanted)


def _hint(value: Expr, wanted: Type) -> tuple[str, ...]:
    if isinstance(wanted, LiteralType) and isinstance(value, Value) and isinstance(value.value, str):
        return did_you_mean(value.value, [str(v) for v in wanted.values])
    if is_text(value.type):
        return _read_from_text(value, wanted)
    return ()


def _read_from_text(value: Expr, wanted: Type) -> tuple[str, ...]:
    if isinstance(wanted, IntType | FloatType):
        function = "int" if is_int(wanted) else "float"
        return (f"A number is written without quotes, and read from a text by `{function}(x)`.",)
    if isinstance(wanted, DateType | TimestampType):
        return ("A date is written without quotes: `2025-01-31`.",)
    if isinstance(wanted, LiteralType) and isinstance(value.type, LiteralType):
        outside = LiteralType(tuple(v for v in value.type.values if v not in wanted.values))
        return (f"It can be {show(outside)}, which the type does not have.",)
    if isinstance(wanted, LiteralType):
        return ("Any text may come out of this; a literal union wants one of its own.",)
    return ()
