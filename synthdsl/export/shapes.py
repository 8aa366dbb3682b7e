"""What a key of an output may hold: the shapes that formats ask for, as questions about types.

Each shape has the words a message uses for it and a function that says what is wrong with a type, None when it fits.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from synthdsl.types.relations import is_bool, is_text, without_null
from synthdsl.types.show import show
from synthdsl.types.terms import (
    DatasetType,
    JsonType,
    ListType,
    LiteralType,
    MapType,
    ModelType,
    NeverType,
    RangeType,
    RecordType,
    Type,
    UnionType,
    UnknownType,
)

ShapeName = Literal["text", "messages", "text_or_messages", "bool", "turns", "history", "tools", "tool_messages", "any"]

ROLES = ("system", "developer", "user", "assistant", "tool")
"""The roles that chat templates know."""

_PLAIN_FIELDS = {"role", "content", "name", "weight", "thinking", "reasoning_content"}
_TOOL_FIELDS = _PLAIN_FIELDS | {"tool_calls", "tool_call_id"}


@dataclass(frozen=True, slots=True)
class Shape:
    """words: what the key takes, after "needs". problem: what keeps a type (null apart) from fitting, in a sentence."""

    words: str
    problem: Callable[[Type], str | None]


def is_messages(type_: Type) -> bool:
    """Whether the values are transcripts: lists of records that have a role."""
    plain = without_null(type_)
    return isinstance(plain, ListType) and all(_has(m, "role") for m in _members(plain.item))


def is_turns(type_: Type) -> bool:
    """Whether the values are conversations in the ShareGPT spelling: lists of records of `from` and `value`."""
    plain = without_null(type_)
    return isinstance(plain, ListType) and all(_has(m, "from") and _has(m, "value") for m in _members(plain.item))


def _members(item: Type) -> tuple[Type, ...]:
    return item.members if isinstance(item, UnionType) else (item,)


def _has(type_: Type, name: str) -> bool:
    return isinstance(type_, RecordType) and type_.field(name) is not None


def _text(type_: Type) -> str | None:
    return None if is_text(type_) else f"It is {show(type_)}."


def _bool(type_: Type) -> str | None:
    return None if is_bool(type_) else f"It is {show(type_)}."


def _messages(type_: Type) -> str | None:
    return _transcript(type_, _PLAIN_FIELDS)


def _tool_messages(type_: Type) -> str | None:
    return _transcript(type_, _TOOL_FIELDS)


def _transcript(type_: Type, allowed: set[str]) -> str | None:
    if isinstance(type_, UnknownType):
        return None
    if not isinstance(type_, ListType):
        return f"It is {show(type_)}."
    if isinstance(type_.item, NeverType):
        return "It is always empty."
    for member in _members(type_.item):
        if not isinstance(member, RecordType):
            return f"It is {show(type_)}."
        problem = _message(member, allowed)
        if problem:
            return problem
    return None


def _message(record: RecordType, allowed: set[str]) -> str | None:
    role, content = record.field("role"), record.field("content")
    with_tools = "tool_calls" in allowed
    if role is None:
        return f"A message has a field 'role'; this record is {show(record)}."
    if not is_text(role.type):
        return f"The field 'role' is {show(role.type)}, not text."
    if isinstance(role.type, LiteralType):
        strange = [v for v in role.type.values if v not in ROLES]
        if strange:
            return f"No chat template knows the role '{strange[0]}'; the roles are {', '.join(ROLES)}."
    if content is None and not (with_tools and record.field("tool_calls")):
        return "A message has a field 'content'."
    if content is not None:
        kind = without_null(content.type) if with_tools else content.type
        if not is_text(kind):
            return f"The field 'content' is {show(content.type)}, not text."
    extra = sorted({f.name for f in record.fields} - allowed)
    if extra:
        more = " The format 'tools' takes them." if set(extra) <= _TOOL_FIELDS else ""
        return f"A message has no field '{extra[0]}'.{more}"
    calls = record.field("tool_calls")
    return _tool_calls(without_null(calls.type)) if calls else None


def _tool_calls(type_: Type) -> str | None:
    expected = "The field 'tool_calls' is a list of { type: str, function: { name: str, arguments: ... } }"
    if isinstance(type_, JsonType | UnknownType) or (isinstance(type_, ListType) and isinstance(type_.item, JsonType)):
        return None
    if not isinstance(type_, ListType) or not isinstance(type_.item, RecordType):
        return f"{expected}, not {show(type_)}."
    function = type_.item.field("function")
    if function is None or not isinstance(function.type, RecordType):
        return f"{expected}; the record 'function' is missing."
    for name in ("name", "arguments"):
        if function.type.field(name) is None:
            return f"{expected}; '{name}' is missing."
    return None


def _text_or_messages(type_: Type) -> str | None:
    return None if is_text(type_) else _messages(type_)


def _turns(type_: Type) -> str | None:
    if not is_turns(type_) or not isinstance(type_, ListType):
        return _messages(type_)
    for member in _members(type_.item):
        assert isinstance(member, RecordType)
        for field in member.fields:
            if field.name not in ("from", "value"):
                return f"A turn has the fields 'from' and 'value', not '{field.name}'."
            if not is_text(field.type):
                return f"The field '{field.name}' is {show(field.type)}, not text."
    return None


def _history(type_: Type) -> str | None:
    if isinstance(type_, UnknownType | NeverType):
        return None
    if isinstance(type_, ListType):
        if isinstance(type_.item, NeverType):
            return None
        if isinstance(type_.item, ListType) and (is_text(type_.item.item) or isinstance(type_.item.item, NeverType)):
            return None
    return f"It is {show(type_)}."


def _tools(type_: Type) -> str | None:
    if is_text(type_) or isinstance(type_, JsonType):
        return None
    if isinstance(type_, ListType) and isinstance(type_.item, RecordType | UnionType | JsonType | NeverType):
        return None
    return f"It is {show(type_)}."


def _any(type_: Type) -> str | None:
    if isinstance(type_, ModelType | DatasetType | MapType | RangeType):
        return f"It is {show(type_)}, which no file can hold."
    return None


SHAPES: dict[ShapeName, Shape] = {
    "text": Shape("text", _text),
    "messages": Shape("messages (a list of records of role and content)", _messages),
    "text_or_messages": Shape("text or messages", _text_or_messages),
    "bool": Shape("true or false", _bool),
    "turns": Shape("messages, or a list of records of from and value", _turns),
    "history": Shape("a list of [instruction, answer] pairs", _history),
    "tools": Shape("a list of tool descriptions (JSON Schema), as records, JSON or text", _tools),
    "tool_messages": Shape("messages (records of role, content and tool_calls)", _tool_messages),
    "any": Shape("a value", _any),
}
