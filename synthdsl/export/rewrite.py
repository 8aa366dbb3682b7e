"""Changes of spelling inside messages, before they are encoded."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from synthdsl.dataset.vector import Coded, Constant, to_list

if TYPE_CHECKING:
    from synthdsl.dataset.vector import Vector

_SPEAKERS = {"user": "human", "assistant": "gpt", "system": "system", "developer": "system", "tool": "observation"}


def rewritten(vector: Vector, n: int, change: Callable[[Any], Any]) -> Vector:
    """The vector with `change` applied to each value, once for each distinct one where it is coded; null stays."""
    if isinstance(vector, Constant):
        return Constant(_kept(vector.value, change))
    if isinstance(vector, Coded):
        return Coded(vector.codes, [_kept(v, change) for v in vector.values])
    return [_kept(v, change) for v in to_list(vector, n)]


def _kept(value: Any, change: Callable[[Any], Any]) -> Any:
    return None if value is None else change(value)


def without_nulls(value: Any) -> Any:
    """The value without those fields of records, at any depth, that are null."""
    if isinstance(value, dict):
        return {name: without_nulls(v) for name, v in value.items() if v is not None}
    if isinstance(value, list):
        return [without_nulls(v) for v in value]
    return value


def to_turns(messages: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Messages as ShareGPT turns; a role without a counterpart there keeps its name."""
    return [{"from": _SPEAKERS.get(m["role"], m["role"]), "value": m["content"]} for m in messages]
