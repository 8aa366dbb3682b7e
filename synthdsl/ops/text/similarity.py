"""`similarity`: how alike two texts are."""

from __future__ import annotations

from typing import Any

from synthdsl.ops.contract import CallSite, Operator
from synthdsl.ops.text.metric import measure, metric_problems
from synthdsl.types.terms import FloatType, Type


def share(_call: CallSite, _inferred: Type) -> Type:
    """The type of a measure from 0 to 1."""
    return FloatType(0.0, 1.0)


def _scalar(a: str, b: str, metric: str, model: Any) -> float:
    return measure(metric)(a, b)


OPERATOR = Operator(
    name="similarity",
    family="text",
    kind="function",
    signatures=(
        'similarity(a: text, b: text, *, const metric: text = "token_set", const model: model? = null) -> float',
    ),
    doc=(
        "How alike two texts are, from 0 (nothing in common) to 1.\n\n"
        '- `"token_set"`: the different words that both have, as a share of all different words (Jaccard).\n'
        '- `"rouge_l"`: the longest sequence of words that stands in both in this order, though with gaps; twice its '
        "length over the number of words of both (F1).\n"
        '- `"levenshtein"`: 1 less the number of single-character edits between them over the length of the longer.\n'
        '- `"embedding"`: by the vectors of `model`.\n\n'
        "Words are runs of letters and digits in lower case; each Chinese or Japanese sign is a word. Two texts "
        "without words are alike (1)."
    ),
    source="Lin: ROUGE: A Package for Automatic Evaluation of Summaries, 2004",
    examples=(
        ('similarity("a red car", "A car, red")', 1.0),
        ('similarity("the cat sat", "the black cat sat", metric="rouge_l")', 6 / 7),
        ('similarity("kitten", "sitting", metric="levenshtein")', 4 / 7),
    ),
    result=share,
    check=metric_problems,
    scalar=_scalar,
)
