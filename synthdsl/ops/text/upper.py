"""`upper`: a text in capitals."""

from __future__ import annotations

from synthdsl.ops.contract import Operator


def _scalar(text: str) -> str:
    return text.upper()


OPERATOR = Operator(
    name="upper",
    family="text",
    kind="function",
    signatures=("upper(text: text) -> str",),
    doc="The text with all letters in upper case.",
    examples=(('upper("straße")', "STRASSE"),),
    scalar=_scalar,
)
