"""`starts_with`: whether a text begins with another."""

from __future__ import annotations

from synthdsl.ops.contract import Operator


def _scalar(text: str, prefix: str) -> bool:
    return text.startswith(prefix)


OPERATOR = Operator(
    name="starts_with",
    family="text",
    kind="function",
    signatures=("starts_with(text: text, prefix: text) -> bool",),
    doc="Whether the text begins with `prefix`, exactly as it is written.",
    examples=(
        ('starts_with("Sorry, no", "Sorry")', True),
        ('starts_with("a", "")', True),
    ),
    scalar=_scalar,
)
