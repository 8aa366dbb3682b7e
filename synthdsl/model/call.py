"""An `llm` statement: model, prompts, settings and type checked against the row; what is to be done as a `Call`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from synthdsl.base.span import Span
from synthdsl.base.suggest import did_you_mean
from synthdsl.llm.extras import answer_type
from synthdsl.llm.typed.schema import unanswerable
from synthdsl.model.declare import evaluate, type_reader
from synthdsl.model.expr import ColumnRef, Expr, FieldOf, LocalRef
from synthdsl.model.extras import SWITCHES, read_extras, with_base
from synthdsl.model.files import File
from synthdsl.model.providers import SETTINGS, setting_problem, unknown_setting
from synthdsl.model.typer import Typer
from synthdsl.model.walk import rewrite
from synthdsl.model.work import Call, Examples, Prompt, Work
from synthdsl.syntax import ast
from synthdsl.types.relations import is_nullable, optional, without_null
from synthdsl.types.show import show
from synthdsl.types.terms import STR, UNKNOWN, ListType, ModelType, RecordType, Type, UnknownType

ROLES = ("system", "user", "assistant")
_MORE_SETTINGS: dict[str, Any] = {
    **SETTINGS,
    "n": (1, 1000),
    **dict.fromkeys(("examples", "tools", *SWITCHES), "any"),
}


@dataclass(frozen=True, slots=True)
class _Set:
    """The settings of a statement: constant ones by name; how many samples; those read apart, as written."""

    constant: tuple[tuple[str, Any], ...]
    samples: int | None
    apart: dict[str, ast.Setting]


def type_llm(file: File, node: ast.Llm, typer: Typer, address: str) -> tuple[Type, Work | None]:
    """The type of the column and its work; the work is None when something was reported."""
    from synthdsl.model.invoke import called_recipe, called_template, type_invoke

    recipe = called_recipe(file, node)
    declared: Type | None = None if node.type is None else type_reader(file, typer.work.report).read(node.type)
    if recipe is None and (template := called_template(file, node)) is not None:
        way_out = f'The form is `llm {node.name.text} = MODEL """{{{{ {template}(...) }}}}"""`.'
        typer.problem("E0301", f"A call needs a model, '{template}' is a template.", node.call.span, way_out)
        return UNKNOWN if declared is None else declared, None
    inner, when = typer, None
    if node.when is not None:
        when = typer.type_expr(node.when)
        typer.want_bool(when, "'when'")
        inner = typer.narrowed(when, True)
    if recipe is not None:
        return type_invoke(file, node, recipe, inner, declared, when, address)
    chosen = _settings(file, node.settings, typer)
    extras = read_extras(file, chosen.apart, typer)
    untyped = extras is not None and declared is None
    type_: Type = STR if declared is None else declared
    if "tools" in chosen.apart and declared is None and (extras is None or not extras.tools):
        # What is wrong with the tools was reported; what their calls would be, nobody knows.
        extras, untyped, type_ = None, False, UNKNOWN
    if extras is not None and declared is None:
        type_ = _around(answer_type(extras), node, chosen.samples)
    place = node.type.span if node.type is not None else node.name.span
    if when is not None and not is_nullable(type_) and not isinstance(type_, UnknownType):
        message = f"'when' leaves the column null where it does not hold, so its type is {show(type_)}?."
        typer.problem("E0303", message, place)
    answer = without_null(type_) if when is not None else type_
    local, items = None, None
    if node.target is not None and node.iterable is not None:
        items = inner.iterable(inner.type_expr(node.iterable))
        item = items.type.item if isinstance(items.type, ListType) else UNKNOWN
        local = typer.fresh_local(node.target.text)
        inner = inner.with_locals({node.target.text: (local, item)})
        answer = _item(typer, answer, "'for' makes one call for each item", place)
    if chosen.samples is not None:
        answer = _item(typer, answer, "'n' asks for several answers", place)
    model = inner.type_expr(node.call)
    if not isinstance(model.type, ModelType | UnknownType):
        typer.problem("E0301", f"A call needs a model, this is {show(model.type)}.", node.call.span)
    if not node.messages:
        typer.problem("E0208", f"The column '{node.name.text}' has no prompt.", node.span)
    prompts = tuple(_prompt(inner, part) for part in node.messages)
    completions = [p for p in node.messages if p.role.text == "complete"]
    if completions and len(node.messages) > 1:
        typer.problem("E0220", "'complete' is the whole prompt; there are no messages beside it.", completions[0].span)
    base = answer
    if extras is not None:
        extras, answer = with_base(extras, None if untyped else answer, typer, place)
        base = extras.base
        if completions and extras.tools:
            typer.problem("E0220", "A raw completion calls no tools; they need messages.", completions[0].span)
    _answerable(typer, base, place)
    examples = None
    if "examples" in chosen.apart and prompts:
        examples = _examples(inner, chosen.apart["examples"], node.name.text, prompts, base)
    call = Call(model, prompts, answer, chosen.constant, local, items, when, chosen.samples, examples, extras)
    return type_, call


def _around(answer: Type, node: ast.Llm, samples: int | None) -> Type:
    """The type of the column whose single answers have a type."""
    made = answer if samples is None else ListType(answer)
    made = made if node.target is None else ListType(made)
    return made if node.when is None else optional(made)


def _answerable(typer: Typer, answer: Type, place: Span) -> None:
    """Report a type that no model can answer with."""
    reason = None if isinstance(answer, UnknownType) else unanswerable(answer)
    if reason:
        typer.problem("E0324", f"No model can give an answer of this type: {reason}.", place)


def _item(typer: Typer, type_: Type, why: str, place: Any) -> Type:
    if isinstance(type_, ListType):
        return type_.item
    if not isinstance(type_, UnknownType):
        typer.problem("E0301", f"{why}, so the type is a list, not {show(type_)}.", place)
    return UNKNOWN


def _prompt(typer: Typer, part: ast.Message) -> Prompt:
    role = part.role
    if role.text not in (*ROLES, "complete"):
        notes = (*did_you_mean(role.text, ROLES), "There are system, user and assistant.")
        typer.problem("E0220", f"There is no role '{role.text}'.", role.span, *notes)
    return Prompt(role.text, typer.type_expr(part.text))


def _settings(file: File, settings: tuple[ast.Setting, ...], typer: Typer) -> _Set:
    constant: dict[str, Any] = {}
    apart: dict[str, ast.Setting] = {}
    for setting in settings:
        name = setting.name.text
        if name in ROLES or name not in _MORE_SETTINGS:
            typer.report(unknown_setting(name, setting.name.span, _MORE_SETTINGS))
            continue
        if _MORE_SETTINGS[name] == "any":
            apart[name] = setting
            continue
        value = evaluate(file, setting.value, typer.work.report)
        reason = setting_problem(name, value, _MORE_SETTINGS[name])
        if reason:
            typer.problem("E0309", reason, setting.value.span)
        elif value is not None:
            constant[name] = value
    samples = constant.pop("n", None)
    return _Set(tuple(sorted(constant.items())), samples, apart)


def _examples(
    typer: Typer, setting: ast.Setting, column: str, prompts: tuple[Prompt, ...], answer: Type
) -> Examples | None:
    """Few-shot turns: the column's own prompt over the record of an example, answered by its fields."""
    value = setting.value
    if isinstance(value, ast.Pipeline):
        # `D |> sample(3)` is `sample(D, 3)`: here it gives rows for this row, not a dataset.
        steps, value = value.steps, value.head
        for step in steps:
            value = ast.Call(step.function, (ast.Argument(None, value, value.span), *step.arguments), step.span)
    rows = typer.iterable(typer.type_expr(value))
    if isinstance(rows.type, UnknownType):
        return None
    record = rows.type.item if isinstance(rows.type, ListType) else UNKNOWN
    if not isinstance(record, RecordType):
        typer.problem("E0301", f"Examples are rows, this is {show(rows.type)}.", setting.value.span)
        return None
    local = typer.fresh_local("example")
    here = LocalRef(local, record, setting.value.span)

    def of_example(node: Expr) -> Expr:
        if isinstance(node, ColumnRef) and (found := record.field(node.column)) is not None:
            return FieldOf(here, node.column, found.type, node.span)
        return node

    users = [p for p in prompts if p.role in ("user", "complete")]
    if not users:
        return None
    given = _example_answer(typer, here, record, column, answer, setting)
    return None if given is None else Examples(rows, local, rewrite(users[-1].text, of_example), given)


def _example_answer(
    typer: Typer, here: LocalRef, record: RecordType, column: str, answer: Type, setting: ast.Setting
) -> Expr | None:
    """The field of the column's name, or a record of the fields that the answer has."""
    from synthdsl.model.expr import MakeRecord
    from synthdsl.types.relations import assignable

    found = record.field(column)
    if found is not None and assignable(found.type, answer):
        return FieldOf(here, column, found.type, setting.span)
    if isinstance(answer, RecordType) and all(record.field(f.name) is not None for f in answer.fields):
        entries = tuple((f.name, FieldOf(here, f.name, f.type, setting.span)) for f in answer.fields)
        return MakeRecord(entries, answer, setting.span)
    message = f"An example has no answer: it lacks a field '{column}' of type {show(answer)}."
    typer.problem("E0206", message, setting.value.span)
    return None
