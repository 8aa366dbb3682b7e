"""The nearest of many texts, found without comparing with each.

In: a list of texts, prepared once. Out: for a text, the highest similarity to one of them, the same float as comparing
with each would give. For token sets an inverted index counts the shared words of all at once. For the other measures,
counts of shared words or characters bound each similarity from above, and only texts whose bound lies above the best
found so far are compared.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from synthdsl.ops.text.likeness import MEASURES, levenshtein, masks_of, subsequence_with
from synthdsl.ops.text.tokens import word_tokens

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[Any]

_CHARACTERS = 64
"""Characters are counted in so many classes; joining some only loosens the bound."""


def nearest_in(texts: Sequence[str], metric: str) -> Callable[[str], float]:
    """The function from a text to its highest similarity with one of `texts`; 0 where there are none.

    Where the list goes on from the one asked for last, as that of a pool which grows does, the index is gone on with.
    """
    if not texts:
        return lambda text: 0.0
    last = _LAST.get(metric)
    if last is None or not last.goes_on_as(texts):
        last = _LAST[metric] = _Corpus(metric)
        last.goes_on_as(texts)
    return _Asked(last, list(texts)).nearest


class _Corpus:
    """Texts in the order in which they were added, and what finds the nearest of them."""

    def __init__(self, metric: str) -> None:
        self.metric = metric
        self.texts: list[str] = []
        self.known: set[str] = set()
        self.search: _Search = _SEARCHES[metric]()
        self.lock = threading.Lock()

    def goes_on_as(self, texts: Sequence[str]) -> bool:
        """Add what the list has beyond the texts that are here; whether it begins with them."""
        with self.lock:
            count = len(self.texts)
            if len(texts) < count or list(texts[:count]) != self.texts:
                return False
            more = texts[count:]
            # What is there already changes no maximum.
            fresh = [t for t in dict.fromkeys(more) if t not in self.known]
            self.texts.extend(more)
            self.known.update(fresh)
            self.search.add(fresh)
            return True


_LAST: dict[str, _Corpus] = {}
"""The corpus asked for last, by its measure."""


class _Asked:
    """The corpus as it was when it was asked for; should it have grown since, another one for the same texts."""

    def __init__(self, corpus: _Corpus, texts: list[str]) -> None:
        self.corpus = corpus
        self.texts = texts

    def nearest(self, text: str) -> float:
        corpus = self.corpus
        with corpus.lock:
            if len(corpus.texts) == len(self.texts):
                return 1.0 if text in corpus.known else corpus.search.nearest(text)
        self.corpus = _Corpus(corpus.metric)
        self.corpus.goes_on_as(self.texts)
        return self.nearest(text)


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


class _Postings:
    """Which texts have a word, and how often each; room for more is made by doubling."""

    __slots__ = ("count", "rows", "times")

    def __init__(self) -> None:
        import numpy as np

        self.rows = np.empty(2, dtype=np.int64)
        self.times = np.empty(2, dtype=np.int64)
        self.count = 0

    def add(self, rows: list[int], times: list[int]) -> None:
        import numpy as np

        end = self.count + len(rows)
        if end > len(self.rows):
            room = max(end, 2 * len(self.rows))
            self.rows = np.concatenate([self.rows[: self.count], np.empty(room - self.count, dtype=np.int64)])
            self.times = np.concatenate([self.times[: self.count], np.empty(room - self.count, dtype=np.int64)])
        self.rows[self.count : end] = rows
        self.times[self.count : end] = times
        self.count = end


class _Index:
    """For each word, which texts have it and how often; for each text, its number of words."""

    def __init__(self, counts: Sequence[dict[str, int]]) -> None:
        import numpy as np

        self.words: dict[str, _Postings] = {}
        self.sizes = np.empty(0, dtype=np.int64)
        self.add(counts)

    def add(self, counts: Sequence[dict[str, int]]) -> None:
        """Add texts, given as how often each of their words stands in them."""
        import numpy as np

        start = len(self.sizes)
        rows: dict[str, list[int]] = {}
        times: dict[str, list[int]] = {}
        for i, words in enumerate(counts, start):
            for word, count in words.items():
                rows.setdefault(word, []).append(i)
                times.setdefault(word, []).append(count)
        for word, found in rows.items():
            postings = self.words.get(word)
            if postings is None:
                postings = self.words[word] = _Postings()
            postings.add(found, times[word])
        more = np.array([sum(words.values()) for words in counts], dtype=np.int64)
        self.sizes = np.concatenate([self.sizes, more])

    def shared(self, words: dict[str, int]) -> Array:
        """The number of words that each text shares with these, doubles counted as often as both have them."""
        import numpy as np

        total = np.zeros(len(self.sizes), dtype=np.int64)
        for word, count in words.items():
            found = self.words.get(word)
            if found is not None:
                total[found.rows[: found.count]] += np.minimum(found.times[: found.count], count)
        return total


class _Search(Protocol):
    """Texts, and the highest similarity of one to them; asked only where there are some and none is equal."""

    def add(self, texts: Sequence[str]) -> None: ...

    def nearest(self, text: str) -> float: ...


class _ByTokenSet:
    def __init__(self) -> None:
        self.index = _Index(())

    def add(self, texts: Sequence[str]) -> None:
        self.index.add([dict.fromkeys(word_tokens(t), 1) for t in texts])

    def nearest(self, text: str) -> float:
        words = dict.fromkeys(word_tokens(text), 1)
        shared = self.index.shared(words)
        joined = self.index.sizes + len(words) - shared
        return float(_ratio(shared, joined).max())


def _ratio(part: Array, whole: Array) -> Array:
    """part / whole, 1 where the whole is 0."""
    import numpy as np

    return np.where(whole == 0, 1.0, part / np.maximum(whole, 1))


class _ByRougeL:
    def __init__(self) -> None:
        self.words_of: list[list[str]] = []
        self.index = _Index(())

    def add(self, texts: Sequence[str]) -> None:
        more = [list(word_tokens(t)) for t in texts]
        self.words_of += more
        self.index.add([Counter(words) for words in more])

    def nearest(self, text: str) -> float:
        words = word_tokens(text)
        masks, size = masks_of(words), len(words)
        bounds = _ratio(2 * self.index.shared(Counter(words)), self.index.sizes + size)

        def compare(i: int) -> float:
            total = size + len(self.words_of[i])
            return 2 * subsequence_with(masks, size, self.words_of[i]) / total if total else 1.0

        return _highest(bounds, compare)


class _ByLevenshtein:
    def __init__(self) -> None:
        import numpy as np

        self.texts: list[str] = []
        self.counts = np.empty((0, _CHARACTERS), dtype=np.int32)
        self.sizes = np.empty(0, dtype=np.int64)

    def add(self, texts: Sequence[str]) -> None:
        import numpy as np

        if not texts:
            return
        self.texts += texts
        self.counts = np.concatenate([self.counts, np.stack([_characters(t) for t in texts])])
        self.sizes = np.concatenate([self.sizes, np.array([len(t) for t in texts], dtype=np.int64)])

    def nearest(self, text: str) -> float:
        import numpy as np

        longest = np.maximum(self.sizes, len(text))
        # An edit mends at most one character too many and one too few. So there are at least as many edits as the
        # larger of both numbers, whose sum is `apart` and whose difference is that of the lengths.
        apart = np.abs(self.counts - _characters(text)).sum(axis=1)
        least = (apart + np.abs(self.sizes - len(text))) // 2
        return _highest(_ratio(longest - least, longest), lambda i: levenshtein(text, self.texts[i]))


_SEARCHES: dict[str, Callable[[], _Search]] = {
    "token_set": _ByTokenSet,
    "rouge_l": _ByRougeL,
    "levenshtein": _ByLevenshtein,
}


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
