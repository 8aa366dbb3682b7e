"""The template filter `escape`."""

from __future__ import annotations

from synthdsl.ops.contract import Operator
from synthdsl.ops.text.sizes import short_enough

_HTML = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "'": "&#39;", '"': "&#34;"})


def _scalar(text: str) -> str:
    return short_enough(text.translate(_HTML))


OPERATOR = Operator(
    name="jinja.escape",
    family="text",
    kind="function",
    signatures=("escape(text: text) -> str",),
    doc="The text with what HTML gives a meaning written as character references.",
    examples=(("t\"{{ 'a < b' | escape }}\"", "a &lt; b"),),
    source="markupsafe.escape",
    scalar=_scalar,
)
