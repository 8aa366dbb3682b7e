"""`valid_json`: whether a text is JSON."""

from __future__ import annotations

from synthdsl.ops.contract import Operator
from synthdsl.ops.text.json_text import is_json


def _scalar(text: str) -> bool:
    return is_json(text)


OPERATOR = Operator(
    name="valid_json",
    family="text",
    kind="function",
    signatures=("valid_json(text: text) -> bool",),
    doc="Whether the whole text is one JSON value, with white space around it at most.",
    examples=(
        ('valid_json("{\\"a\\": [1, 2]}")', True),
        ('valid_json("{a: 1}")', False),
        ('valid_json("")', False),
    ),
    source="RFC 8259",
    scalar=_scalar,
)
