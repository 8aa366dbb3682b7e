"""`capitalize`: a text with a capital at its beginning."""

from __future__ import annotations

from synthdsl.ops.contract import Operator


def _scalar(text: str) -> str:
    return text[:1].upper() + text[1:]


OPERATOR = Operator(
    name="capitalize",
    family="text",
    kind="function",
    signatures=("capitalize(text: text) -> str",),
    doc="The text with its first letter in upper case; the rest stays as it is.",
    examples=(
        ('capitalize("new in NYC")', "New in NYC"),
        ('capitalize("")', ""),
    ),
    scalar=_scalar,
)
