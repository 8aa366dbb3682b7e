"""Recipes without calls: a body of `var`, `template` and one `give` is a function.

As everywhere, the order of statements means nothing: each is made after those it reads, among themselves by name, so
that draws are numbered the same however the body is written.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from synthdsl.base.diagnostic import Diagnostic, Label
from synthdsl.model.apply import want_type
from synthdsl.model.declare import MAX_EXPANSIONS, constant_typer, too_many_calls, type_reader, typer_of
from synthdsl.model.expr import Expr, Let, Value
from synthdsl.model.files import File
from synthdsl.model.program import Report
from synthdsl.model.scope import CallableText, NoRow, Workplace
from synthdsl.syntax import ast
from synthdsl.types.terms import UNKNOWN, Type

Locals = Mapping[str, tuple[str, Type]]
Statement = ast.Var | ast.TemplateColumn


class _NotYetError(Exception):
    """A statement reads one that is not made yet."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


@dataclass(frozen=True, slots=True)
class _Pending(NoRow):
    """The names of a body that are not made yet, in the place of a row's columns."""

    waiting: Mapping[str, Statement]

    def column(self, name: str) -> Type | None:
        """Nothing; stops what asks for a name that will be there."""
        if name in self.waiting:
            raise _NotYetError(name)
        return None

    def names(self) -> Iterable[str]:
        return self.waiting


@dataclass(frozen=True, slots=True)
class _Body:
    """What a recipe's body is made from. gives: the one `give`."""

    file: File
    item: ast.Recipe
    statements: Mapping[str, Statement]
    gives: ast.Give
    result: Type

    def expression(self, order: Iterable[str], work: Workplace, parameters: Locals) -> Expr:
        """The body as one expression, its statements in this order."""
        visible = dict(parameters)
        bindings: list[tuple[str, Expr]] = []
        for name in order:
            value = self.value(name, work, visible, {})
            local = work.fresh_local(name)
            bindings.append((local, value))
            visible[name] = (local, value.type)
        typer = typer_of(self.file, NoRow(), work).with_locals(visible)
        given = want_type(typer, typer.type_expr(self.gives.value), self.result, f"'{self.item.name.text}'")
        return Let(tuple(bindings), given, given.type, self.item.span)

    def value(self, name: str, work: Workplace, visible: Locals, waiting: Mapping[str, Statement]) -> Expr:
        """What one statement makes. Raises _NotYetError where it reads one of `waiting`."""
        statement = self.statements[name]
        typer = typer_of(self.file, _Pending(waiting), work).with_locals(visible)
        if isinstance(statement, ast.TemplateColumn):
            return typer.type_expr(statement.text)
        value = typer.type_expr(statement.value)
        if statement.type is None:
            return value
        return want_type(typer, value, type_reader(self.file, work.report).read(statement.type), f"'{name}'")

    def order(self, parameters: Locals, report: Report) -> tuple[str, ...] | None:
        """The statements, each after those it reads; None where they wait for each other, which is reported."""
        made: dict[str, tuple[str, Type]] = {}
        waiting = dict(self.statements)
        for first in sorted(self.statements):
            stack = [first]
            while stack:
                name = stack[-1]
                try:
                    if name in waiting:
                        made[name] = name, self.value(name, _trial(), {**parameters, **made}, waiting).type
                        del waiting[name]
                except _NotYetError as other:
                    if other.name in stack:
                        report(self._cycle(stack[stack.index(other.name) :]))
                        return None
                    stack.append(other.name)
                else:
                    stack.pop()
        return tuple(made)

    def _cycle(self, path: list[str]) -> Diagnostic:
        shown = " → ".join([*path, path[0]])
        first, *others = (self.statements[name].name.span for name in path)
        note = "One of the values on this way must do without the next."
        labels = tuple(Label(span, "through this") for span in others)
        return Diagnostic("E0203", f"The value depends on itself: {shown}.", first, (note,), labels)


def make_recipe(file: File, item: ast.Recipe, report: Report) -> CallableText | None:
    """A recipe as a function; None for one with calls or steps, which cannot run yet, and for a broken one."""
    if item.body is None or not all(isinstance(s, ast.Var | ast.TemplateColumn | ast.Give) for s in item.body):
        message = f"'{item.name.text}' is a recipe with calls or steps, which this version cannot run."
        report(Diagnostic("E0908", message, item.name.span))
        return None
    reader = type_reader(file, report)
    result = reader.read(item.result)
    parameters: list[tuple[str, Type, Expr | None]] = []
    for parameter in item.parameters:
        type_ = reader.read(parameter.type)
        typer = constant_typer(file, report)
        default = None if parameter.default is None else typer.type_expr(parameter.default)
        parameters.append((parameter.name.text, type_, default))
    gives = [s for s in item.body if isinstance(s, ast.Give)]
    if len(gives) != 1:
        report(Diagnostic("E0218", "A recipe has one 'give'.", item.name.span))
        return None
    body = _Body(file, item, _statements(item, report), gives[0], result)
    given = {n: (n, t) for n, t, _ in parameters}
    order = body.order(given, report)
    if order is None:
        return None
    # Its mistakes are reported here, once; what is silent below was said.
    body.expression(order, Workplace(report, row_number="it can stand in a dataset only."), given)

    def expand(work: Workplace, locals_: dict[str, tuple[str, Type]]) -> Expr:
        before = work.expansions
        work.expansions += 1
        if work.expansions > MAX_EXPANSIONS:
            too_many_calls(item.name.span, before, work)
            return Value(None, UNKNOWN, item.span)
        inner = replace(work, report=_silent)
        made = body.expression(order, inner, locals_)
        work.locals, work.slots, work.expansions = inner.locals, inner.slots, inner.expansions
        too_many_calls(item.name.span, before, work)
        return made

    return CallableText(item.name.text, tuple(parameters), expand)


def _statements(item: ast.Recipe, report: Report) -> dict[str, Statement]:
    """The values of a body by name; a name is given once, and no parameter's."""
    places = {p.name.text: p.name for p in item.parameters}
    found: dict[str, Statement] = {}
    for statement in item.body or ():
        if not isinstance(statement, ast.Var | ast.TemplateColumn):
            continue
        name = statement.name
        if name.text in places:
            label = Label(places[name.text].span, "first here")
            report(Diagnostic("E0202", f"'{name.text}' is declared twice.", name.span, labels=(label,)))
            continue
        places[name.text] = name
        found[name.text] = statement
    return found


def _trial() -> Workplace:
    return Workplace(_silent, row_number="it can stand in a dataset only.")


def _silent(diagnostic: Diagnostic) -> None:
    """Findings that are reported where they belong."""
