"""`litellm(...)`: what the library litellm speaks to, by its call layer alone.

Source: https://docs.litellm.ai/docs/completion/input. Its retries, telemetry and the list of prices
that it would fetch are off: the gateway retries, the store keeps.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from synthdsl.llm.contract import ProviderKind
from synthdsl.llm.limits import Told
from synthdsl.llm.providers.http import refused
from synthdsl.llm.providers.openai import key_of, read, value_of
from synthdsl.llm.reply import CallFailed, Reply
from synthdsl.llm.request import ModelSpec, Request
from synthdsl.llm.settings import COMMON


class LiteLLM:
    """A connected model. The library does not tell of limits."""

    told: Told | None = None

    def __init__(self, model: ModelSpec, environment: Mapping[str, str]) -> None:
        self._library = _library()
        self._base = value_of(model, "base_url", environment)
        named = model.setting("api_key") is not None
        self._key = key_of(model, environment, "", needed=False) if named else None
        self._model = value_of(model, "name", environment) or ""
        self.account = f"litellm|{self._base or self._model.partition('/')[0]}|{model.setting('api_key')}"

    async def ask(self, request: Request) -> Reply:
        """One try of one call."""
        import asyncio
        import time

        form = request.form
        begun = time.monotonic()
        call = self._library.atext_completion if form.complete else self._library.acompletion
        try:
            async with asyncio.timeout(form.timeout):
                answer = await call(**self._arguments(request))
        except TimeoutError:
            raise _late(form.timeout) from None
        except Exception as error:
            raise self._failure(error, form.timeout) from None
        return read(answer.model_dump(), form.complete, time.monotonic() - begun)

    async def close(self) -> None:
        """Close the connections that the library keeps."""
        await self._library.close_litellm_async_clients()

    def _arguments(self, request: Request) -> dict[str, Any]:
        form = request.form
        known: dict[str, Any] = {"model": self._model, "timeout": form.timeout, "num_retries": 0, "max_retries": 0}
        if form.complete:
            known["prompt"] = request.messages[0].content
        else:
            known["messages"] = [{"role": m.role, "content": m.content} for m in request.messages]
        known.update(form.settings)
        if form.schema is not None:
            schema = {"name": form.schema.name, "schema": form.schema.document, "strict": True}
            known["response_format"] = {"type": "json_schema", "json_schema": schema}
        if form.logprobs:
            known["logprobs"] = 1 if form.complete else True
        if form.tools:
            known["tools"] = list(form.tools)
        if self._base:
            known["api_base"] = self._base
        if self._key:
            known["api_key"] = self._key
        return known

    def _failure(self, error: Exception, timeout: float) -> CallFailed:
        """What an exception of the library means; its text may repeat the key."""
        import orjson

        kind = type(error).__name__
        status = getattr(error, "status_code", None)
        said = str(getattr(error, "message", "") or error)
        if self._key:
            said = said.replace(self._key, "[key]")
        if kind == "Timeout":
            return _late(timeout)
        if kind == "APIConnectionError" or not isinstance(status, int):
            message = f"The call broke before there was an answer ({kind})."
            return CallFailed("E0825", message, "again", body=said[:500])
        headers = getattr(getattr(error, "response", None), "headers", None) or {}
        return refused(status, orjson.dumps({"error": {"message": said}}), headers)


def _late(seconds: float) -> CallFailed:
    return CallFailed("E0824", f"The server did not answer within {seconds:g} s.", "again", slow=True)


def _library() -> Any:
    """The library, told to fetch nothing. Raises `CallFailed` when it is not installed."""
    import os

    os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"
    try:
        import litellm
    except ImportError:
        message = "'litellm(...)' needs the library litellm, which is not installed."
        raise CallFailed("E0828", message, "run", notes=("`pip install 'synthdsl[litellm]'`",)) from None
    litellm.telemetry = False
    litellm.suppress_debug_info = True
    litellm.turn_off_message_logging = True
    return litellm


KIND = ProviderKind(
    "litellm",
    "name",
    {"base_url": "text", "api_key": "key", "name": "text", **COMMON},
    LiteLLM,
    "What the library litellm speaks to, an extra: `pip install 'synthdsl[litellm]'`.",
)
