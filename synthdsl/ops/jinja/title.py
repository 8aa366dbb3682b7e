"""The template filter `title`."""

from __future__ import annotations

import re

from synthdsl.ops.contract import Operator

_BETWEEN = re.compile(r"([-\s({\[<]+)")


def _scalar(text: str) -> str:
    return "".join(part[0].upper() + part[1:].lower() for part in _BETWEEN.split(text) if part)


OPERATOR = Operator(
    name="jinja.title",
    family="text",
    kind="function",
    signatures=("title(text: text) -> str",),
    doc=(
        "The text with each word in lower case but for its first letter; words are apart by spaces, hyphens "
        "and opening brackets."
    ),
    examples=(("t\"{{ 'the cat-like (thing)' | title }}\"", "The Cat-Like (Thing)"),),
    source="jinja2.filters.do_title",
    scalar=_scalar,
)
