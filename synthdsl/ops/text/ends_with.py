"""`ends_with`: whether a text ends with another."""

from __future__ import annotations

from synthdsl.ops.contract import Operator


def _scalar(text: str, suffix: str) -> bool:
    return text.endswith(suffix)


OPERATOR = Operator(
    name="ends_with",
    family="text",
    kind="function",
    signatures=("ends_with(text: text, suffix: text) -> bool",),
    doc="Whether the text ends with `suffix`, exactly as it is written.",
    examples=(
        ('ends_with("Really?", "?")', True),
        ('ends_with("a", "ba")', False),
    ),
    scalar=_scalar,
)
