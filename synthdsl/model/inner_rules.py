"""Rules inside recipes that make calls: they drop the row that invokes, stop the run, or ask a model again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

from synthdsl.base.diagnostic import Diagnostic, Label
from synthdsl.base.suggest import did_you_mean
from synthdsl.model.declare import evaluate
from synthdsl.model.expr import Expr, LocalRef
from synthdsl.model.files import File
from synthdsl.model.inner import InnerScope
from synthdsl.model.remedies import MAX_TIMES, Remedy
from synthdsl.model.typer import Typer
from synthdsl.model.walk import walk
from synthdsl.model.work import Call, Inner, InnerRule, Prompt, Work, expressions
from synthdsl.syntax import ast
from synthdsl.types.relations import is_bool
from synthdsl.types.show import show
from synthdsl.types.terms import ModelType, UnknownType

ACTIONS = ("drop", "fail", "retry", "repair")
CHOICES = "Choose one of `else drop`, `else fail`, `else retry NAME 2`, `else repair NAME by MODEL ...`."


def inner_rules(file: File, body: Sequence[ast.Statement], scope: InnerScope, address: str) -> tuple[InnerRule, ...]:
    """The rules of a body, in the order of the text. address: of the column that invokes the recipe."""
    rules: dict[str, InnerRule] = {}
    places: dict[str, ast.Rule] = {}
    for statement in body:
        if not isinstance(statement, ast.Rule):
            continue
        name = statement.name.text
        if name in places:
            labels = (Label(places[name].name.span, "first here"),)
            scope.typer.report(
                Diagnostic("E0202", f"The rule '{name}' is declared twice.", statement.name.span, labels=labels)
            )
            continue
        places[name] = statement
        made = _rule(file, statement, scope, f"{address}.{name}")
        if made is not None:
            rules[name] = made
    return tuple(rules.values())


def _rule(file: File, statement: ast.Rule, scope: InnerScope, name: str) -> InnerRule | None:
    seen = scope.scope()
    work = replace(seen.work, draws="it can stand in a 'var' only.", row_number="a rule looks at values only.")
    typer = replace(seen, work=work)
    condition = typer.type_expr(statement.condition)
    typer.want_bool(condition, "A rule")
    scope.typer.work.locals = work.locals
    node = statement.otherwise
    if node is None:
        message = (
            f"The rule '{statement.name.text}' stands in a recipe, so it must say what happens when it does not hold."
        )
        typer.problem("E0503", message, statement.span, CHOICES)
        return None
    word = node.action.text
    if word not in ACTIONS:
        message = f"A rule in a recipe cannot end in 'else {word}'."
        typer.problem("E0504", message, node.action.span, *did_you_mean(word, ACTIONS), CHOICES)
        return None
    if not is_bool(condition.type) or isinstance(condition.type, UnknownType):
        return None
    if word in ("drop", "fail"):
        return InnerRule(name, condition, "drop" if word == "drop" else "fail")
    remedy = _remedy(file, node, scope, typer, condition)
    scope.typer.work.locals = work.locals
    if remedy is None:
        return None
    action: Literal["retry", "repair"] = "retry" if word == "retry" else "repair"
    return InnerRule(name, condition, action, remedy.target, remedy.times, remedy.repair)


def _remedy(file: File, node: ast.Otherwise, scope: InnerScope, typer: Typer, condition: Expr) -> Remedy | None:
    """What is asked again; None after a report."""
    target = _target(node, scope, typer, condition)
    if node.action.text == "retry":
        times = 1 if node.times is None else evaluate(file, node.times, typer.report)
        if times is None or target is None:
            return None
        if isinstance(times, bool) or not isinstance(times, int) or not 1 <= times <= MAX_TIMES:
            assert node.times is not None
            typer.problem("E0309", f"A number of retries lies between 1 and {MAX_TIMES}.", node.times.span)
            return None
        return Remedy(target.local, times)
    if node.model is None or node.prompt is None:
        message = '\'else repair\' needs a model and a prompt: `else repair NAME by MODEL """..."""`.'
        typer.problem("E0208", message, node.span)
        return None
    model = typer.type_expr(node.model)
    if not isinstance(model.type, ModelType | UnknownType):
        typer.problem("E0301", f"A call needs a model, this is {show(model.type)}.", node.model.span)
        return None
    prompt = typer.type_expr(node.prompt)
    if target is None:
        return None
    return Remedy(target.local, 1, Call(model, (Prompt("user", prompt),), target.type))


def _target(node: ast.Otherwise, scope: InnerScope, typer: Typer, condition: Expr) -> Inner | None:
    if node.column is None:
        typer.problem("E0208", f"'else {node.action.text}' names what is made again.", node.action.span)
        return None
    name, span = node.column.text, node.column.span
    if name not in scope.made:
        typer.problem("E0201", f"There is no '{name}' in the recipe.", span, *did_you_mean(name, scope.made))
        return None
    target = scope.made[name]
    if not isinstance(target.make, Work):
        typer.problem("E0509", f"'{name}' is not written by a model, so asking again would not change it.", span)
        return None
    if not _reads(condition, target.local, {i.local: i for i in scope.made.values()}):
        typer.problem("E0509", f"The rule does not depend on '{name}', so asking for it again cannot help.", span)
        return None
    return target


def _reads(condition: Expr, wanted: str, made: dict[str, Inner]) -> bool:
    """Whether the condition is computed from what goes by the local."""
    seen: set[str] = set()
    stack: list[Expr] = [condition]
    while stack:
        for part in walk(stack.pop()):
            if isinstance(part, LocalRef) and part.local not in seen:
                seen.add(part.local)
                inner = made.get(part.local)
                if inner is not None:
                    stack += expressions(inner.make) if isinstance(inner.make, Work) else (inner.make,)
    return wanted in seen
