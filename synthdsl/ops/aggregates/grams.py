"""N-grams of words."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from synthdsl.dataset.address import mix
from synthdsl.ops.aggregates.tally import hash_of
from synthdsl.ops.text.tokens import word_tokens

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Hashes = NDArray[np.uint64]

MAX_N = 20


def grams_of(text: str, n: int) -> set[tuple[str, ...]]:
    """The different n-grams of a text; of a shorter one, its words as one; none of a text without words."""
    words = word_tokens(text)
    if not words:
        return set()
    return {tuple(words[i : i + n]) for i in range(max(1, len(words) - n + 1))}


def gram_hashes(texts: Sequence[str], n: int) -> tuple[Hashes, list[int]]:
    """The hashes of the n-grams of all texts, one after another, and how many each text has."""
    import numpy as np

    words = [word_tokens(text) for text in texts]
    flat = np.fromiter((word_hash(w) for several in words for w in several), dtype=np.uint64)
    per_text = [max(0, len(several) - n + 1) for several in words]
    if len(flat) < n:
        return flat[:0], per_text
    grams = mix(flat[: len(flat) - n + 1] + np.uint64(n))
    for i in range(1, n):
        grams = mix((grams ^ flat[i : len(flat) - n + 1 + i]) + np.uint64(i))
    inside = np.zeros(len(grams), dtype=np.bool_)
    start = 0
    for several, count in zip(words, per_text, strict=True):
        inside[start : start + count] = True
        start += len(several)
    return grams[inside], per_text


@lru_cache(maxsize=100_000)
def word_hash(word: str) -> int:
    """The 64-bit hash of a word."""
    return hash_of(word)
