"""`matches`: whether a regular expression matches somewhere."""

from __future__ import annotations

from synthdsl.ops.contract import Operator
from synthdsl.ops.text.patterns import compiled, pattern_problems, searched


def _scalar(text: str, pattern: str) -> bool:
    return compiled(pattern).search(searched(text)) is not None


OPERATOR = Operator(
    name="matches",
    family="text",
    kind="function",
    signatures=("matches(text: text, pattern: regex) -> bool",),
    doc=(
        "Whether a regular expression matches somewhere in the text; `^` and `$` tie it to the ends.\n\n"
        "The notation is Python's (`re`), over Unicode; `(?i)` at the beginning ignores case. A pattern whose "
        "repetitions could match the same text in several ways, as `(\\w+\\s?)+$`, is refused, because it could "
        "take time without bound."
    ),
    examples=(
        ('matches("Order 12", r"\\d+")', True),
        ('matches("Graphics", r"(?i)\\bgraph\\b")', False),
    ),
    check=pattern_problems,
    scalar=_scalar,
)
