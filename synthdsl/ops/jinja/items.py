"""What a loop of a template goes through when only the run tells."""

from __future__ import annotations

from typing import Any

from synthdsl.ops.contract import Operator, Undefined


def _scalar(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise Undefined(f"A loop goes through a list, this is a value of type {type(value).__name__}.")
    return value


OPERATOR = Operator(
    name="jinja.items",
    family="text",
    kind="function",
    signatures=("items(value: json) -> list[json]",),
    doc="The JSON value itself, which must be a list.",
    examples=(("t\"{% for x in parse_json('[1, 2]') %}{{ x }}{% endfor %}\"", "12"),),
    source="synthdsl",
    scalar=_scalar,
)
