"""The template filter `center`."""

from __future__ import annotations

from synthdsl.ops.contract import Operator
from synthdsl.ops.text.sizes import within


def _scalar(text: str, width: int) -> str:
    within(width)
    return text.center(width)


OPERATOR = Operator(
    name="jinja.center",
    family="text",
    kind="function",
    signatures=("center(text: text, width: int) -> str",),
    doc="The text with spaces on both sides, `width` characters in all.",
    examples=(("t\"[{{ 'ab' | center(6) }}]\"", "[  ab  ]"),),
    source="jinja2.filters.do_center",
    scalar=_scalar,
)
