"""`divergence`: how far the values of a column are spread otherwise than those of another."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import Any

from synthdsl.base.suggest import did_you_mean
from synthdsl.dataset.portable import log
from synthdsl.dataset.vector import Constant, Vector
from synthdsl.ops.aggregates.tally import hash_of, tally
from synthdsl.ops.choice.options import kept
from synthdsl.ops.contract import CallSite, Fold, Operator, Problem, Undefined
from synthdsl.ops.text.tokens import word_tokens

BINS = 20
CATEGORIES = 50
"""A column of texts with no more different ones, each twice on average, is one of categories."""

_WAYS = ("auto", "values", "words")
_NOTHING = "A divergence needs at least one value, or word, on either side."


class Reference:
    """The other column: how its values are counted, and their counts."""

    def __init__(self, values: Sequence[Any], by: str) -> None:
        """Raises `Undefined` for an empty column."""
        if not values:
            raise Undefined(_NOTHING)
        self.by = by if by != "auto" else _way(values)
        self.edges: list[Any] = []
        if self.by == "bins":
            ordered = sorted(values)
            self.edges = list(dict.fromkeys(ordered[len(ordered) * i // BINS] for i in range(1, BINS)))
        self.counts: dict[Any, int] = {}
        for value in values:
            self.count(self.counts, value, 1)

    def count(self, counts: dict[Any, int], value: Any, times: int) -> None:
        """Add a value that stands in so many rows to some counts."""
        if self.by == "words":
            for word in word_tokens(value):
                counts[word] = counts.get(word, 0) + times
            return
        name = bisect_right(self.edges, value) if self.by == "bins" else hash_of(value)
        counts[name] = counts.get(name, 0) + times


def _way(values: Sequence[Any]) -> str:
    if isinstance(values[0], bool):
        return "values"
    if not isinstance(values[0], str):
        return "bins"
    return "values" if len(set(values)) <= min(CATEGORIES, len(values) / 2) else "words"


@kept
def _references(values: list[Any]) -> dict[str, Reference]:
    """The references made of a column, by the way of counting."""
    return {}


def _reference(values: list[Any], by: str) -> Reference:
    made = _references(values)
    if by not in made:
        made[by] = Reference(values, by)
    return made[by]


class Divergence:
    """The counts of the column, and of the one that it is compared with."""

    __slots__ = ("counts", "reference")

    def __init__(self) -> None:
        self.counts: dict[Any, int] = {}
        self.reference: Reference | None = None

    def update(self, n: int, *vectors: Vector) -> None:
        column, other, *by = vectors
        assert isinstance(other, Constant)
        self.reference = _reference(other.value, next((b.value for b in by if isinstance(b, Constant)), "auto"))
        for value, times in tally(n, column):
            self.reference.count(self.counts, value, times)

    def merge(self, other: Fold) -> None:
        assert isinstance(other, Divergence)
        self.reference = self.reference or other.reference
        for name, times in other.counts.items():
            self.counts[name] = self.counts.get(name, 0) + times

    def result(self) -> float:
        if self.reference is None or not self.counts or not self.reference.counts:
            raise Undefined(_NOTHING)
        return jensen_shannon(self.counts, self.reference.counts)


def jensen_shannon(a: dict[Any, int], b: dict[Any, int]) -> float:
    """The Jensen-Shannon divergence of two distributions given by counts, in bits: from 0 to 1."""
    m, n = sum(a.values()), sum(b.values())
    terms = []
    for name in a.keys() | b.keys():
        p, q = a.get(name, 0) / m, b.get(name, 0) / n
        middle = (p + q) / 2
        terms += [share * log(share / middle) for share in (p, q) if share]
    # Exact before rounding: the order of the terms does not matter.
    return min(1.0, max(0.0, math.fsum(terms) / (2 * log(2.0))))


def _check(call: CallSite) -> Iterator[Problem]:
    by = call.constant("by")
    if "by" in call.arguments and by not in _WAYS:
        notes = (*did_you_mean(str(by), _WAYS), "There are: " + ", ".join(f'"{way}"' for way in _WAYS) + ".")
        yield Problem("E0309", f"A divergence is not taken by '{by}'.", "by", notes)


OPERATOR = Operator(
    name="divergence",
    family="dataset",
    kind="aggregate",
    signatures=(
        'divergence(column: text, other: list[text], *, const by: text = "auto") -> float',
        "divergence(column: S, other: list[S]) -> float",
    ),
    doc=(
        "How far the values of a column are spread otherwise than those of another, as in "
        "`divergence(question, real.question)`: the Jensen-Shannon divergence in bits, from 0 (alike) to 1 (nothing in "
        "common). Undefined where one has no rows.\n\n"
        "Numbers, dates and times are compared by the 20 classes that hold equal parts of the other column; booleans, "
        "and texts of which the other column has at most 50 different ones that come twice on average, by their "
        'values; other texts by their words. `by="values"` or `by="words"` settles it for texts. Small columns '
        "diverge by chance: two halves of the other column show by how much."
    ),
    source="Lin: Divergence measures based on the Shannon entropy, IEEE Transactions on Information Theory 37, 1991",
    examples=(("divergence(word, other.word)", None),),
    check=_check,
    fold=Divergence,
)
