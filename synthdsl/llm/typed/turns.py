"""Few-shot turns: values as a model would have answered them, and the messages that show them."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import Any

from synthdsl.dataset.validate import member_of
from synthdsl.llm.request import Message
from synthdsl.llm.typed.schema import is_text
from synthdsl.types.terms import DurationType, ListType, OptionalType, RecordType, TimestampType, Type, UnionType


def turns(shown: Iterable[tuple[str, Any]], type_: Type) -> tuple[Message, ...]:
    """A user and an assistant message for each example, in order; they stand after the system message.

    shown: (the column's prompt rendered for the example row, the example's value of the column). type_: of the answer.
    """
    return tuple(
        message
        for prompt, value in shown
        for message in (Message("user", prompt), Message("assistant", answer_text(value, type_)))
    )


def answer_text(value: Any, type_: Type) -> str:
    """The answer that would be read as the value: text as it is, else JSON of the schema of the type."""
    if is_text(type_):
        return str(value)
    import json

    raw = _raw(value, type_)
    return json.dumps(raw if isinstance(type_, RecordType) else {"value": raw}, ensure_ascii=False)


def _raw(value: Any, type_: Type) -> Any:
    """The JSON value of a value. Members of a union have their tag first, as in the schema."""
    match type_:
        case OptionalType(inner):
            return None if value is None else _raw(value, inner)
        case ListType(item):
            return [_raw(v, item) for v in value]
        case RecordType(fields):
            return {f.name: _raw(value.get(f.name), f.type) for f in fields}
        case UnionType(_, tag):
            member = member_of(value, type_)
            return value if member is None else {tag: value[tag], **_raw(value, member)}
        case TimestampType():
            return value.isoformat() + "Z"
        case DurationType():
            return value.total_seconds()
        case _:
            return value.isoformat() if isinstance(value, datetime.date) else value
