"""`readability`: how easily an English text reads."""

from __future__ import annotations

from synthdsl.ops.contract import Operator
from synthdsl.ops.text.flesch import reading_ease

OPERATOR = Operator(
    name="readability",
    family="text",
    kind="function",
    signatures=("readability(text: text) -> float",),
    doc=(
        "The Flesch reading ease of an English text: 206.835 - 1.015 × words per sentence - 84.6 × syllables per "
        "word. About 90 is easy, 60 is plain, 30 is hard; it has no bounds.\n\n"
        "Sentences are those of `sentences`, words are runs of letters. Syllables are counted by rule: groups of "
        "vowels (`y` among them), less a silent `e`, `es` or `ed` at the end, at least one. Undefined for a text "
        "without words."
    ),
    examples=(('readability("The cat sat on the mat.")', 116.14500000000001),),
    source="Flesch: A new readability yardstick, Journal of Applied Psychology 32, 1948",
    scalar=reading_ease,
)
