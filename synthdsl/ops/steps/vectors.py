"""Texts as TF-IDF vectors, and which of them are near each other by the cosine of their angle.

Words are weighted by how rare they are among the texts at hand, so no model is needed and nothing is fetched. Vectors
are projected to few dimensions and rounded to integers small enough that products of matrices are exact in float32,
in whatever order they are added up: every machine finds the same candidates. Candidates are then compared by their
whole vectors.

Sources: Salton, Buckley: Term-weighting approaches in automatic text retrieval, 1988; Achlioptas: Database-friendly
random projections, 2003.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from synthdsl.base.digest import hash64
from synthdsl.dataset.address import mix
from synthdsl.dataset.portable import log
from synthdsl.ops.steps.shingles import word_hashes

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Hashes = NDArray[np.uint64]
    Ints = NDArray[np.int64]
    Floats = NDArray[np.float32]

DIMENSIONS = 512
SIGNS = 4
"""Dimensions of its own that each word is spread over."""

SCALE = 4_000
"""Vectors have about this length: products of two are below 2**24, where float32 holds every integer."""

MARGIN = 0.2
"""How far a projected cosine may be below a real one: more than four standard deviations of its error."""

BLOCK = 1_024
TEXTS = 4_096


@dataclass(frozen=True, slots=True)
class Sparse:
    """Texts as weights of words: `words` and `weights` of text i stand from `starts[i]` to `starts[i + 1]`, by word.

    Each text's weights have length 1; one without words has none.
    """

    words: Hashes
    weights: NDArray[np.float64]
    starts: Ints

    def __len__(self) -> int:
        return len(self.starts) - 1

    def weighted(self, at: int) -> dict[int, float]:
        """The weights of the words of one text."""
        first, last = int(self.starts[at]), int(self.starts[at + 1])
        return dict(zip(self.words[first:last].tolist(), self.weights[first:last].tolist(), strict=True))


def cosine(a: dict[int, float], b: dict[int, float]) -> float:
    """The cosine of the angle between two texts, from 0 to 1."""
    if len(a) > len(b):
        a, b = b, a
    return min(1.0, math.fsum(weight * b[word] for word, weight in a.items() if word in b))


def tf_idf(pieces: Iterator[Sequence[str]]) -> Sparse:
    """The weights of all texts, which come batch by batch."""
    import numpy as np

    found: list[Hashes] = []
    times: list[Ints] = []
    sizes: list[Ints] = []
    for batch in pieces:
        for start in range(0, len(batch), TEXTS):
            words, counts, per_text = _counted(batch[start : start + TEXTS])
            found.append(words)
            times.append(counts)
            sizes.append(per_text)
    if not found:
        empty = np.empty(0, dtype=np.uint64)
        return Sparse(empty, empty.astype(np.float64), np.zeros(1, dtype=np.int64))
    words = np.concatenate(found)
    counts = np.concatenate(times)
    per_text = np.concatenate(sizes)
    starts = np.concatenate([[0], np.cumsum(per_text)]).astype(np.int64)
    _, number, frequency = np.unique(words, return_inverse=True, return_counts=True)
    rarity = _of_few(frequency, lambda n: log((1 + len(per_text)) / (1 + n)) + 1.0)[number]
    weights = _of_few(counts, lambda n: 1.0 + log(float(n))) * rarity
    owner = np.repeat(np.arange(len(per_text)), per_text)
    squares = np.bincount(owner, weights=weights * weights, minlength=len(per_text))
    lengths = np.sqrt(np.where(per_text > 0, squares, 1.0))
    return Sparse(words, weights / np.repeat(lengths, per_text), starts)


def _of_few(values: Ints, function: Callable[[int], float]) -> NDArray[np.float64]:
    """A function of integers of which few are different."""
    import numpy as np

    different, which = np.unique(values, return_inverse=True)
    return np.array([function(int(v)) for v in different.tolist()])[which]


def _counted(texts: Sequence[str]) -> tuple[Hashes, Ints, Ints]:
    """The different words of each text in the order of their hashes, how often they occur, how many a text has."""
    import numpy as np

    words, starts = word_hashes(texts)
    owner = np.repeat(np.arange(len(texts)), np.diff(starts))
    order = np.lexsort((words, owner))
    words, owner = words[order], owner[order]
    new = np.ones(len(words), dtype=np.bool_)
    new[1:] = (words[1:] != words[:-1]) | (owner[1:] != owner[:-1])
    first = np.flatnonzero(new)
    counts = np.diff(np.append(first, len(words)))
    return words[first], counts, np.bincount(owner[first], minlength=len(texts)).astype(np.int64)


def projected(sparse: Sparse, first: int, last: int) -> Floats:
    """Texts `first` to `last` as integers in float32, [texts, DIMENSIONS]."""
    import numpy as np

    low, high = int(sparse.starts[first]), int(sparse.starts[last])
    words, weights = sparse.words[low:high], sparse.weights[low:high]
    rows = np.repeat(np.arange(last - first), np.diff(sparse.starts[first : last + 1]))
    made = np.zeros((last - first) * DIMENSIONS)
    for sign in range(SIGNS):
        with np.errstate(over="ignore"):
            bits = mix(words + np.uint64(hash64("project", sign)))
        place = rows * DIMENSIONS + (bits % np.uint64(DIMENSIONS)).astype(np.int64)
        up = (bits >> np.uint64(63)).astype(np.float64) * 2 - 1
        made += np.bincount(place, weights=weights * up, minlength=len(made))
    # Lengths are sums of integers: those of floats depend on the order in which a processor adds them up.
    table = np.trunc(made.reshape(last - first, DIMENSIONS) * 2.0**20).astype(np.int64)
    lengths = np.sqrt((table * table).sum(axis=1, keepdims=True).astype(np.float64))
    return np.trunc(table / np.where(lengths > 0, lengths, 1.0) * SCALE).astype(np.float32)


def apart(sparse: Sparse, threshold: float, most: int | None = None) -> tuple[list[int], dict[int, int]]:
    """Texts of which no two have a cosine of `threshold` or more: each is taken in order where it fits.

    Gives the rows that are taken, at most so many, and for each that is not the taken one it is near. Texts without
    words are near nothing.
    """
    import numpy as np

    taken: list[int] = []
    near: dict[int, int] = {}
    held = np.empty((0, DIMENSIONS), dtype=np.float32)
    weights: dict[int, dict[int, float]] = {}
    limit = (threshold - MARGIN) * SCALE * SCALE
    for first in range(0, len(sparse), BLOCK):
        last = min(first + BLOCK, len(sparse))
        block = projected(sparse, first, last)
        to_taken = block @ held.T
        inside = block @ block.T
        fresh: list[int] = []
        for at in range(last - first):
            if most is not None and len(taken) + len(fresh) >= most:
                break
            own = sparse.weighted(first + at)
            close = np.flatnonzero(to_taken[at] >= limit)
            best = close[np.argsort(-to_taken[at][close], kind="stable")].tolist() if len(close) else []
            candidates = [taken[i] for i in best] + [first + f for f in fresh if inside[at][f] >= limit]
            found = next((c for c in candidates if own and cosine(own, weights[c]) >= threshold), None)
            if found is None:
                fresh.append(at)
                weights[first + at] = own
            else:
                near[first + at] = found
        taken += [first + f for f in fresh]
        held = np.concatenate([held, block[fresh]]) if fresh else held
        if most is not None and len(taken) >= most:
            break
    return taken, near


def nearest(sparse: Sparse, rows: range, among: range, k: int) -> Iterator[list[tuple[int, float]]]:
    """For each row the k others among a range that are nearest, with their cosines, the nearest first.

    Of equally near ones the earlier; none without a common word. A row is never its own neighbour.
    """
    import numpy as np

    table = [projected(sparse, s, min(s + TEXTS, among.stop)) for s in range(among.start, among.stop, TEXTS)]
    held = np.concatenate(table) if table else np.empty((0, DIMENSIONS), dtype=np.float32)
    weights: dict[int, dict[int, float]] = {}
    looked = min(len(among), 4 * k + 16)
    for first in range(rows.start, rows.stop, BLOCK):
        last = min(first + BLOCK, rows.stop)
        near = projected(sparse, first, last) @ held.T
        for at in range(last - first):
            row = first + at
            own = sparse.weighted(row)
            if row in among:
                near[at][row - among.start] = -np.inf
            order = np.argsort(-near[at], kind="stable")[:looked]
            found = []
            for place in (int(p) + among.start for p in order):
                if place == row:
                    continue
                if place not in weights:
                    weights[place] = sparse.weighted(place)
                value = cosine(own, weights[place])
                if value > 0:
                    found.append((place, value))
            found.sort(key=lambda pair: (-pair[1], pair[0]))
            yield found[:k]
