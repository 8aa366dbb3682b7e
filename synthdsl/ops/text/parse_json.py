"""`parse_json`: the value of a JSON text."""

from __future__ import annotations

from typing import Any

from synthdsl.ops.contract import Operator
from synthdsl.ops.text.json_text import loaded


def _scalar(text: str) -> Any:
    return loaded(text)


OPERATOR = Operator(
    name="parse_json",
    family="text",
    kind="function",
    signatures=("parse_json(text: text) -> json?",),
    doc=(
        "The value that a JSON text stands for; null where the text is no JSON (and for the JSON text `null`). "
        "The whole text has to be JSON: `extract` takes it out of what surrounds it."
    ),
    examples=(
        ('parse_json("[1, {\\"a\\": true}]")', [1, {"a": True}]),
        ('parse_json("[1,")', None),
    ),
    scalar=_scalar,
)
