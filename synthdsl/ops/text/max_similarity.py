"""`max_similarity`: how alike a text and the nearest of several are."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from synthdsl.dataset.vector import Constant, Vector
from synthdsl.ops.choice.options import Same
from synthdsl.ops.contract import Operator
from synthdsl.ops.rows import by_row
from synthdsl.ops.text.corpus import nearest_in
from synthdsl.ops.text.metric import measure, metric_problems
from synthdsl.ops.text.similarity import share

_FEW = 4
"""Preparing so few texts takes longer than comparing with them."""


def _scalar(text: str, texts: list[str], metric: str, model: Any) -> float:
    compare = measure(metric)
    return max((compare(text, other) for other in texts), default=0.0)


def _kernel(n: int, text: Vector, texts: Vector, metric: Vector, model: Vector) -> Vector:
    if isinstance(texts, Constant) and isinstance(metric, Constant) and min(n, len(texts.value)) > _FEW:
        measure(metric.value)
        return by_row(_prepared(Same(texts.value), metric.value), n, text)
    return by_row(_scalar, n, text, texts, metric, model)


@lru_cache(maxsize=8)
def _prepared(texts: Same, metric: str) -> Callable[[str], float]:
    return nearest_in(texts.value, metric)


OPERATOR = Operator(
    name="max_similarity",
    family="text",
    kind="function",
    signatures=(
        "max_similarity(text: text, list: list[text], *, "
        'const metric: text = "token_set", const model: model? = null) -> float',
    ),
    doc=(
        "The highest `similarity` of a text and one of a list, from 0 to 1; 0 for an empty list. With a list that is "
        "the same for all rows, as a whole column is, most of its texts are ruled out without being compared."
    ),
    examples=(
        ('max_similarity("a red car", ["a blue car", "rain"])', 0.5),
        ('max_similarity("a", [], metric="rouge_l")', 0.0),
    ),
    result=share,
    check=metric_problems,
    scalar=_scalar,
    kernel=_kernel,
)
