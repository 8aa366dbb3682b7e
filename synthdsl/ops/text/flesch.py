"""The Flesch reading ease, with syllables counted by rule."""

from __future__ import annotations

import re
from functools import lru_cache

from synthdsl.ops.contract import Undefined
from synthdsl.ops.text.sentence_ends import split_sentences

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_VOWELS = re.compile(r"[aeiouyàâäáãåæèéêëìíîïòóôöõøœùúûü]+")
_SILENT = re.compile(
    r"(?:(?<=[^aeiouylr])e|(?<=[aeiouylr][lr])e|(?<=[qg]u)e"
    r"|(?<=[^aeiouylrszxcgh])es|(?<=[aeiouylr][lr])es"
    r"|(?<=[^aeiouylrtd])ed|(?<=[aeiouylr][lr])ed)$"
)
"""Endings whose `e` is not spoken: make, whole, antique, makes, jumped, called; but table, boxes, wanted."""


def reading_ease(text: str) -> float:
    """206.835 - 1.015 words per sentence - 84.6 syllables per word. Raises `Undefined` for a text without words."""
    words = _WORD.findall(text.lower())
    if not words:
        raise Undefined("The readability of a text without words is undefined.")
    sentences = sum(1 for sentence in split_sentences(text) if _WORD.search(sentence))
    return 206.835 - 1.015 * (len(words) / sentences) - 84.6 * (sum(map(syllables, words)) / len(words))


@lru_cache(maxsize=50_000)
def syllables(word: str) -> int:
    """How many syllables a word in small letters has, at least 1."""
    groups = len(_VOWELS.findall(word))
    if groups > 1 and _SILENT.search(word):
        groups -= 1
    return max(1, groups)
