"""`simulated()`: typed placeholders with no model at all, the same ones each time.

An answer is a function of the call's key alone: text that says what it is, and for other types a value of the type.
`latency=` makes each call take that many seconds.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from synthdsl.llm.contract import ProviderKind
from synthdsl.llm.reply import Reply, Usage
from synthdsl.llm.request import ModelSpec, Request
from synthdsl.llm.settings import COMMON
from synthdsl.llm.typed.pretend import pretended, pretended_calls, pretended_logprobs
from synthdsl.types.terms import STR


class Simulated:
    """No model: what it says is made of the call's key."""

    def __init__(self, model: ModelSpec, environment: Mapping[str, str]) -> None:
        self.told = None
        self.account = f"simulated|{model.alias}"
        self._latency = float(model.setting("latency", 0.0))
        self._name = model.alias

    async def ask(self, request: Request) -> Reply:
        """A placeholder of the form's type."""
        import asyncio
        import random

        import orjson

        if self._latency:
            await asyncio.sleep(self._latency)
        chance = random.Random(request.key)
        form = request.form
        text = value = pretended(form.answer, chance)
        if form.schema is not None:
            text = orjson.dumps({"value": value} if form.schema.wrapped else value).decode()
        calls: tuple[dict[str, Any], ...] = ()
        logprobs = None
        if form.extras is not None:
            calls = pretended_calls(form.extras.tools, chance)
            text = "" if calls else text
            logprobs = pretended_logprobs(text, chance) if form.logprobs else None
        reasoning = pretended(STR, chance) if form.extras is not None and form.extras.reasoning else ""
        asked = sum(len(m.content) for m in request.messages) // 4
        return Reply(
            text,
            "tools" if calls else "stop",
            Usage(asked, len(text) // 4),
            reasoning,
            "",
            calls,
            logprobs,
            "simulated",
            self._latency,
        )

    async def close(self) -> None:
        """Nothing is held."""


KIND = ProviderKind(
    "simulated",
    None,
    {"latency": (0.0, 3600.0), **COMMON},
    Simulated,
    "Typed placeholders with no model at all, to try a spec without one.",
)
