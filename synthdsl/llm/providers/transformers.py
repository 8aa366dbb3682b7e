"""`transformers(path)`: a folder of weights in this process, by Hugging Face's library, an extra.

Source: https://huggingface.co/docs/transformers/main_classes/text_generation. Only files of the folder are read:
nothing is fetched, no code that lies beside the weights runs, pickled weights are refused. Typed answers are asked for
in the prompt.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any

from synthdsl.llm.contract import ProviderKind
from synthdsl.llm.providers.in_process import MAX_TOKENS, Writer, missing, seed_of
from synthdsl.llm.reply import CallFailed, Reply, Usage
from synthdsl.llm.request import ModelSpec, Request
from synthdsl.llm.settings import COMMON

_CHANCE = Lock()
"""Torch draws from one generator a process: two models that write at once would take each other's draws."""


@dataclass(frozen=True, slots=True)
class _Loaded:
    model: Any
    tokenizer: Any


class Transformers:
    """A connected model."""

    told = None

    def __init__(self, model: ModelSpec, environment: Mapping[str, str]) -> None:
        try:
            import torch  # noqa: F401
            import transformers  # noqa: F401
        except ImportError:
            raise missing("transformers", "transformers, with torch") from None
        self.account = f"transformers|{model.place}"
        self._writer = Writer(model, _load, _write)

    async def ask(self, request: Request) -> Reply:
        """One answer."""
        return await self._writer.ask(request)

    async def close(self) -> None:
        """Let go of the weights."""
        await self._writer.close()


def _load(place: Path) -> _Loaded:
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    own: dict[str, Any] = {"local_files_only": True, "trust_remote_code": False}
    tokenizer: Any = AutoTokenizer.from_pretrained(str(place), **own)
    model: Any = AutoModelForCausalLM.from_pretrained(str(place), use_safetensors=True, **own)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    return _Loaded(model.to(device).eval(), tokenizer)


def _write(loaded: _Loaded, request: Request) -> Reply:
    import torch

    form = request.form
    settings = dict(form.settings)
    inputs = _prompt(loaded, request)
    size = inputs["input_ids"].shape[1]
    temperature = float(settings.get("temperature", 1.0))
    most = min(int(settings.get("max_tokens", MAX_TOKENS)), _room(loaded, size))
    chosen: dict[str, Any] = {"max_new_tokens": most, "do_sample": False}
    if temperature > 0:
        chosen |= {
            "do_sample": True,
            "temperature": temperature,
            "top_p": float(settings.get("top_p", 1.0)),
            "top_k": 0,
        }
    stops = settings.get("stop")
    stops = [stops] if isinstance(stops, str) else list(stops or [])
    if stops:
        chosen |= {"stop_strings": stops, "tokenizer": loaded.tokenizer}
    with _CHANCE, torch.inference_mode():
        torch.manual_seed(seed_of(request))
        made = loaded.model.generate(
            **inputs,
            **chosen,
            pad_token_id=_padding(loaded),
            return_dict_in_generate=True,
            output_logits=form.logprobs,
        )
    tokens = made.sequences[0, size:].tolist()
    text = loaded.tokenizer.decode(tokens, skip_special_tokens=True)
    at = min((text.find(s) for s in stops if s in text), default=-1)
    text = text[:at] if at >= 0 else text
    cut = at < 0 and len(tokens) >= chosen["max_new_tokens"] and tokens[-1] not in _ends(loaded)
    logprobs = _logprobs(loaded, made, tokens) if form.logprobs else None
    used = Usage(size, len(tokens))
    return Reply(text, "length" if cut else "stop", used, logprobs=logprobs, model=form.model.name)


def _room(loaded: _Loaded, size: int) -> int:
    """How many tokens fit behind a prompt. Raises `CallFailed` where none does: what follows would be noise."""
    most = getattr(loaded.model.config, "max_position_embeddings", None)
    if not isinstance(most, int):
        return 1 << 31
    if size >= most:
        message = f"The prompt has {size} tokens, the model reads {most} of prompt and answer together."
        raise CallFailed("E0823", message, "row", notes=("A shorter prompt.",))
    return most - size


def _prompt(loaded: _Loaded, request: Request) -> Any:
    form = request.form
    device = loaded.model.device
    if form.complete:
        return loaded.tokenizer(request.messages[0].content, return_tensors="pt").to(device)
    if loaded.tokenizer.chat_template is None:
        message = f"The model '{form.model.alias}' has no chat template, so it cannot be sent messages."
        notes = ('`complete """..."""` goes on from a text instead.',)
        raise CallFailed("E0823", message, "run", notes=notes)
    messages = request.messages
    if form.schema is not None:
        from synthdsl.llm.typed.ask import with_wanted

        messages = with_wanted(messages, form.schema)
    said = [{"role": m.role, "content": m.content} for m in messages]
    text = loaded.tokenizer.apply_chat_template(said, add_generation_prompt=True, tokenize=False)
    return loaded.tokenizer(text, return_tensors="pt", add_special_tokens=False).to(device)


def _ends(loaded: _Loaded) -> list[int]:
    found = loaded.model.generation_config.eos_token_id
    found = loaded.tokenizer.eos_token_id if found is None else found
    return [] if found is None else list(found) if isinstance(found, list) else [found]


def _padding(loaded: _Loaded) -> int | None:
    known = loaded.tokenizer.pad_token_id
    ends = _ends(loaded)
    return known if known is not None else (ends[0] if ends else None)


def _logprobs(loaded: _Loaded, made: Any, tokens: list[int]) -> tuple[tuple[str, float], ...]:
    """The natural logarithm of each token's probability, before temperature and top_p."""
    import torch

    found = []
    for token, logits in zip(tokens, made.logits, strict=True):
        value = torch.log_softmax(logits[0].float(), dim=-1)[token].item()
        found.append((loaded.tokenizer.decode([token]), float(value)))
    return tuple(found)


KIND = ProviderKind(
    "transformers",
    "path",
    {"path": "text", **COMMON},
    Transformers,
    "A folder of weights in this process, by transformers, an extra: `pip install 'synthdsl[transformers]'`.",
    frozenset({"tools"}),
)
