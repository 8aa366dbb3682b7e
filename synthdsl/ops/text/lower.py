"""`lower`: a text in small letters."""

from __future__ import annotations

from synthdsl.ops.contract import Operator


def _scalar(text: str) -> str:
    return text.lower()


OPERATOR = Operator(
    name="lower",
    family="text",
    kind="function",
    signatures=("lower(text: text) -> str",),
    doc="The text with all letters in lower case.",
    examples=(('lower("Über ALLES")', "über alles"),),
    scalar=_scalar,
)
