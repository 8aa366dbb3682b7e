"""`strip`: a text without what surrounds it."""

from __future__ import annotations

from synthdsl.ops.contract import Operator


def _scalar(text: str, chars: str | None) -> str:
    return text.strip(chars)


OPERATOR = Operator(
    name="strip",
    family="text",
    kind="function",
    signatures=("strip(text: text, chars: text? = null) -> str",),
    doc="The text without white space at its beginning and end, or without any of the characters `chars` there.",
    examples=(
        ('strip("  a b\\n")', "a b"),
        ('strip("--a-b-", "-")', "a-b"),
    ),
    scalar=_scalar,
)
