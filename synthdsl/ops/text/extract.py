"""`extract`: the first part that a regular expression matches."""

from __future__ import annotations

from synthdsl.ops.contract import Operator
from synthdsl.ops.text.patterns import compiled, pattern_problems, searched


def _scalar(text: str, pattern: str) -> str | None:
    expression = compiled(pattern)
    found = expression.search(searched(text))
    return None if found is None else found[1 if expression.groups else 0]


OPERATOR = Operator(
    name="extract",
    family="text",
    kind="function",
    signatures=("extract(text: text, pattern: regex) -> str?",),
    doc=(
        "What a regular expression matches first, or what its first group matches there if it has one; null where "
        "there is nothing."
    ),
    examples=(
        ('extract("Answer: 42.", r"Answer: (\\d+)")', "42"),
        ('extract("none", r"\\d+")', None),
    ),
    check=pattern_problems,
    scalar=_scalar,
)
