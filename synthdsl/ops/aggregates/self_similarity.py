"""`self_similarity`: how alike the texts of a column are."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import combinations

from synthdsl.dataset.vector import Constant, Vector
from synthdsl.ops.aggregates.grams import MAX_N, grams_of
from synthdsl.ops.aggregates.kept_texts import KeptTexts
from synthdsl.ops.contract import CallSite, Fold, Operator, Problem, Undefined
from synthdsl.ops.text.likeness import jaccard

TEXTS, CHARACTERS = 200, 4_000_000


class SelfSimilarity:
    """A few texts of the column, of which doubles are counted."""

    __slots__ = ("kept", "n")

    def __init__(self) -> None:
        self.kept = KeptTexts(TEXTS, CHARACTERS)
        self.n = 2

    def update(self, n: int, *vectors: Vector) -> None:
        size = vectors[1]
        assert isinstance(size, Constant)
        self.n = size.value
        self.kept.add(n, vectors[0])

    def merge(self, other: Fold) -> None:
        assert isinstance(other, SelfSimilarity)
        self.n = other.n if other.kept.kept() else self.n
        self.kept.join(other.kept)

    def result(self) -> float:
        found = [(grams_of(text, self.n), count) for text, count in self.kept.kept()]
        rows = sum(count for _, count in found)
        if rows < 2:
            raise Undefined("The self-similarity of less than two rows is undefined.")
        alike = [float(count * (count - 1) // 2) for _, count in found]
        alike += [jaccard(a, b) * (n * m) for (a, n), (b, m) in combinations(found, 2)]
        return math.fsum(alike) / (rows * (rows - 1) // 2)


def _check(call: CallSite) -> Iterator[Problem]:
    n = call.constant("n")
    if not 1 <= n <= MAX_N:
        yield Problem("E0309", f"The length of the n-grams lies between 1 and {MAX_N}, this is {n}.", "n")


OPERATOR = Operator(
    name="self_similarity",
    family="dataset",
    kind="aggregate",
    signatures=("self_similarity(column: text, *, const n: int = 2) -> float",),
    doc=(
        "How alike two rows are on average, from 0 to 1: the n-grams of words that their texts share over all "
        "that they have (Jaccard), over all pairs of rows. Shorter texts count as one n-gram.\n\n"
        "Large columns are judged by 200 different texts, those of the lowest hashes, with all of their doubles."
    ),
    examples=(("self_similarity(word)", None),),
    check=_check,
    fold=SelfSimilarity,
)
