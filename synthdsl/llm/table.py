"""All providers of models, one line each. Connecting imports what a provider needs; the table itself costs nothing.

Other packages add a provider by an entry point of the group `synthdsl.providers`: its name is what a spec writes, its
object a `ProviderKind`. Checking reads the names alone, from the metadata of what is installed, because loading the
object would run the package's code; so its settings are checked against `ProviderKind.settings` when it is connected.
A name of the table is never replaced by a package.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from synthdsl.llm.contract import Provider, ProviderKind
from synthdsl.llm.providers import anthropic, litellm, llamacpp, openai, simulated, transformers
from synthdsl.llm.reply import CallFailed
from synthdsl.llm.request import ModelSpec

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

PROVIDERS: dict[str, ProviderKind] = {
    k.name: k for k in (openai.KIND, anthropic.KIND, litellm.KIND, transformers.KIND, llamacpp.KIND, simulated.KIND)
}

GROUP = "synthdsl.providers"


def outside() -> dict[str, EntryPoint]:
    """The providers of other installed packages, by name; read from their metadata, nothing is loaded."""
    from importlib.metadata import entry_points

    return {e.name: e for e in sorted(entry_points(group=GROUP), key=lambda e: e.value, reverse=True)}


def connect(model: ModelSpec, environment: Mapping[str, str]) -> Provider:
    """A connected model, in the running event loop. Raises `CallFailed` of reach "run"."""
    kind = PROVIDERS.get(model.provider)
    return (_loaded(model) if kind is None else kind).connect(model, environment)


def _loaded(model: ModelSpec) -> ProviderKind:
    """The provider of another package, its code now run. Raises `CallFailed`."""
    found = outside().get(model.provider)
    if found is None:
        message = f"The provider '{model.provider}' of the model '{model.alias}' is not installed."
        raise CallFailed("E0828", message, "run", notes=("Install the package that brings it.",))
    try:
        kind = found.load()
    except Exception as error:
        message = f"The provider '{model.provider}' cannot be loaded: {type(error).__name__}: {error}."
        raise CallFailed("E0828", message, "run", notes=(f"It stands in {found.value}.",)) from error
    if not isinstance(kind, ProviderKind):
        message = f"The provider '{model.provider}' is no 'ProviderKind': {found.value} gives {type(kind).__name__}."
        raise CallFailed("E0828", message, "run", notes=("Mend the entry point of its package.",))
    for name, _ in model.arguments:
        if name not in kind.settings and name != kind.first:
            message = f"The provider '{model.provider}' of the model '{model.alias}' has no setting '{name}'."
            raise CallFailed("E0828", message, "run", notes=(f"It has {', '.join(kind.settings)}.",))
    return kind
