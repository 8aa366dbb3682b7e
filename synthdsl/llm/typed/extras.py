"""Answers that are more than their text: with log probabilities (`logprobs = true`), with calls of `tools`.

Such a column has records: `text`, then `logprobs` and `calls` as they are asked for. The arguments of a call are JSON
of any form, because a tool's schema is the tool's own affair; that they are an object and the tool is one of those
offered is tested.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from synthdsl.llm.reply import Reply
from synthdsl.llm.typed.problem import Problem, misfit, without_logprobs
from synthdsl.llm.typed.read import Read, Reader, parsed, why_not
from synthdsl.types.terms import FLOAT, JSON, STR, Field, ListType, RecordType, StrType

LOGPROB = RecordType((Field("token", STR), Field("logprob", FLOAT)))
"""A token of the answer and the natural logarithm of its probability."""

TOOL_CALL = RecordType((Field("name", STR), Field("arguments", JSON)))
"""A call of a tool that the model wants made."""


def answer_type(logprobs: bool, tools: bool) -> RecordType:
    """The type of an answer with extras; of a column with `n` it is the type of the items."""
    fields = [Field("text", STR)]
    fields += [Field("logprobs", ListType(LOGPROB))] if logprobs else []
    fields += [Field("calls", ListType(TOOL_CALL))] if tools else []
    return RecordType(tuple(fields))


def tool_names(tools: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    """What the tools of a form are called."""
    return tuple(str(t.get("function", t).get("name", "")) for t in tools)


@dataclass(frozen=True, slots=True)
class ExtrasReader:
    """Reads replies as records of `answer_type`. tools: names of those offered, None where none are asked for.

    An answer that calls a tool may have no text.
    """

    logprobs: bool
    tools: tuple[str, ...] | None
    complete: bool = False

    def read(self, reply: Reply) -> Read:
        """The record of a reply, or why it has none."""
        may_be_empty = self.tools is not None and bool(reply.tool_calls)
        read = Reader(StrType(min=0) if may_be_empty else STR, self.complete).read(reply)
        if read.problem is not None:
            return read
        value: dict[str, Any] = {"text": read.value}
        problem = self._add_logprobs(value, reply) or self._add_calls(value, reply)
        return replace(read, value=None if problem else value, problem=problem)

    def _add_logprobs(self, value: dict[str, Any], reply: Reply) -> Problem | None:
        if not self.logprobs:
            return None
        if reply.logprobs is None or not all(math.isfinite(p) for _, p in reply.logprobs):
            return without_logprobs()
        value["logprobs"] = [{"token": token, "logprob": float(p)} for token, p in reply.logprobs]
        return None

    def _add_calls(self, value: dict[str, Any], reply: Reply) -> Problem | None:
        if self.tools is None:
            return None
        calls = []
        for raw in reply.tool_calls:
            function = raw.get("function")
            function = function if isinstance(function, dict) else {}
            name = function.get("name")
            if name not in self.tools:
                return misfit(f"it calls {_shown(name)}, which is none of the tools", "call of a tool")
            arguments = _arguments(function.get("arguments"))
            if arguments is None:
                return misfit(f"the arguments of the call of '{name}' are no JSON object", "call of a tool")
            calls.append({"name": name, "arguments": arguments})
        value["calls"] = calls
        return None


def _arguments(raw: Any) -> dict[str, Any] | None:
    """The arguments, which servers send as JSON text, some as an object."""
    try:
        found = parsed(raw or "{}") if raw is None or isinstance(raw, str) else raw
    except ValueError:
        return None
    return found if isinstance(found, dict) and why_not(found, JSON) is None else None


def _shown(name: Any) -> str:
    from synthdsl.dataset.validate import shorten

    return shorten(name)
