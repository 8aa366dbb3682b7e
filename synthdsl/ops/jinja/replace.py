"""The template filter `replace` with a count."""

from __future__ import annotations

from synthdsl.ops.contract import Operator
from synthdsl.ops.text.sizes import short_enough


def _scalar(text: str, old: str, new: str, count: int) -> str:
    return short_enough(text.replace(old, new, count))


OPERATOR = Operator(
    name="jinja.replace",
    family="text",
    kind="function",
    signatures=("replace(text: text, old: text, new: text, count: int) -> str",),
    doc="The text with the first `count` occurrences of `old` replaced by `new`, all of them where `count` is below 0.",
    examples=(("t\"{{ 'a-b-c' | replace('-', '+', 1) }}\"", "a+b-c"),),
    source="jinja2.filters.do_replace",
    scalar=_scalar,
)
