"""`simulated()`: typed placeholders with no model at all, the same ones each time.

An answer is a function of the call's key alone: text that says what it is, and for other types a valid instance of the
schema. `latency=` makes each call take that many seconds.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from synthdsl.llm.contract import ProviderKind
from synthdsl.llm.reply import Reply, Usage
from synthdsl.llm.request import ModelSpec, Request
from synthdsl.llm.settings import COMMON

if TYPE_CHECKING:
    import random

_TEXT = (
    "simulated answer text stands here until a model writes it so that the whole way can be tried without one and "
    "what follows from it can be seen before any money is spent on calls"
)


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
        schema = request.form.schema
        text = _sentence(chance) if schema is None else orjson.dumps(instance(schema.document, chance)).decode()
        asked = sum(len(m.content) for m in request.messages) // 4
        return Reply(text, "stop", Usage(asked, len(text) // 4), model="simulated", seconds=self._latency)

    async def close(self) -> None:
        """Nothing is held."""


def _sentence(chance: random.Random) -> str:
    known = _TEXT.split()
    words = [chance.choice(known) for _ in range(chance.randint(6, 16))]
    return f"[simulated {chance.randrange(16**4):04x}] {' '.join(words)}."


def instance(schema: Mapping[str, Any], chance: random.Random) -> Any:
    """A valid instance of a JSON Schema of the form that `typed.schema` makes."""
    if "enum" in schema:
        return chance.choice(list(schema["enum"]))
    if "const" in schema:
        return schema["const"]
    if "anyOf" in schema:
        return instance(chance.choice(list(schema["anyOf"])), chance)
    kind = schema.get("type")
    if isinstance(kind, list):
        kind = chance.choice(kind)
    match kind:
        case "object":
            return {n: instance(s, chance) for n, s in schema.get("properties", {}).items()}
        case "array":
            low = schema.get("minItems", 1)
            high = schema.get("maxItems", max(low, 3))
            return [instance(schema.get("items", {}), chance) for _ in range(chance.randint(low, min(high, low + 4)))]
        case "integer":
            low, high = schema.get("minimum", 0), schema.get("maximum", 100)
            return chance.randint(min(low, high), max(low, high))
        case "number":
            low, high = schema.get("minimum", 0.0), schema.get("maximum", 1.0)
            return round(chance.uniform(low, max(low, high)), 3)
        case "boolean":
            return chance.random() < 0.5
        case "null":
            return None
        case _:
            return _string(schema, chance)


def _string(schema: Mapping[str, Any], chance: random.Random) -> str:
    match schema.get("format"):
        case "date":
            return f"20{chance.randint(10, 30):02d}-{chance.randint(1, 12):02d}-{chance.randint(1, 28):02d}"
        case "date-time":
            return f"2025-{chance.randint(1, 12):02d}-{chance.randint(1, 28):02d}T{chance.randint(0, 23):02d}:00:00Z"
        case _:
            return _sentence(chance)


KIND = ProviderKind(
    "simulated",
    None,
    {"latency": (0.0, 3600.0), **COMMON},
    Simulated,
    "Typed placeholders with no model at all, to try a spec without one.",
)
