"""The template filter `list` of a text."""

from __future__ import annotations

from synthdsl.ops.contract import Operator


def _scalar(text: str) -> list[str]:
    return list(text)


OPERATOR = Operator(
    name="jinja.chars",
    family="text",
    kind="function",
    signatures=("list(text: text) -> list[str]",),
    doc="The characters of a text.",
    examples=(("t\"{{ 'abc' | list | join('-') }}\"", "a-b-c"),),
    source="jinja2.filters.do_list",
    scalar=_scalar,
)
