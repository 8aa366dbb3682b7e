"""`anthropic(...)`: Anthropic's Messages protocol.

Source: https://docs.anthropic.com/en/api/messages. The system text stands apart from the messages, a typed answer is
the input of a tool that the model must call, and the limit of tokens must be given. `seed` does not exist there and is
not sent; a raw completion does not exist either and stops the run.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from synthdsl.llm.contract import ProviderKind
from synthdsl.llm.limits import Told
from synthdsl.llm.providers.http import Http
from synthdsl.llm.providers.openai import key_of, value_of
from synthdsl.llm.reply import CallFailed, Finish, Reply, Usage
from synthdsl.llm.request import Env, ModelSpec, Request
from synthdsl.llm.settings import COMMON

HOSTED = "https://api.anthropic.com/v1"
VERSION = "2023-06-01"
MAX_TOKENS = 4096
"""Of an answer where nothing else is said: the protocol wants a number."""

_FINISH: dict[str, Finish] = {"max_tokens": "length", "tool_use": "tools", "refusal": "filter"}
_NAMES = {"temperature": "temperature", "top_p": "top_p", "max_tokens": "max_tokens"}


class Anthropic:
    """A connected model."""

    def __init__(self, model: ModelSpec, environment: Mapping[str, str]) -> None:
        base = value_of(model, "base_url", environment) or HOSTED
        key = key_of(model, environment, "ANTHROPIC_API_KEY", needed=base == HOSTED)
        variable = model.setting("api_key")
        self.account = f"{base}|{variable.variable if isinstance(variable, Env) else ''}"
        headers = {"anthropic-version": VERSION}
        if key:
            headers["x-api-key"] = key
        self._http = Http(base, headers, key)
        self._model = model.name

    async def ask(self, request: Request) -> Reply:
        """One try of one call."""
        import time

        import orjson

        if request.form.complete:
            message = f"'{request.form.column}' is a raw completion, which this provider does not have."
            raise CallFailed("E0823", message, "run", notes=("Write messages instead of `complete`.",))
        begun = time.monotonic()
        found = await self._http.post("/messages", orjson.dumps(self._body(request)), request.form.timeout)
        return read(found, request.form.schema is not None, time.monotonic() - begun)

    @property
    def told(self) -> Told | None:
        """What the server told of its limits with the call that ended last."""
        return self._http.told

    async def close(self) -> None:
        """Close all connections."""
        await self._http.close()

    def _body(self, request: Request) -> dict[str, Any]:
        form = request.form
        body: dict[str, Any] = {"model": self._model, "max_tokens": MAX_TOKENS}
        system = [m.content for m in request.messages if m.role == "system"]
        if system:
            body["system"] = "\n\n".join(system)
        body["messages"] = [{"role": m.role, "content": m.content} for m in request.messages if m.role != "system"]
        for name, value in form.settings:
            if name in _NAMES:
                body[_NAMES[name]] = value
            elif name == "stop":
                body["stop_sequences"] = [value] if isinstance(value, str) else list(value)
        if form.schema is not None:
            tool = {"name": form.schema.name, "description": "Gives the answer.", "input_schema": form.schema.document}
            body["tools"] = [tool]
            body["tool_choice"] = {"type": "tool", "name": form.schema.name}
        elif form.tools:
            body["tools"] = [_tool(t) for t in form.tools]
        return body


def _tool(tool: Mapping[str, Any]) -> dict[str, Any]:
    """A tool of OpenAI's form in Anthropic's."""
    inner = tool.get("function", tool)
    made = {"name": inner.get("name", ""), "input_schema": inner.get("parameters", {"type": "object"})}
    return {**made, "description": inner["description"]} if "description" in inner else made


def read(found: Any, typed: bool, seconds: float) -> Reply:
    """The reply in a server's answer; a typed one has its JSON as text. Raises `CallFailed` where there is none."""
    import orjson

    try:
        blocks = found["content"]
        text = "".join(b["text"] for b in blocks if b["type"] == "text")
        reasoning = "".join(b["thinking"] for b in blocks if b["type"] == "thinking")
        called = [b for b in blocks if b["type"] == "tool_use"]
        finish = _FINISH.get(found.get("stop_reason") or "", "stop")
        calls: tuple[dict[str, Any], ...] = ()
        if typed and called:
            text = orjson.dumps(called[0]["input"]).decode()
            finish = "stop" if finish == "tools" else finish
        else:
            calls = tuple(
                {
                    "id": str(b.get("id", "")),
                    "type": "function",
                    "function": {"name": b["name"], "arguments": orjson.dumps(b["input"]).decode()},
                }
                for b in called
            )
        name = found.get("model")
        model = name if isinstance(name, str) else ""
        return Reply(text, finish, _usage(found.get("usage") or {}), reasoning, "", calls, None, model, seconds)
    except (KeyError, IndexError, TypeError, AttributeError):
        message = "The server's answer has no message in it."
        raise CallFailed("E0825", message, "again", status=200, body=repr(found)[:500]) from None


def _usage(usage: Mapping[str, Any]) -> Usage:
    """The protocol counts what was read from the cache, or written to it, apart from the input."""
    cached, written = _count(usage.get("cache_read_input_tokens")), _count(usage.get("cache_creation_input_tokens"))
    return Usage(_count(usage.get("input_tokens")) + cached + written, _count(usage.get("output_tokens")), cached)


def _count(value: Any) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else 0


KIND = ProviderKind(
    "anthropic",
    "name",
    {"base_url": "text", "api_key": "key", "name": "text", **COMMON},
    Anthropic,
    "Anthropic's Messages protocol.",
    frozenset({"complete", "logprobs"}),
)
