"""`find_all`: everything a regular expression matches."""

from __future__ import annotations

from synthdsl.ops.contract import Operator
from synthdsl.ops.text.patterns import compiled, pattern_problems, searched


def _scalar(text: str, pattern: str) -> list[str]:
    expression = compiled(pattern)
    group = 1 if expression.groups else 0
    return [match[group] or "" for match in expression.finditer(searched(text))]


OPERATOR = Operator(
    name="find_all",
    family="text",
    kind="function",
    signatures=("find_all(text: text, pattern: regex) -> list[str]",),
    doc=(
        "The parts of a text that a regular expression matches, from left to right and without overlap. Where the "
        "expression has a group, what its first group matches, which is empty where the group took no part."
    ),
    examples=(
        ('find_all("a1 b22", r"\\d+")', ["1", "22"]),
        ('find_all("x=1, y=2", r"(\\w)=")', ["x", "y"]),
    ),
    check=pattern_problems,
    scalar=_scalar,
)
