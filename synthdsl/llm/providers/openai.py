"""`openai(...)`: every server that speaks OpenAI's protocol: hosted, vLLM, llama.cpp, Ollama and others.

Source: https://platform.openai.com/docs/api-reference/chat and /completions. What servers leave out of it is found out
from what they refuse, once for each account: `response_format`, bounds in its schema, `max_tokens` by its newer name.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from synthdsl.llm.contract import ProviderKind
from synthdsl.llm.limits import Told
from synthdsl.llm.providers.http import Http
from synthdsl.llm.reply import CallFailed, Finish, Reply, Usage
from synthdsl.llm.request import Env, ModelSpec, Request
from synthdsl.llm.settings import COMMON
from synthdsl.llm.typed.schema import BOUNDS, is_strict, without_bounds

HOSTED = "https://api.openai.com/v1"
_FINISH: dict[str, Finish] = {
    "stop": "stop",
    "length": "length",
    "content_filter": "filter",
    "tool_calls": "tools",
    "function_call": "tools",
}


class OpenAI:
    """A connected model."""

    def __init__(self, model: ModelSpec, environment: Mapping[str, str]) -> None:
        base = value_of(model, "base_url", environment) or environment.get("OPENAI_BASE_URL") or HOSTED
        key = key_of(model, environment, "OPENAI_API_KEY", needed=base == HOSTED)
        if "://" not in base:
            base = f"http://{base}"
        self.account = f"{base}|{_variable(model)}"
        self._http = Http(base, {"Authorization": f"Bearer {key}"} if key else {}, key)
        self._model = model.name
        self._takes_schema = self._takes_bounds = True
        self._limit_name = "max_tokens"

    async def ask(self, request: Request) -> Reply:
        """One try of one call."""
        import time

        import orjson

        form = request.form
        path = "/completions" if form.complete else "/chat/completions"
        begun = time.monotonic()
        while True:
            body, known = orjson.dumps(self._body(request)), self._known()
            try:
                found = await self._http.post(path, body, form.timeout)
            except CallFailed as failure:
                # Another call may have learnt it while this one was under way.
                refused = failure.status in (400, 422, 501)
                if refused and (known != self._known() or self._learn(request, failure.body)):
                    continue
                raise
            return read(found, form.complete, time.monotonic() - begun)

    @property
    def told(self) -> Told | None:
        """What the server told of its limits with the call that ended last."""
        return self._http.told

    async def close(self) -> None:
        """Close all connections."""
        await self._http.close()

    def _known(self) -> tuple[bool, bool, str]:
        return self._takes_schema, self._takes_bounds, self._limit_name

    def _learn(self, request: Request, said: str) -> bool:
        """Whether the refusal is of something that can be left out; the next try then does without."""
        typed = self._takes_schema and request.form.schema is not None
        if typed and self._takes_bounds and _BOUND.search(said):
            self._takes_bounds = False
            return True
        if typed and any(w in said for w in _SCHEMA_WORDS):
            self._takes_schema = False
            return True
        if self._limit_name == "max_tokens" and "max_completion_tokens" in said:
            self._limit_name = "max_completion_tokens"
            return True
        return False

    def _body(self, request: Request) -> dict[str, Any]:
        form = request.form
        body: dict[str, Any] = {"model": self._model}
        messages = request.messages
        if form.schema is not None and not self._takes_schema:
            from synthdsl.llm.typed.ask import with_wanted

            messages = with_wanted(messages, form.schema)
        if form.complete:
            body["prompt"] = messages[0].content
        else:
            body["messages"] = [{"role": m.role, "content": m.content} for m in messages]
        for name, value in form.settings:
            body[self._limit_name if name == "max_tokens" else name] = value
        if form.schema is not None and self._takes_schema:
            document = form.schema.document if self._takes_bounds else without_bounds(form.schema.document)
            schema = {"name": form.schema.name, "schema": document, "strict": is_strict(document)}
            body["response_format"] = {"type": "json_schema", "json_schema": schema}
        if form.logprobs:
            body["logprobs"] = 1 if form.complete else True
        if form.tools:
            body["tools"] = list(form.tools)
        return body


_BOUND = re.compile(rf"\b(?:{'|'.join(BOUNDS)})\b")
"""A refusal that names a keyword of bounds. `response_format` is no word that ends in `format`."""

_SCHEMA_WORDS = ("response_format", "json_schema", "guided", "grammar", "structured")


def value_of(model: ModelSpec, name: str, environment: Mapping[str, str]) -> str | None:
    """A setting as text, read from the environment where it says so. Raises `CallFailed` for a missing variable."""
    value = model.setting(name)
    if not isinstance(value, Env):
        return None if value is None else str(value)
    found = environment.get(value.variable, "").strip()
    if not found:
        message = f"The environment variable '{value.variable}' of the model '{model.alias}' is not set."
        raise CallFailed("E0829", message, "run", notes=(f"`export {value.variable}=...` before the run.",))
    return _sendable(found, value.variable)


def key_of(model: ModelSpec, environment: Mapping[str, str], usual: str, needed: bool) -> str | None:
    """The key of a model: the variable that it names, else the usual one. Raises `CallFailed`."""
    if model.setting("api_key") is not None:
        return value_of(model, "api_key", environment)
    found = environment.get(usual, "").strip()
    if not found and needed:
        message = f"There is no key for the model '{model.alias}': the environment variable '{usual}' is not set."
        notes = (f"`export {usual}=...` before the run.", "`--model NAME='simulated()'` runs without a key.")
        raise CallFailed("E0829", message, "run", notes=notes)
    return _sendable(found, usual) if found else None


def _sendable(text: str, variable: str) -> str:
    """The text, unless no header and no address can hold it. Raises `CallFailed` without telling it."""
    if text.isascii() and text.isprintable():
        return text
    message = f"The environment variable '{variable}' holds characters that cannot be sent, as the end of a line."
    raise CallFailed("E0829", message, "run", notes=(f"Set '{variable}' again, without anything around the value.",))


def _variable(model: ModelSpec) -> str:
    key = model.setting("api_key")
    return key.variable if isinstance(key, Env) else ""


def read(found: Any, complete: bool, seconds: float) -> Reply:
    """The reply in a server's answer. Raises `CallFailed` for one that has none."""
    try:
        choice = found["choices"][0]
        usage = found.get("usage") or {}
        details = usage.get("prompt_tokens_details") or {}
        used = Usage(
            _count(usage.get("prompt_tokens")),
            _count(usage.get("completion_tokens")),
            _count(details.get("cached_tokens")),
        )
        finish = _FINISH.get(choice.get("finish_reason") or "stop", "stop")
        name = found.get("model")
        model = name if isinstance(name, str) else ""
        logprobs = _logprobs(choice.get("logprobs"))
        if complete:
            return Reply(_text(choice["text"]), finish, used, logprobs=logprobs, model=model, seconds=seconds)
        message = choice["message"]
        return Reply(
            _text(message.get("content")),
            finish,
            used,
            _text(message.get("reasoning_content") or message.get("reasoning")),
            _text(message.get("refusal")),
            tuple(c for c in message.get("tool_calls") or () if isinstance(c, dict)),
            logprobs,
            model,
            seconds,
        )
    except (KeyError, IndexError, TypeError, AttributeError):
        shown = repr(found)[:500]
        raise CallFailed(
            "E0825", "The server's answer has no message in it.", "again", status=200, body=shown
        ) from None


def _text(value: Any) -> str:
    """Text, parts of text put together, or nothing. Raises TypeError for what is neither."""
    if value is None:
        return ""
    if isinstance(value, list):
        return "".join(p["text"] for p in value if isinstance(p, dict) and isinstance(p.get("text"), str))
    if not isinstance(value, str):
        raise TypeError(type(value).__name__)
    return value


def _count(value: Any) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else 0


def _logprobs(found: Any) -> tuple[tuple[str, float], ...] | None:
    if not isinstance(found, dict):
        return None
    if isinstance(found.get("content"), list):
        return tuple((str(t["token"]), float(t["logprob"])) for t in found["content"])
    if isinstance(found.get("tokens"), list) and isinstance(found.get("token_logprobs"), list):
        pairs = zip(found["tokens"], found["token_logprobs"], strict=False)
        return tuple((str(t), float(p)) for t, p in pairs if p is not None)
    return None


KIND = ProviderKind(
    "openai",
    "name",
    {"base_url": "text", "api_key": "key", "name": "text", **COMMON},
    OpenAI,
    "Every server that speaks OpenAI's protocol; `base_url=` for others than OpenAI's own.",
)
