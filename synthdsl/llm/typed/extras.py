"""Answers that are more than their text or value: with log probabilities, with reasoning, with calls of tools.

In: a reply and what was asked for (`Extras`). Out: a record of `answer_type`. The arguments of a call are read as the
tool's record type like any typed answer: mended, tested, and asked for again where they do not fit.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

from synthdsl.dataset.validate import shorten
from synthdsl.llm.extras import Extras
from synthdsl.llm.reply import Reply
from synthdsl.llm.typed.problem import Problem, misfit, without_logprobs
from synthdsl.llm.typed.read import Read, Reader
from synthdsl.types.terms import StrType

MAX_CALLS = 128
"""Calls of tools in one answer; a model that asks for more repeats itself."""


class ExtrasReader:
    """Reads replies as records of `answer_type`. An answer that calls a tool may have no text."""

    __slots__ = ("_itself", "_name", "_silent", "_tools", "extras")

    def __init__(self, extras: Extras, complete: bool = False) -> None:
        """complete: as of `Reader`. Raises ValueError for types that `schema.unanswerable` refuses."""
        self.extras = extras
        self._itself = Reader(extras.base, complete)
        self._silent = Reader(StrType(min=0), complete)
        self._name = extras.itself
        self._tools = {tool.name: Reader(tool.parameters) for tool in extras.tools}

    def read(self, reply: Reply) -> Read:
        """The record of a reply, or why it has none."""
        calls = bool(self._tools and reply.tool_calls)
        read = (self._silent if calls and not reply.text.strip() else self._itself).read(reply)
        if read.problem is not None:
            return read
        value: dict[str, Any] = {self._name: read.value}
        if self.extras.reasoning:
            value["reasoning"] = read.reasoning or None
        problem = self._add_logprobs(value, reply) or self._add_calls(value, reply)
        if problem is None:
            return replace(read, value=value)
        # What is echoed when the model is asked again has to show the calls that were wrong.
        return replace(read, value=None, text=_told(read.text, reply), problem=problem)

    def _add_logprobs(self, value: dict[str, Any], reply: Reply) -> Problem | None:
        if not self.extras.logprobs:
            return None
        if reply.logprobs is None or not all(math.isfinite(p) for _, p in reply.logprobs):
            return without_logprobs()
        value["logprobs"] = [{"token": token, "logprob": float(p)} for token, p in reply.logprobs]
        return None

    def _add_calls(self, value: dict[str, Any], reply: Reply) -> Problem | None:
        if not self._tools:
            return None
        calls: list[dict[str, Any]] = []
        if len(reply.tool_calls) > MAX_CALLS:
            return misfit(
                f"it calls tools {len(reply.tool_calls)} times, at most {MAX_CALLS} are taken", "call of a tool"
            )
        for raw in reply.tool_calls:
            function = raw.get("function")
            function = function if isinstance(function, dict) else {}
            name = function.get("name")
            reader = self._tools.get(name) if isinstance(name, str) else None
            if reader is None:
                known = ", ".join(self._tools)
                return misfit(f"it calls {shorten(name)}, which is none of the tools ({known})", "call of a tool")
            read = reader.read(Reply(_text(function.get("arguments"))))
            if read.problem is not None:
                why = read.problem.message.removeprefix("The answer ").rstrip(".")
                return misfit(f"the arguments of '{name}': it {why}", "call of a tool")
            calls.append({"name": name, "arguments": read.value})
        value["calls"] = calls
        return None


def _text(arguments: Any) -> str:
    """The arguments as JSON text, which most servers send; some send the object."""
    import orjson

    if arguments is None or arguments == "":
        return "{}"
    if isinstance(arguments, str):
        return arguments
    try:
        return orjson.dumps(arguments).decode()
    except (TypeError, ValueError):
        return ""


def _told(text: str, reply: Reply) -> str:
    import orjson

    calls = [raw.get("function") for raw in reply.tool_calls[:MAX_CALLS]]
    if not calls:
        return text
    try:
        shown = orjson.dumps(calls).decode()
    except (TypeError, ValueError):
        return text
    return f"{text}\n{shown}".strip()
