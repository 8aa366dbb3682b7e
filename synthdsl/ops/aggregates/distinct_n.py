"""`distinct_n`: how many different n-grams a column has."""

from __future__ import annotations

from collections.abc import Iterator

from synthdsl.dataset.vector import Constant, Vector
from synthdsl.ops.aggregates.grams import MAX_N, gram_hashes
from synthdsl.ops.aggregates.tally import HashSet, tally
from synthdsl.ops.contract import CallSite, Fold, Operator, Problem, Undefined


class DistinctN:
    """The n-grams of all texts: their number, and the hashes of the different ones."""

    __slots__ = ("seen", "total")

    def __init__(self) -> None:
        self.total = 0
        self.seen = HashSet()

    def update(self, n: int, *vectors: Vector) -> None:
        size = vectors[1]
        assert isinstance(size, Constant)
        pairs = tally(n, vectors[0])
        grams, per_text = gram_hashes([text for text, _ in pairs], size.value)
        self.total += sum(count * times for (_, count), times in zip(pairs, per_text, strict=True))
        self.seen.add(grams)

    def merge(self, other: Fold) -> None:
        assert isinstance(other, DistinctN)
        self.total += other.total
        self.seen.join(other.seen)

    def result(self) -> float:
        if not self.total:
            raise Undefined("No text has so many words.")
        return len(self.seen) / self.total


def _check(call: CallSite) -> Iterator[Problem]:
    n = call.constant("n")
    if not 1 <= n <= MAX_N:
        yield Problem("E0309", f"The length of the n-grams lies between 1 and {MAX_N}, this is {n}.", "n")


OPERATOR = Operator(
    name="distinct_n",
    family="dataset",
    kind="aggregate",
    signatures=("distinct_n(column: text, const n: int) -> float",),
    doc=(
        "The number of different n-grams of words over the number of all, from all texts of a column: near 1 "
        "where hardly a phrase comes twice. It falls with the number of rows: only columns of like size can be "
        "compared.\n\n"
        "Words are those of `similarity`; n-grams do not reach over the ends of texts. Counted by 64-bit hashes. "
        "Undefined where no text has `n` words."
    ),
    examples=(("distinct_n(word, 1)", None),),
    source="Li et al.: A Diversity-Promoting Objective Function for Neural Conversation Models, NAACL 2016",
    check=_check,
    fold=DistinctN,
)
