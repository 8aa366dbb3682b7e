"""The nearest of many texts, found without comparing with each.

In: a list of texts, prepared once. Out: for a text, the highest similarity to one of them, the same float as comparing
with each would give. For token sets an inverted index counts the shared words of all at once. For the other measures,
counts of shared words or characters bound each similarity from above, and only texts whose bound lies above the best
found so far are compared.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from synthdsl.ops.text.likeness import MEASURES, levenshtein, masks_of, subsequence_with
from synthdsl.ops.text.tokens import word_tokens

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[Any]

_CHARACTERS = 64
"""Characters are counted in so many classes; joining some only loosens the bound."""


def nearest_in(texts: Sequence[str], metric: str) -> Callable[[str], float]:
    """The function from a text to its highest similarity with one of `texts`; 0 where there are none."""
    if not texts:
        return lambda text: 0.0
    known = dict.fromkeys(texts)
    search = {"token_set": _by_token_set, "rouge_l": _by_rouge_l, "levenshtein": _by_levenshtein}[metric](list(known))
    return lambda text: 1.0 if text in known else search(text)


def among(queries: Sequence[str], texts: Sequence[str], metric: str) -> Callable[[int, Sequence[int]], float]:
    """The highest similarity of one of the queries to some of the texts, both by number; 0 where there are none.

    Bounds come from an index of all texts, so few of them are compared.
    """
    import numpy as np

    counts = [Counter(word_tokens(t)) if metric == "rouge_l" else dict.fromkeys(word_tokens(t), 1) for t in texts]
    index = _Index(counts) if texts and metric != "levenshtein" else None
    compare = MEASURES[metric]

    def nearest(query: int, some: Sequence[int]) -> float:
        if not some:
            return 0.0
        text = queries[query]
        chosen = np.array(some, dtype=np.int64)
        if index is None:
            return max(compare(text, texts[i]) for i in some)
        words = Counter(word_tokens(text)) if metric == "rouge_l" else dict.fromkeys(word_tokens(text), 1)
        shared, size = index.shared(words)[chosen], sum(words.values())
        sizes = index.sizes[chosen]
        if metric == "token_set":
            return float(_ratio(shared, sizes + size - shared).max())
        return _highest(_ratio(2 * shared, sizes + size), lambda i: compare(text, texts[some[i]]))

    return nearest


class _Index:
    """For each word, which texts have it and how often; for each text, its number of words."""

    def __init__(self, counts: Sequence[dict[str, int]]) -> None:
        import numpy as np

        rows: dict[str, list[int]] = {}
        times: dict[str, list[int]] = {}
        for i, words in enumerate(counts):
            for word, count in words.items():
                rows.setdefault(word, []).append(i)
                times.setdefault(word, []).append(count)
        self.rows = {word: np.array(found, dtype=np.int64) for word, found in rows.items()}
        self.times = {word: np.array(found, dtype=np.int64) for word, found in times.items()}
        self.sizes = np.array([sum(words.values()) for words in counts], dtype=np.int64)

    def shared(self, words: dict[str, int]) -> Array:
        """The number of words that each text shares with these, doubles counted as often as both have them."""
        import numpy as np

        total = np.zeros(len(self.sizes), dtype=np.int64)
        for word, count in words.items():
            rows = self.rows.get(word)
            if rows is not None:
                total[rows] += np.minimum(self.times[word], count)
        return total


def _by_token_set(texts: Sequence[str]) -> Callable[[str], float]:
    index = _Index([dict.fromkeys(word_tokens(t), 1) for t in texts])

    def nearest(text: str) -> float:
        words = dict.fromkeys(word_tokens(text), 1)
        shared = index.shared(words)
        joined = index.sizes + len(words) - shared
        return float(_ratio(shared, joined).max())

    return nearest


def _ratio(part: Array, whole: Array) -> Array:
    """part / whole, 1 where the whole is 0."""
    import numpy as np

    return np.where(whole == 0, 1.0, part / np.maximum(whole, 1))


def _by_rouge_l(texts: Sequence[str]) -> Callable[[str], float]:
    words_of = [word_tokens(t) for t in texts]
    index = _Index([Counter(words) for words in words_of])

    def nearest(text: str) -> float:
        words = word_tokens(text)
        masks, size = masks_of(words), len(words)
        bounds = _ratio(2 * index.shared(Counter(words)), index.sizes + size)

        def compare(i: int) -> float:
            total = size + len(words_of[i])
            return 2 * subsequence_with(masks, size, words_of[i]) / total if total else 1.0

        return _highest(bounds, compare)

    return nearest


def _by_levenshtein(texts: Sequence[str]) -> Callable[[str], float]:
    import numpy as np

    counts = np.stack([_characters(t) for t in texts])
    sizes = np.array([len(t) for t in texts], dtype=np.int64)

    def nearest(text: str) -> float:
        longest = np.maximum(sizes, len(text))
        # An edit mends at most one character too many and one too few. So there are at least as many edits as the
        # larger of both numbers, whose sum is `apart` and whose difference is that of the lengths.
        apart = np.abs(counts - _characters(text)).sum(axis=1)
        least = (apart + np.abs(sizes - len(text))) // 2
        return _highest(_ratio(longest - least, longest), lambda i: levenshtein(text, texts[i]))

    return nearest


def _characters(text: str) -> NDArray[np.int32]:
    import numpy as np

    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    return np.bincount(codes % _CHARACTERS, minlength=_CHARACTERS).astype(np.int32)


def _highest(bounds: Array, compare: Callable[[int], float]) -> float:
    """The highest value of `compare` over the positions, none of which exceeds its bound."""
    import numpy as np

    best = compare(int(bounds.argmax()))
    left = (bounds > best).nonzero()[0]
    for i in left[np.argsort(-bounds[left], kind="stable")].tolist():
        if bounds[i] <= best:
            break
        best = max(best, compare(i))
    return best
