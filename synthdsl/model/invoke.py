"""Recipes that make calls: their statements become inner statements of the column that invokes them."""

from __future__ import annotations

from dataclasses import dataclass, replace

from synthdsl.base.suggest import did_you_mean
from synthdsl.model.apply import want_type
from synthdsl.model.declare import silent, typer_of
from synthdsl.model.expr import Expr
from synthdsl.model.files import File
from synthdsl.model.inner import InnerScope, statements_of
from synthdsl.model.inner_rules import inner_rules
from synthdsl.model.program import Key, Report
from synthdsl.model.scope import NoRow, Workplace
from synthdsl.model.typer import Typer
from synthdsl.model.work import InnerRule, Invoke, Work
from synthdsl.syntax import ast
from synthdsl.types.relations import assignable, is_nullable, optional
from synthdsl.types.show import show
from synthdsl.types.terms import Type


@dataclass(frozen=True, slots=True)
class PaidRecipe:
    """A declared recipe whose body makes calls: parameters (name, type, default), the type of what it gives."""

    file: File
    item: ast.Recipe
    parameters: tuple[tuple[str, Type, Expr | None], ...]
    result: Type


def called_recipe(file: File, node: ast.Llm) -> PaidRecipe | None:
    """The recipe that an `llm` line without prompts invokes, when its call names one."""
    if node.messages or not isinstance(node.call, ast.Call):
        return None
    key = _called(file, node)
    if key is None or key.kind != "recipe":
        return None
    file.program.used.add(key)
    found = file.program.get(key)
    return found if isinstance(found, PaidRecipe) else None


def called_template(file: File, node: ast.Llm) -> str | None:
    """The name of the template that stands where the model belongs."""
    key = _called(file, node)
    return key.name if key is not None and key.kind == "template" else None


def _called(file: File, node: ast.Llm) -> Key | None:
    from synthdsl.model.bodies import dotted

    name = dotted(node.call.function) if isinstance(node.call, ast.Call) else None
    return None if name is None else file.lookup(name)


def check_recipe(recipe: PaidRecipe, report: Report) -> None:
    """The mistakes of the body, reported once, at its declaration."""
    work = Workplace(report, row_number="it can stand in a dataset only.")
    typer = _typer(recipe, work, {n: (n, t) for n, t, _ in recipe.parameters})
    _body(recipe, typer, "")


def type_invoke(
    file: File,
    node: ast.Llm,
    recipe: PaidRecipe,
    typer: Typer,
    declared: Type | None,
    when: Expr | None,
    address: str,
) -> tuple[Type, Work | None]:
    """The column's type and the recipe's statements under its address."""
    for setting in node.settings:
        typer.problem("E0221", "A recipe has arguments, not settings.", setting.span)
    if node.target is not None:
        typer.problem("E0218", "A recipe is invoked once a row; 'for' cannot stand here.", node.span)
    type_ = recipe.result if when is None else optional(recipe.result)
    if declared is not None:
        if when is not None and not is_nullable(declared):
            place = node.type.span if node.type is not None else node.name.span
            message = f"'when' leaves the column null where it does not hold, so its type is {show(declared)}?."
            typer.problem("E0303", message, place)
        if not assignable(recipe.result, declared):
            place = node.type.span if node.type is not None else node.name.span
            message = f"'{recipe.item.name.text}' gives {show(recipe.result)}, not {show(declared)}."
            typer.problem("E0301", message, place)
        type_ = declared
    assert isinstance(node.call, ast.Call)
    bindings = _bindings(recipe, node.call, typer)
    if bindings is None:
        return type_, None
    locals_ = {name: (local, value.type) for name, (local, value) in bindings.items()}
    # Mistakes in the body are its declaration's, not each caller's.
    work = replace(typer.work, report=silent)
    made = _body(recipe, _typer(recipe, work, locals_), address)
    typer.work.locals, typer.work.expansions = work.locals, work.expansions
    if made is None:
        return type_, None
    scope, give, rules = made
    return type_, Invoke(recipe.item.name.text, tuple(bindings.values()), scope.body(), give, when, rules)


def _typer(recipe: PaidRecipe, work: Workplace, locals_: dict[str, tuple[str, Type]]) -> Typer:
    return typer_of(recipe.file, NoRow(), work).with_locals(locals_)


def _body(recipe: PaidRecipe, typer: Typer, address: str) -> tuple[InnerScope, Expr, tuple[InnerRule, ...]] | None:
    from synthdsl.model.loops import type_paid

    item = recipe.item
    assert item.body is not None
    scope = InnerScope(recipe.file, typer, address, statements_of(item.body, typer, item.parameters), type_paid)
    for statement in item.body:
        if isinstance(statement, ast.Violate | ast.Stop | ast.Next):
            word = type(statement).__name__.lower()
            typer.problem("E0218", f"'{word}' cannot stand in a recipe with calls.", statement.span)
    gives = [s for s in item.body if isinstance(s, ast.Give)]
    if len(gives) != 1:
        typer.problem("E0218", "A recipe has one 'give'.", item.name.span)
        return None
    scope.body()
    seen = scope.scope()
    give = want_type(seen, seen.type_expr(gives[0].value), recipe.result, f"'{item.name.text}'")
    return scope, give, inner_rules(recipe.file, item.body, scope, address)


def _bindings(recipe: PaidRecipe, call: ast.Call, typer: Typer) -> dict[str, tuple[str, Expr]] | None:
    """A local and a value for each parameter; None after a report."""
    name = recipe.item.name.text
    known = {n: (t, d) for n, t, d in recipe.parameters}
    given: dict[str, Expr] = {}
    sound = True
    for at, argument in enumerate(call.arguments):
        if argument.name is None:
            if at >= len(recipe.parameters):
                typer.problem("E0209", f"'{name}' takes {len(recipe.parameters)} arguments.", argument.span)
                return None
            key = recipe.parameters[at][0]
        else:
            key = argument.name.text
        if key not in known:
            near = did_you_mean(key, known)
            typer.problem("E0207", f"'{name}' has no parameter '{key}'.", argument.span, *near)
            sound = False
            continue
        if key in given:
            typer.problem("E0207", f"'{key}' is given twice.", argument.span)
            sound = False
            continue
        value = want_type(typer, typer.type_expr(argument.value), known[key][0], f"'{key}' of '{name}'")
        given[key] = value
    for key, (_, default) in known.items():
        if key not in given:
            if default is None:
                typer.problem("E0208", f"'{name}' lacks its argument '{key}'.", call.span)
                sound = False
            else:
                given[key] = default
    if not sound:
        return None
    return {key: (typer.fresh_local(key), given[key]) for key in known}
