"""Columns that models write (`llm`, `iterate`, `chat`): typed and checked; running them comes with the engine's
calls, so each says at its name that this version cannot run it."""

from __future__ import annotations

from synthdsl.base.diagnostic import Diagnostic
from synthdsl.base.suggest import did_you_mean
from synthdsl.model.apply import want_type
from synthdsl.model.constants import constant
from synthdsl.model.declare import evaluate, type_reader
from synthdsl.model.expr import Expr
from synthdsl.model.files import File
from synthdsl.model.providers import SETTINGS, setting_problem, unknown_setting
from synthdsl.model.spec import Column
from synthdsl.model.typer import Typer
from synthdsl.syntax import ast
from synthdsl.types.relations import is_int, is_nullable
from synthdsl.types.show import show
from synthdsl.types.terms import MESSAGES, STR, UNKNOWN, ListType, ModelType, Type, UnknownType

ROLES = ("system", "user", "assistant")
_MORE_SETTINGS = {**SETTINGS, "n": (1, 1000), "logprobs": "flag", "tools": "any", "examples": "any", "think": "flag"}


def _not_yet(typer: Typer, code: str, word: str, name: ast.Name) -> None:
    message = f"'{word}' is part of the language, this version cannot run it."
    typer.report(Diagnostic(code, message, name.span))


def make_llm(file: File, node: ast.Llm, typer: Typer, address: str) -> Column:
    """An `llm` column: model, prompts and settings checked against the row."""
    type_: Type = STR if node.type is None else type_reader(file, typer.work.report).read(node.type)
    inner = typer
    when: Expr | None = None
    if node.when is not None:
        when = typer.type_expr(node.when)
        typer.want_bool(when, "'when'")
        inner = typer.narrowed(when, True)
        if not is_nullable(type_) and not isinstance(type_, UnknownType):
            message = f"'when' leaves the column null where it does not hold, so its type is {show(type_)}?."
            place = node.type.span if node.type is not None else node.name.span
            typer.problem("E0303", message, place)
    if node.target is not None and node.iterable is not None:
        source = inner.iterable(inner.type_expr(node.iterable))
        item = source.type.item if isinstance(source.type, ListType) else UNKNOWN
        inner = inner.with_locals({node.target.text: (typer.fresh_local(node.target.text), item)})
        plain = type_.inner if hasattr(type_, "inner") else type_
        if not isinstance(plain, ListType | UnknownType):
            message = f"'for' makes one call for each item, so the type is a list, not {show(type_)}."
            typer.problem("E0301", message, node.type.span if node.type is not None else node.name.span)
    recipe = _recipe_name(file, node)
    if recipe is None:
        _want_model(inner, node.call)
        if not node.messages:
            typer.problem("E0208", f"The column '{node.name.text}' has no prompt.", node.span)
    for part in node.messages:
        role = part.role
        if role.text not in (*ROLES, "complete"):
            notes = (*did_you_mean(role.text, ROLES), "There are system, user and assistant.")
            typer.problem("E0220", f"There is no role '{role.text}'.", role.span, *notes)
        inner.type_expr(part.text)
    _settings(file, node.settings, typer)
    _not_yet(typer, "E0908" if recipe else "E0901", "a recipe with calls" if recipe else "llm", node.name)
    reads = tuple(typer.work.reads)
    return Column(node.name.text, "llm", type_, None, True, address, reads, node.doc, node.span, when)


def _recipe_name(file: File, node: ast.Llm) -> str | None:
    if node.messages or not isinstance(node.call, ast.Call):
        return None
    from synthdsl.model.bodies import dotted

    name = dotted(node.call.function)
    key = None if name is None else file.lookup(name)
    return name if key is not None and key.kind == "recipe" else None


def _want_model(typer: Typer, node: ast.Expr) -> None:
    model = typer.type_expr(node)
    if not isinstance(model.type, ModelType | UnknownType):
        typer.problem("E0301", f"A call needs a model, this is {show(model.type)}.", node.span)


def _settings(file: File, settings: tuple[ast.Setting, ...], typer: Typer) -> None:
    for setting in settings:
        name = setting.name.text
        if name in ROLES or name not in _MORE_SETTINGS:
            typer.report(unknown_setting(name, setting.name.span, _MORE_SETTINGS))
            continue
        kind = _MORE_SETTINGS[name]
        if kind == "any":
            continue
        value = evaluate(file, setting.value, typer.work.report)
        if kind == "flag":
            reason = "" if value is None or isinstance(value, bool) else f"'{name}' is true or false."
        else:
            reason = setting_problem(name, value, kind)
        if reason:
            typer.problem("E0309", reason, setting.value.span)


def make_iterate(file: File, node: ast.Iterate, typer: Typer, address: str) -> Column:
    """An `iterate` column: its body checked in the order written, the state by the column's name."""
    seed = typer.type_expr(node.seed)
    type_: Type = seed.type if node.type is None else type_reader(file, typer.work.report).read(node.type)
    seed = want_type(typer, seed, type_, f"'{node.name.text}'")
    times = typer.type_expr(node.times)
    if not is_int(times.type):
        typer.problem("E0301", f"A number of rounds is an integer, this is {show(times.type)}.", node.times.span)
    inner = typer.with_locals({node.name.text: (typer.fresh_local(node.name.text), type_)})
    for statement in node.body:
        inner = _inner_statement(file, node, statement, inner, type_)
    if not any(isinstance(s, ast.Next) for s in node.body):
        typer.problem("E0208", "An 'iterate' needs a 'next': the value of the next round.", node.span)
    _not_yet(typer, "E0903", "iterate", node.name)
    return Column(node.name.text, "iterate", type_, None, True, address, tuple(typer.work.reads), node.doc, node.span)


def _inner_statement(file: File, node: ast.Iterate, statement: ast.Statement, inner: Typer, state: Type) -> Typer:
    match statement:
        case ast.Var(name, type_node, value_node):
            value = inner.type_expr(value_node)
            type_ = value.type
            if type_node is not None:
                type_ = type_reader(file, inner.work.report).read(type_node)
                want_type(inner, value, type_, f"'{name.text}'")
            return inner.with_locals({name.text: (inner.fresh_local(name.text), type_)})
        case ast.TemplateColumn(name, text):
            inner.type_expr(text)
            return inner.with_locals({name.text: (inner.fresh_local(name.text), STR)})
        case ast.Llm(name):
            made = make_llm(file, statement, inner, "")
            return inner.with_locals({name.text: (inner.fresh_local(name.text), made.type)})
        case ast.Stop(condition):
            inner.want_bool(inner.type_expr(condition), "'stop when'")
        case ast.Next(value_node):
            want_type(inner, inner.type_expr(value_node), state, f"The next '{node.name.text}'")
        case _:
            word = type(statement).__name__.lower()
            inner.problem("E0218", f"'{word}' cannot stand inside 'iterate'.", statement.span)
    return inner


def make_chat(file: File, node: ast.Chat, typer: Typer, address: str) -> Column:
    """A `chat` column: prompts see the transcript so far by the column's name."""
    turns = node.turns
    bounds = [typer.type_expr(b) for b in ((turns.start, turns.stop) if isinstance(turns, ast.Range) else (turns,))]
    for bound in bounds:
        if not is_int(bound.type):
            typer.problem("E0301", f"A number of turns is an integer, this is {show(bound.type)}.", bound.span)
    known = [constant(b) for b in bounds]
    if len(known) == 2 and known[0] and known[1] and known[0].value > known[1].value:
        typer.problem("E0309", "The range of turns is empty.", turns.span)
    inner = typer.with_locals({node.name.text: (typer.fresh_local(node.name.text), MESSAGES)})
    for part in node.parts:
        if isinstance(part, ast.Stop):
            inner.want_bool(inner.type_expr(part.condition), "'stop when'")
            continue
        if part.role.text not in ROLES:
            near = did_you_mean(part.role.text, ROLES)
            typer.problem("E0220", f"There is no role '{part.role.text}'.", part.role.span, *near)
        _want_model(typer, part.model)
        if part.text is not None:
            inner.type_expr(part.text)
        inner = inner.with_locals({part.role.text: (typer.fresh_local(part.role.text), STR)})
    _not_yet(typer, "E0902", "chat", node.name)
    return Column(node.name.text, "chat", MESSAGES, None, True, address, tuple(typer.work.reads), node.doc, node.span)
