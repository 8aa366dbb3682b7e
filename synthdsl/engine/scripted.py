"""Calls that a test answers: scripted replies, read like those of any model; nobody is asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from synthdsl.engine.calls import Done, Unasked
from synthdsl.llm.reply import CallFailed, Reply
from synthdsl.llm.request import Request
from synthdsl.llm.typed.turns import answer_text
from synthdsl.model.spec import Scripted
from synthdsl.model.work import Call
from synthdsl.types.terms import STR

NO_REPLY = "E0851"


@dataclass(slots=True, eq=False, kw_only=True)
class ScriptedCalls(Unasked):
    """Satisfies `Calls`. replies: by the address of a call, in the order they are given. prompts: what was sent, by
    address. names: of calls, as a person writes them."""

    dataset: str
    replies: Mapping[str, Sequence[Reply]]
    names: Mapping[str, str]
    prompts: dict[str, list[str]] = field(default_factory=dict)

    def lookup(self, requests: Sequence[Request]) -> dict[bytes, Reply]:
        """Nothing is stored."""
        return {}

    def submit(self, request: Request, priority: tuple[int, ...], done: Done) -> None:
        address = request.form.column.removeprefix(f"{self.dataset}.")
        sent = self.prompts.setdefault(address, [])
        sent.append(prompt_text(request))
        known = self.replies.get(address, ())
        if len(sent) <= len(known):
            self.soon(partial(done, known[len(sent) - 1]))
            return
        name = self.names.get(address, address)
        which = f"call {len(sent)} of '{name}'" if known or len(sent) > 1 else f"'{name}'"
        self.hold(done, CallFailed(NO_REPLY, f"There is no reply to {which}.", "row"))


def prompt_text(request: Request) -> str:
    """The messages of a call as one text: that of a single message, else each under its role."""
    if len(request.messages) == 1:
        return request.messages[0].content
    return "\n\n".join(f"{m.role}:\n{m.content}" for m in request.messages)


def reply_of(scripted: Scripted, value: Any) -> Reply:
    """The answer of a model that would be read as the value."""
    if scripted.raw:
        return Reply(str(value))
    call = scripted.call
    answer = call.answer if isinstance(call, Call) else STR
    extras = call.extras if isinstance(call, Call) else None
    if extras is None:
        return Reply(answer_text(value, answer))
    import orjson

    calls = tuple(
        {"type": "function", "function": {"name": c["name"], "arguments": orjson.dumps(c["arguments"]).decode()}}
        for c in value.get("calls") or ()
    )
    logprobs = value.get("logprobs")
    return Reply(
        answer_text(value[extras.itself], extras.base),
        reasoning=value.get("reasoning") or "",
        tool_calls=calls,
        logprobs=None if logprobs is None else tuple((p["token"], p["logprob"]) for p in logprobs),
    )
