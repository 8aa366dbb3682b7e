"""What calls cost: from a model's `price` setting, else from a table of list prices, else unknown.

The table is the library genai-prices, an extra (`synthdsl[prices]`): its data are part of the package, and nothing is
fetched. Costs are in US dollars, or in whatever the `price` setting is in.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from synthdsl.llm.reply import Usage
from synthdsl.llm.request import ModelSpec

_LOCAL = ("simulated", "transformers", "llamacpp")
"""Providers that compute on this machine."""

_MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class Price:
    """For a million tokens: of the prompt, of the answer, of the prompt as far as the server had it cached."""

    input: float
    output: float
    cached: float

    def cost(self, usage: Usage) -> float:
        """Of a call, or of many together."""
        fresh = usage.input - usage.cached
        return (fresh * self.input + usage.cached * self.cached + usage.output * self.output) / _MILLION


def price_of(model: ModelSpec) -> Price | None:
    """The price of a declared model; None where it is not known. Takes 0.3 s for the first listed one."""
    given = model.setting("price")
    if given is not None:
        whole = float(given.get("input", 0))
        return Price(whole, float(given.get("output", 0)), float(given.get("cached", whole)))
    name = model.setting("name")
    server = model.setting("base_url")
    if model.provider in _LOCAL or _is_here(server):
        return Price(0.0, 0.0, 0.0)
    if not isinstance(name, str) or not (server is None or isinstance(server, str)):
        # From the environment, which is not looked into for a price.
        return None
    if model.provider == "litellm":
        provider, slash, rest = name.partition("/")
        return listed_price(rest, provider) if slash else listed_price(name)
    return listed_price(name, model.provider) if server is None else listed_price(name, server=server)


def _is_here(server: object) -> bool:
    """Whether a server's address is this machine's own."""
    if not isinstance(server, str):
        return False
    from urllib.parse import urlsplit

    host = urlsplit(server if "://" in server else f"http://{server}").hostname or ""
    return host in ("localhost", "::1", "0.0.0.0") or host.startswith("127.")


@cache
def listed_price(name: str, provider: str | None = None, server: str | None = None) -> Price | None:
    """The list price of a model by its name at a provider, as `openai`, or at a server's address; at anybody without.

    Where the price depends on the length of the prompt or the hour it is that of short prompts now. None where the
    model is not in the table, or the table is not installed.
    """
    try:
        from genai_prices import Usage as Tokens
        from genai_prices import calc_price
    except ImportError:
        return None
    few = 1000

    def each(tokens: Tokens) -> float:
        if server is not None:
            found = calc_price(tokens, name, provider_api_url=server)
        else:
            found = calc_price(tokens, name, provider_id=provider)
        return float(found.total_price) * _MILLION / few

    try:
        fresh = each(Tokens(input_tokens=few))
        cached = each(Tokens(input_tokens=few, cache_read_tokens=few))
        return Price(fresh, each(Tokens(output_tokens=few)), cached)
    except (LookupError, ValueError):
        return None


def is_deprecated(model: ModelSpec) -> bool:
    """Whether the table of list prices says that the provider has the model on its way out."""
    name, server = model.setting("name"), model.setting("base_url")
    if not isinstance(name, str) or not (server is None or isinstance(server, str)) or model.provider in _LOCAL:
        return False
    try:
        from genai_prices import Usage as Tokens
        from genai_prices import calc_price
    except ImportError:
        return False
    provider, slash, rest = name.partition("/") if model.provider == "litellm" else (model.provider, "/", name)
    try:
        if server is not None:
            found = calc_price(Tokens(input_tokens=1), name, provider_api_url=server)
        else:
            found = calc_price(Tokens(input_tokens=1), rest if slash else name, provider_id=provider if slash else None)
        return bool(found.model.deprecated)
    except (LookupError, ValueError):
        return False
