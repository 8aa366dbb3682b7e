"""`logprobs`, `reasoning` and `tools` of an `llm`: read, tested, and the type that its answers have because of them."""

from __future__ import annotations

import re
from collections.abc import Mapping

from synthdsl.base.span import Span
from synthdsl.base.suggest import did_you_mean
from synthdsl.llm.extras import Extras, Tool, answer_type, document
from synthdsl.llm.typed.schema import unanswerable
from synthdsl.model.declare import evaluate
from synthdsl.model.expr import Expr, Value
from synthdsl.model.files import File
from synthdsl.model.typer import Typer
from synthdsl.syntax import ast
from synthdsl.types.relations import assignable
from synthdsl.types.show import show
from synthdsl.types.terms import JSON, STR, UNKNOWN, RecordType, StrType, Type, UnknownType

SWITCHES = ("logprobs", "reasoning")


def read_extras(file: File, settings: Mapping[str, ast.Setting], typer: Typer) -> Extras | None:
    """What the settings ask for beside the answer, which is text until a declared type says more; None for nothing."""
    asked = {name: _switch(file, settings[name], typer) for name in SWITCHES if name in settings}
    tools = _tools(file, settings["tools"], typer) if "tools" in settings else ()
    if not tools and not any(asked.values()):
        return None
    return Extras(STR, asked.get("logprobs", False), asked.get("reasoning", False), tools)


def with_base(extras: Extras, declared: Type | None, typer: Typer, place: Span) -> tuple[Extras, Type]:
    """The extras with the type of the answer itself, and the type of the whole answer.

    declared: of one answer; None where it is left out, and the answer itself is text.
    """
    from dataclasses import replace

    if declared is None:
        return extras, answer_type(extras)
    if isinstance(declared, UnknownType):
        return extras, UNKNOWN
    itself = None
    if isinstance(declared, RecordType):
        itself = declared.field("text") or declared.field("value")
    if itself is not None and (itself.name == "text") == isinstance(itself.type, StrType):
        extras = replace(extras, base=itself.type)
    made = answer_type(extras)
    if not isinstance(declared, RecordType) or not assignable(made, declared):
        way_out = "The type may be left out; a typed answer stands in a field `value` in the place of `text`."
        typer.problem("E0301", f"Such an answer is {show(made)}, not {show(declared)}.", place, way_out)
    elif extras.tools and not isinstance(extras.base, StrType):
        typer.problem("E0324", "An answer that may call tools is text; it cannot be typed as well.", place)
    return extras, declared if isinstance(declared, RecordType) else UNKNOWN


def tool_of(file: File, name: str, span: Span, typer: Typer) -> Tool | None:
    """The tool that a declared record type describes; None after a report."""
    found = file.documented_type(name)
    if found is None:
        typer.problem("E0205", f"There is no type '{name}'.", span, *did_you_mean(name, file.type_names()))
        return None
    type_, doc = found
    if isinstance(type_, UnknownType):
        return None
    if not isinstance(type_, RecordType):
        typer.problem("E0301", f"A tool is a record type; '{name}' is {show(type_)}.", span)
        return None
    reason = unanswerable(type_)
    if reason:
        typer.problem("E0324", f"No model can call the tool '{name}': {reason}.", span)
        return None
    return Tool(_snake(name), doc.strip(), type_)


def tool_schema(file: File, node: ast.Call, typer: Typer) -> Expr:
    """`tool_schema(Type)`: the description of a tool, known before the run."""
    arguments = node.arguments
    if len(arguments) != 1 or arguments[0].name is not None or not isinstance(arguments[0].value, ast.NameRef):
        return typer.problem("E0208", "'tool_schema' takes the name of one record type.", node.span)
    named = arguments[0].value
    tool = tool_of(file, named.name, named.span, typer)
    return Value(None, UNKNOWN, node.span) if tool is None else Value(document(tool), JSON, node.span)


def _switch(file: File, setting: ast.Setting, typer: Typer) -> bool:
    value = evaluate(file, setting.value, typer.work.report)
    if value is not None and not isinstance(value, bool):
        typer.problem("E0309", f"'{setting.name.text}' is true or false.", setting.value.span)
    return value is True


def _tools(file: File, setting: ast.Setting, typer: Typer) -> tuple[Tool, ...]:
    form = "As in `tools = [Weather, BookTable]`: each a declared record type."
    if not isinstance(setting.value, ast.ListDisplay):
        typer.problem("E0301", "'tools' is a list of record types.", setting.value.span, form)
        if isinstance(setting.value, ast.NameRef):
            file.type(setting.value.name)
        return ()
    made: dict[str, Tool] = {}
    for item in setting.value.items:
        if not isinstance(item, ast.NameRef):
            typer.problem("E0301", "A tool is the name of a record type.", item.span, form)
            continue
        tool = tool_of(file, item.name, item.span, typer)
        if tool is not None and tool.name in made:
            typer.problem("E0202", f"The tool '{tool.name}' stands here twice.", item.span)
        elif tool is not None:
            made[tool.name] = tool
    return tuple(made.values())


def _snake(name: str) -> str:
    """`BookTable` as models know tools: `book_table`."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).lower()
