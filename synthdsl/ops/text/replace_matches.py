"""`replace_matches`: what a pattern matches for another text."""

from __future__ import annotations

from synthdsl.ops.contract import Operator
from synthdsl.ops.text.patterns import compiled, pattern_problems, searched
from synthdsl.ops.text.sizes import short_enough


def _scalar(text: str, pattern: str, new: str) -> str:
    return short_enough(compiled(pattern).sub(lambda _: new, searched(text)))


OPERATOR = Operator(
    name="replace_matches",
    family="text",
    kind="function",
    signatures=("replace_matches(text: text, pattern: regex, new: text) -> str",),
    doc=("The text with everything that a regular expression matches replaced by `new`, which is taken as it stands."),
    examples=(
        ('replace_matches("1. Boil  water", r"^\\d+\\.\\s*", "")', "Boil  water"),
        ('replace_matches("a  b   c", r"\\s+", " ")', "a b c"),
    ),
    check=pattern_problems,
    scalar=_scalar,
)
