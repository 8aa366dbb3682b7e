"""`iterate` and `chat`: loops and dialogues within one row, typed; their order of rounds and turns is fixed here."""

from __future__ import annotations

from synthdsl.base.suggest import did_you_mean
from synthdsl.model.apply import want_type
from synthdsl.model.call import ROLES, type_llm
from synthdsl.model.constants import constant
from synthdsl.model.declare import type_reader
from synthdsl.model.expr import Expr
from synthdsl.model.files import File
from synthdsl.model.inner import ColumnStatement, InnerScope, statements_of
from synthdsl.model.typer import Typer
from synthdsl.model.work import Chat, Iterate, StopTalk, Turn, Work
from synthdsl.syntax import ast
from synthdsl.types.relations import is_int
from synthdsl.types.show import show
from synthdsl.types.terms import INT, MESSAGES, STR, Field, ListType, ModelType, RecordType, Type, UnknownType


def type_paid(file: File, statement: ColumnStatement, typer: Typer, address: str) -> tuple[Type, Work | None]:
    """The type and the work of a statement that calls models."""
    match statement:
        case ast.Llm():
            return type_llm(file, statement, typer, address)
        case ast.Iterate():
            return type_iterate(file, statement, typer, address)
        case ast.Chat():
            return type_chat(statement, typer)
        case _:
            raise TypeError(f"{type(statement).__name__} calls no model")


def type_iterate(file: File, node: ast.Iterate, typer: Typer, address: str) -> tuple[Type, Iterate | None]:
    """A loop: the state goes by the column's name inside."""
    name = node.name.text
    seed = typer.type_expr(node.seed)
    type_: Type = seed.type if node.type is None else type_reader(file, typer.work.report).read(node.type)
    seed = want_type(typer, seed, type_, f"'{name}'")
    times = typer.type_expr(node.times)
    if not is_int(times.type):
        typer.problem("E0301", f"A number of rounds is an integer, this is {show(times.type)}.", node.times.span)
    state = typer.fresh_local(name)
    inner = typer.with_locals({name: (state, type_)})
    scope = InnerScope(file, inner, address, statements_of(node.body, typer), type_paid)
    stops: list[Expr] = []
    nexts: list[Expr] = []
    body = scope.body()
    seen = scope.scope()
    for statement in node.body:
        match statement:
            case ast.Stop(condition):
                stop = seen.type_expr(condition)
                seen.want_bool(stop, "'stop when'")
                stops.append(stop)
            case ast.Next(value):
                nexts.append(want_type(seen, seen.type_expr(value), type_, f"The next '{name}'"))
            case ast.Var() | ast.TemplateColumn() | ast.Llm() | ast.Iterate() | ast.Chat():
                pass
            case _:
                word = type(statement).__name__.lower()
                typer.problem("E0218", f"'{word}' cannot stand inside 'iterate'.", statement.span)
    if len(nexts) != 1:
        what = "needs a 'next'" if not nexts else "has one 'next'"
        typer.problem("E0208", f"An 'iterate' {what}: the value of the next round.", node.span)
        return type_, None
    stop_when = stops[0] if stops else None
    for other in stops[1:]:
        assert stop_when is not None
        stop_when = typer.both("or", stop_when, other, other.span)
    return type_, Iterate(seed, times, state, body, stop_when, nexts[0], type_)


def steps_type(name: str, work: Iterate) -> ListType:
    """The type of `NAME_steps`: a record a round of its number, the state after it, and the inner columns."""
    fields = [Field("round", INT), Field(name, work.state)]
    fields += [Field(i.name, i.type) for i in work.body if i.name not in ("round", name)]
    return ListType(RecordType(tuple(fields)))


def type_chat(node: ast.Chat, typer: Typer) -> tuple[Type, Chat]:
    """A dialogue: prompts see the transcript so far by the column's name, and what each role said last by its role."""
    turns = node.turns
    bounds = [typer.type_expr(b) for b in ((turns.start, turns.stop) if isinstance(turns, ast.Range) else (turns,))]
    for bound in bounds:
        if not is_int(bound.type):
            typer.problem("E0301", f"A number of turns is an integer, this is {show(bound.type)}.", bound.span)
    known = [constant(b) for b in bounds]
    if len(known) == 2 and known[0] and known[1] and known[0].value > known[1].value:
        typer.problem("E0309", "The range of turns is empty.", turns.span)
    local = typer.fresh_local(node.name.text)
    inner = typer.with_locals({node.name.text: (local, MESSAGES)})
    parts: list[Turn | StopTalk] = []
    for part in node.parts:
        if isinstance(part, ast.Stop):
            condition = inner.type_expr(part.condition)
            inner.want_bool(condition, "'stop when'")
            parts.append(StopTalk(condition))
            continue
        role = part.role.text
        if role not in ROLES:
            near = did_you_mean(role, ROLES)
            typer.problem("E0220", f"There is no role '{role}'.", part.role.span, *near)
        model = inner.type_expr(part.model)
        if not isinstance(model.type, ModelType | UnknownType):
            typer.problem("E0301", f"A call needs a model, this is {show(model.type)}.", part.model.span)
        prompt = None if part.text is None else inner.type_expr(part.text)
        said = typer.fresh_local(role)
        parts.append(Turn(role, said, model, prompt))
        inner = inner.with_locals({role: (said, STR)})
    return MESSAGES, Chat(bounds[0], bounds[-1], local, tuple(parts))
