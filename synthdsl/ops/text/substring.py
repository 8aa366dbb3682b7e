"""`substring`: a part of a text by its place."""

from __future__ import annotations

from synthdsl.ops.contract import Operator


def _scalar(text: str, start: int, stop: int | None) -> str:
    return text[start:stop]


OPERATOR = Operator(
    name="substring",
    family="text",
    kind="function",
    signatures=("substring(text: text, start: int, stop: int? = null) -> str",),
    doc=(
        "The characters from position `start` to before position `stop`, or to the end. Positions count from 0, "
        "negative ones from the end; what lies outside is left out. The same as `text[start:stop]`."
    ),
    examples=(
        ('substring("abcdef", 1, 3)', "bc"),
        ('substring("abcdef", -2)', "ef"),
        ('substring("abc", 5, 9)', ""),
    ),
    scalar=_scalar,
)
