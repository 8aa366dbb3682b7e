"""`title`: every word with a capital."""

from __future__ import annotations

import re

from synthdsl.ops.contract import Operator

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")


def _scalar(text: str) -> str:
    return _WORD.sub(lambda word: word[0].capitalize(), text)


OPERATOR = Operator(
    name="title",
    family="text",
    kind="function",
    signatures=("title(text: text) -> str",),
    doc=(
        "The text with the first letter of every word in upper case and the others in lower case. An apostrophe "
        "does not begin a word."
    ),
    examples=(('title("the cat\'s WHISKERS")', "The Cat's Whiskers"),),
    scalar=_scalar,
)
