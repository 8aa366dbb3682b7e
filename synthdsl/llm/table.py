"""All providers of models, one line each. Connecting imports what a provider needs; the table itself costs nothing."""

from __future__ import annotations

from collections.abc import Mapping

from synthdsl.llm.contract import Provider, ProviderKind
from synthdsl.llm.providers import anthropic, openai, simulated
from synthdsl.llm.request import ModelSpec

PROVIDERS: dict[str, ProviderKind] = {k.name: k for k in (openai.KIND, anthropic.KIND, simulated.KIND)}


def connect(model: ModelSpec, environment: Mapping[str, str]) -> Provider:
    """A connected model, in the running event loop. Raises `CallFailed` of reach "run"."""
    return PROVIDERS[model.provider].connect(model, environment)
