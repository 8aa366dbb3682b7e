"""All providers of models, one line each. Connecting imports what a provider needs; the table itself costs nothing.

Other packages add providers by the entry point group `synthdsl.providers`: each names a `ProviderKind`. They are looked
up only for a name that is not in the table, and loaded only to check or to make calls with it.
"""

from __future__ import annotations

from collections.abc import Mapping

from synthdsl.llm.contract import Provider, ProviderKind
from synthdsl.llm.providers import anthropic, openai, simulated
from synthdsl.llm.reply import CallFailed
from synthdsl.llm.request import ModelSpec

PROVIDERS: dict[str, ProviderKind] = {k.name: k for k in (openai.KIND, anthropic.KIND, simulated.KIND)}


def connect(model: ModelSpec, environment: Mapping[str, str]) -> Provider:
    """A connected model, in the running event loop. Raises `CallFailed` of reach "run"."""
    kind = PROVIDERS.get(model.provider)
    if kind is None:
        message = f"This version cannot call models of the provider '{model.provider}'."
        raise CallFailed("E0828", message, "run", notes=(f"There are {', '.join(PROVIDERS)}.",))
    return kind.connect(model, environment)
