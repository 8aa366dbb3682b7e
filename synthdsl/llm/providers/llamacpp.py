"""`llamacpp(path)`: a GGUF file in this process, by llama-cpp-python, an extra.

Source: https://llama-cpp-python.readthedocs.io/. The chat template is the file's own. Typed answers are written under a
grammar made of their schema. What is left of the call before is forgotten, since a prompt that goes on from it would be
computed in other steps and its answer depend on the order of calls.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from synthdsl.llm.contract import ProviderKind
from synthdsl.llm.providers.gguf_header import trained_context
from synthdsl.llm.providers.in_process import MAX_TOKENS, Writer, missing, seed_of
from synthdsl.llm.providers.openai import read
from synthdsl.llm.reply import CallFailed, Reply
from synthdsl.llm.request import ModelSpec, Request
from synthdsl.llm.settings import COMMON

CONTEXT = 4096
"""Tokens of prompt and answer together where nothing else is said, or fewer where the model was trained on fewer."""


class LlamaCpp:
    """A connected model."""

    told = None

    def __init__(self, model: ModelSpec, environment: Mapping[str, str]) -> None:
        try:
            import llama_cpp  # noqa: F401
        except ImportError:
            raise missing("llamacpp", "llama-cpp-python") from None
        self.account = f"llamacpp|{model.place}"
        self._context: int | None = model.setting("context")
        self._writer = Writer(model, self._load, _write)

    async def ask(self, request: Request) -> Reply:
        """One answer."""
        return await self._writer.ask(request)

    async def close(self) -> None:
        """Let go of the weights."""
        await self._writer.close()

    def _load(self, place: Path) -> Any:
        from llama_cpp import Llama

        if self._context is None:
            self._context = min(CONTEXT, trained_context(place) or CONTEXT)
        return Llama(str(place), n_ctx=self._context, verbose=False)


def _write(model: Any, request: Request) -> Reply:
    form = request.form
    model.reset()
    known: dict[str, Any] = {"max_tokens": MAX_TOKENS, **dict(form.settings), "seed": seed_of(request)}
    if form.complete:
        found = model.create_completion(request.messages[0].content, **known)
        return replace(read(found, True, 0.0), model=form.model.name)
    if "tokenizer.chat_template" not in model.metadata:
        # The library would take Llama 2's, whatever the model is.
        message = f"The model '{form.model.alias}' has no chat template, so it cannot be sent messages."
        notes = ('`complete """..."""` goes on from a text instead.',)
        raise CallFailed("E0823", message, "run", notes=notes)
    if form.schema is not None:
        known["response_format"] = {"type": "json_object", "schema": form.schema.document}
    messages = [{"role": m.role, "content": m.content} for m in request.messages]
    # The library calls the model by its path on this machine, which is nobody else's business.
    return replace(read(model.create_chat_completion(messages, **known), False, 0.0), model=form.model.name)


KIND = ProviderKind(
    "llamacpp",
    "path",
    {"path": "text", "context": (64, 10_000_000), **COMMON},
    LlamaCpp,
    "A GGUF file in this process, by llama.cpp, an extra: `pip install 'synthdsl[llamacpp]'`.",
    frozenset({"logprobs", "tools"}),
)
