"""`sentences`: a text as a list of its sentences."""

from __future__ import annotations

from synthdsl.ops.contract import Operator
from synthdsl.ops.text.sentence_ends import split_sentences

OPERATOR = Operator(
    name="sentences",
    family="text",
    kind="function",
    signatures=("sentences(text: text) -> list[str]",),
    doc=(
        "The sentences of a text, without white space around them. A sentence ends at `.`, `!`, `?` or `…` (with "
        "quotes and brackets that close after it) before white space, unless a small letter follows or the point "
        "belongs to an initial or a common English abbreviation; at the full stops of Chinese and Japanese; and "
        "at an empty line."
    ),
    examples=(
        ('sentences("Dr. Lee left. Why? Nobody knows!")', ["Dr. Lee left.", "Why?", "Nobody knows!"]),
        ('sentences("")', []),
    ),
    scalar=split_sentences,
)
