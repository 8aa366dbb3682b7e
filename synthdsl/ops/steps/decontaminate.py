"""`decontaminate`: rows that share no text with a test set."""

from __future__ import annotations

from synthdsl.ops.steps.contract import StepOperator, StepParameter, same_row
from synthdsl.types.terms import INT, STR

STEP = StepOperator(
    name="decontaminate",
    kind="step",
    doc="Drops rows that share text with another dataset.",
    parameters=(
        StepParameter("key", "row", "What is compared.", STR, True, True),
        StepParameter("against", "column", "The column that it must share nothing with.", None, True),
        StepParameter("ngram", "constant", "How many words in a row make a hit.", INT, default=13),
        StepParameter("method", "constant", "`ngram` or `semantic`.", STR, default="ngram"),
    ),
    result=same_row,
    example="decontaminate(word, against=other.word)",
)
