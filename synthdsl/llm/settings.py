"""The settings of models: what each may be, for the checks of specs."""

from __future__ import annotations

from typing import Any

COMMON: dict[str, Any] = {
    "temperature": (0.0, 2.0),
    "top_p": (0.0, 1.0),
    "max_tokens": (1, 10_000_000),
    "seed": (0, 2**63 - 1),
    "stop": "texts",
    "timeout": (0.001, 86_400.0),
    "retries": (0, 100),
    "concurrency": (1, 100_000),
    "rpm": (1, 10_000_000),
    "tpm": (1, 10_000_000_000),
    "price": "price",
}
"""Settings of all providers: bounds (low, high), or a kind: texts, text, key, price."""
