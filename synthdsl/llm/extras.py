"""What an answer may hold beside its text or value: as a spec asks for it with `logprobs`, `reasoning` and `tools`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from synthdsl.types.relations import optional
from synthdsl.types.terms import FLOAT, STR, Field, ListType, LiteralType, RecordType, StrType, Type, UnionType

LOGPROB = RecordType((Field("token", STR), Field("logprob", FLOAT)))
"""A token of the answer and the natural logarithm of its probability."""


@dataclass(frozen=True, slots=True)
class Tool:
    """A function that a model may ask to be called.

    name: what the model calls it. doc: what it is for, sent with it. parameters: the record of its arguments.
    """

    name: str
    doc: str
    parameters: RecordType


@dataclass(frozen=True, slots=True)
class Extras:
    """What is asked for beside the answer itself.

    base: the type of the answer itself. reasoning: whether what the model thought before is kept.
    """

    base: Type
    logprobs: bool = False
    reasoning: bool = False
    tools: tuple[Tool, ...] = ()

    @property
    def itself(self) -> str:
        """The field that holds the answer itself."""
        return "text" if isinstance(self.base, StrType) else "value"


def answer_type(extras: Extras) -> RecordType:
    """The type of such an answer; of a column with `n` or `for` it is the type of the items."""
    fields = [Field(extras.itself, extras.base)]
    fields += [Field("reasoning", optional(STR))] if extras.reasoning else []
    fields += [Field("logprobs", ListType(LOGPROB))] if extras.logprobs else []
    fields += [Field("calls", ListType(_call_type(extras.tools)))] if extras.tools else []
    return RecordType(tuple(fields))


def _call_type(tools: tuple[Tool, ...]) -> Type:
    members = tuple(
        RecordType((Field("name", LiteralType((tool.name,))), Field("arguments", tool.parameters))) for tool in tools
    )
    return members[0] if len(members) == 1 else UnionType(members, "name")


def document(tool: Tool) -> Mapping[str, Any]:
    """The description of a tool that is sent, and that data for tuning hold.

    Source: https://platform.openai.com/docs/guides/function-calling. Raises ValueError for parameters that
    `typed.schema.unanswerable` refuses.
    """
    from synthdsl.llm.typed.schema import schema_of

    schema = schema_of(tool.parameters, tool.name)
    assert schema is not None
    function: dict[str, Any] = {"name": tool.name}
    if tool.doc:
        function["description"] = tool.doc
    return {"type": "function", "function": {**function, "parameters": schema.document}}
