"""The template filter `capitalize`."""

from __future__ import annotations

from synthdsl.ops.contract import Operator


def _scalar(text: str) -> str:
    return text.capitalize()


OPERATOR = Operator(
    name="jinja.capitalize",
    family="text",
    kind="function",
    signatures=("capitalize(text: text) -> str",),
    doc="The text with its first letter in upper case, all others in lower case.",
    examples=(("t\"{{ 'new in NYC' | capitalize }}\"", "New in nyc"),),
    source="jinja2.filters.do_capitalize",
    scalar=_scalar,
)
