"""The template filter `wordcount`."""

from __future__ import annotations

import re

from synthdsl.ops.contract import Operator

_WORD = re.compile(r"\w+")


def _scalar(text: str) -> int:
    return sum(1 for _ in _WORD.finditer(text))


OPERATOR = Operator(
    name="jinja.wordcount",
    family="text",
    kind="function",
    signatures=("wordcount(text: text) -> int",),
    doc="The number of runs of letters, digits and underscores.",
    examples=(("t\"{{ 'it is so-so' | wordcount }}\"", "4"),),
    source="jinja2.filters.do_wordcount",
    scalar=_scalar,
)
