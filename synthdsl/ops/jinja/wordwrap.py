"""The template filter `wordwrap`."""

from __future__ import annotations

import textwrap

from synthdsl.ops.contract import Operator, Undefined
from synthdsl.ops.text.sizes import short_enough


def _scalar(text: str, width: int, break_long_words: bool, wrapstring: str, break_on_hyphens: bool) -> str:
    if width < 1:
        raise Undefined(f"Lines cannot be {width} characters wide.")
    wrapped = [
        wrapstring.join(
            textwrap.wrap(
                line,
                width=width,
                expand_tabs=False,
                replace_whitespace=False,
                break_long_words=break_long_words,
                break_on_hyphens=break_on_hyphens,
            )
        )
        for line in text.splitlines()
    ]
    return short_enough(wrapstring.join(wrapped))


OPERATOR = Operator(
    name="jinja.wordwrap",
    family="text",
    kind="function",
    signatures=(
        "wordwrap(text: text, width: int, break_long_words: bool, wrapstring: text, break_on_hyphens: bool) -> str",
    ),
    doc="The text in lines of at most `width` characters, apart by `wrapstring`; line breaks of its own stay.",
    examples=(("t\"{{ 'one two three' | wordwrap(7) }}\"", "one two\nthree"),),
    source="jinja2.filters.do_wordwrap",
    scalar=_scalar,
)
