"""`words`: how many words a text has."""

from __future__ import annotations

from synthdsl.ops.contract import Operator
from synthdsl.ops.text.sizes import at_least_zero


def _scalar(text: str) -> int:
    return len(text.split())


OPERATOR = Operator(
    name="words",
    family="text",
    kind="function",
    signatures=("words(text: text) -> int",),
    doc="The number of words of a text: of its parts between white space.",
    examples=(
        ('words("one, two  three")', 3),
        ('words("")', 0),
    ),
    result=at_least_zero,
    scalar=_scalar,
)
