"""`contains`: whether a part is there."""

from __future__ import annotations

from typing import Any

from synthdsl.ops.contract import Operator


def _scalar(text: Any, part: Any) -> bool:
    return part in text


OPERATOR = Operator(
    name="contains",
    family="text",
    kind="function",
    signatures=(
        "contains(text: text, part: text) -> bool",
        "contains(items: list[T], item: T) -> bool",
    ),
    doc="Whether a text has the part, exactly as it is written; whether a list has the item.",
    examples=(
        ('contains("a black cat", "black")', True),
        ('contains("Black", "black")', False),
        ("contains([1, 2], 3)", False),
    ),
    scalar=_scalar,
)
