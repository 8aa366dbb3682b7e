"""What a model under a grammar may answer: an instance of a JSON Schema."""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Any

_TEXT = (
    "simulated answer text stands here until a model writes it so that the whole way can be tried without one and "
    "what follows from it can be seen before any money is spent on calls"
)


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


def _sentence(chance: random.Random) -> str:
    known = _TEXT.split()
    words = [chance.choice(known) for _ in range(chance.randint(6, 16))]
    return f"[simulated {chance.randrange(16**4):04x}] {' '.join(words)}."
