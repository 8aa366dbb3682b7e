"""`perplexity`: how much a text surprises a model."""

from __future__ import annotations

from synthdsl.ops.contract import Operator

OPERATOR = Operator(
    name="perplexity",
    family="text",
    kind="function",
    signatures=("perplexity(text: text, *, model: model) -> float",),
    doc=(
        "The perplexity of the text under a model: the exponential of the mean negative log-probability of its tokens."
    ),
    examples=(('perplexity("Good morning", model=small)', None),),
    runnable=False,
)
