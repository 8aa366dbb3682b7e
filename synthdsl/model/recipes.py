"""Declared recipes: those without calls are functions, those with calls are invoked by an `llm` line."""

from __future__ import annotations

from dataclasses import replace

from synthdsl.model.apply import want_type
from synthdsl.model.declare import MAX_EXPANSIONS, constant_typer, silent, too_many_calls, type_reader, typer_of
from synthdsl.model.expr import Expr, Let, Value
from synthdsl.model.files import File
from synthdsl.model.inner import InnerScope, statements_of
from synthdsl.model.invoke import PaidRecipe, check_recipe
from synthdsl.model.loops import type_paid
from synthdsl.model.program import Report
from synthdsl.model.scope import CallableText, NoRow, Workplace
from synthdsl.model.work import Work
from synthdsl.syntax import ast
from synthdsl.types.terms import UNKNOWN, Type


def make_recipe(file: File, item: ast.Recipe, report: Report) -> CallableText | PaidRecipe | None:
    """A recipe of `var`, `template` and `give` alone is a function; one with calls is invoked by an `llm` line.

    One over whole datasets is neither (None): pipelines take it apart where they use it.
    """
    if item.body is None:
        return None
    reader = type_reader(file, report)
    result = reader.read(item.result)
    parameters: list[tuple[str, Type, Expr | None]] = []
    for parameter in item.parameters:
        type_ = reader.read(parameter.type)
        typer = constant_typer(file, report)
        default = None if parameter.default is None else typer.type_expr(parameter.default)
        parameters.append((parameter.name.text, type_, default))
    if any(isinstance(s, ast.Llm | ast.Iterate | ast.Chat) for s in item.body):
        paid = PaidRecipe(file, item, tuple(parameters), result)
        check_recipe(paid, report)
        return paid

    def expand(work: Workplace, locals_: dict[str, tuple[str, Type]]) -> Expr:
        before = work.expansions
        work.expansions += 1
        if work.expansions > MAX_EXPANSIONS:
            too_many_calls(item.name.span, before, work)
            return Value(None, UNKNOWN, item.span)
        inner = replace(work, report=silent)
        made = _function(file, item, result, inner, locals_)
        work.locals, work.slots, work.expansions = inner.locals, inner.slots, inner.expansions
        too_many_calls(item.name.span, before, work)
        return made

    work = Workplace(report, row_number="it can stand in a dataset only.")
    _function(file, item, result, work, {n: (n, t) for n, t, _ in parameters})
    return CallableText(item.name.text, tuple(parameters), expand)


def _function(
    file: File, item: ast.Recipe, result: Type, work: Workplace, locals_: dict[str, tuple[str, Type]]
) -> Expr:
    """The body as one expression; its statements may stand in any order."""
    assert item.body is not None
    typer = typer_of(file, NoRow(), work).with_locals(locals_)
    for statement in item.body:
        if not isinstance(statement, ast.Var | ast.TemplateColumn | ast.Give):
            word = type(statement).__name__.lower()
            typer.problem("E0218", f"'{word}' cannot stand in a recipe.", statement.span)
    scope = InnerScope(file, typer, item.name.text, statements_of(item.body, typer, item.parameters), type_paid, True)
    gives = [s for s in item.body if isinstance(s, ast.Give)]
    if len(gives) != 1:
        return typer.problem("E0218", "A recipe has one 'give'.", item.name.span)
    body = scope.body()
    seen = scope.scope()
    given = want_type(seen, seen.type_expr(gives[0].value), result, f"'{item.name.text}'")
    bindings = tuple((i.local, i.make) for i in body if not isinstance(i.make, Work))
    return Let(bindings, given, given.type, item.span)
