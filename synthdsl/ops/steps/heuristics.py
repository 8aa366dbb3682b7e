"""Heuristics for texts, by preset: why a text goes, and how that is told.

Sources: Rae et al.: Scaling Language Models: Methods, Analysis & Insights from Training Gopher, 2021, table A1 and
appendix A.1.1; Raffel et al.: Exploring the Limits of Transfer Learning (C4), JMLR 2020, section 2.2.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence

Heuristic = tuple[str, Callable[[str], bool]]
"""A reason, as in `12 rows with few common words`, and whether a text is to go for it."""

_STOP_WORDS = frozenset(("the", "be", "to", "of", "and", "that", "have", "with"))
_TOP_GRAMS = {2: 0.20, 3: 0.18, 4: 0.16}
_REPEATED_GRAMS = {5: 0.15, 6: 0.14, 7: 0.13, 8: 0.12, 9: 0.11, 10: 0.10}
_REFUSALS = re.compile(
    r"\b(?:as an ai\b|as a (?:large )?language model|i(?:'m| am) (?:sorry|afraid),? (?:but )?(?:i )?(?:can(?:'|no)t|"
    r"am unable|am not able)|i can(?:'|no)t (?:assist|help|comply|fulfil)|i(?:'m| am) (?:unable|not able) to (?:assist|"
    r"help|comply|fulfil|provide)|my training data|knowledge cutoff|i do not have personal (?:opinions|feelings))"
)
_BLANKS = re.compile(
    r"\[(?:insert|your|name|company|date|placeholder)\b[^\]\n]{0,60}\]|<(?:insert|your)\b[^>\n]{0,60}>"
)
_OPENERS = re.compile(r"\s*(?:certainly|sure|of course|absolutely|great question)[!,.]", re.IGNORECASE)
_NOTICES = re.compile(r"terms of use|privacy policy|cookie policy|uses cookies|use of cookies|use cookies|javascript")


def _share(part: float, whole: float) -> float:
    return part / whole if whole else 0.0


def _words_between(low: int, high: int) -> Callable[[str], bool]:
    return lambda text: not low <= len(text.split()) <= high


def _odd_word_lengths(text: str) -> bool:
    words = text.split()
    return not 3 <= _share(sum(map(len, words)), len(words)) <= 10


def _many_symbols(text: str) -> bool:
    words = len(text.split())
    marks = text.count("#") + text.count("...") + text.count("\u2026")
    return _share(marks, words) > 0.1


def _few_letters(text: str) -> bool:
    words = text.split()
    return _share(sum(any(c.isalpha() for c in w) for w in words), len(words)) < 0.8


def _few_common_words(text: str) -> bool:
    return len(_STOP_WORDS & set(re.findall(r"[a-z]+", text.lower()))) < 2


def _lines_that(test: Callable[[str], bool], limit: float) -> Callable[[str], bool]:
    def fails(text: str) -> bool:
        lines = [line.strip() for line in text.splitlines() if line.strip()]
        return _share(sum(map(test, lines)), len(lines)) > limit

    return fails


def _repeated(split: str, limit: float, by_characters: bool) -> Callable[[str], bool]:
    """Whether too large a part of the pieces, or of their characters, was there before."""

    def fails(text: str) -> bool:
        pieces = [p.strip() for p in re.split(split, text) if p.strip()]
        seen: set[str] = set()
        again = total = 0
        for piece in pieces:
            size = len(piece) if by_characters else 1
            total += size
            again += size if piece in seen else 0
            seen.add(piece)
        return _share(again, total) > limit

    return fails


def _top_gram(n: int, limit: float) -> Callable[[str], bool]:
    """Whether the commonest n-gram of words has too large a part of the characters."""

    def fails(text: str) -> bool:
        words = text.split()
        grams = Counter(_grams(words, n))
        if not grams:
            return False
        gram, times = max(grams.items(), key=lambda pair: (pair[1] * len("".join(pair[0])), pair[1]))
        return times > 1 and _share(times * len("".join(gram)), sum(map(len, words))) > limit

    return fails


def _again(n: int, limit: float) -> Callable[[str], bool]:
    """Whether n-grams that occur more than once cover too large a part of the characters."""

    def fails(text: str) -> bool:
        words = text.split()
        grams = _grams(words, n)
        counts = Counter(grams)
        covered = [False] * len(words)
        for at, gram in enumerate(grams):
            if counts[gram] > 1:
                covered[at : at + n] = [True] * n
        size = sum(len(w) for w, inside in zip(words, covered, strict=True) if inside)
        return _share(size, sum(map(len, words))) > limit

    return fails


def _grams(words: Sequence[str], n: int) -> list[tuple[str, ...]]:
    return [tuple(words[i : i + n]) for i in range(len(words) - n + 1)]


def _cut_off(text: str) -> bool:
    """Whether a text of several sentences ends within one."""
    end = text.rstrip()
    return len(end.split()) > 20 and end[-1:].isalpha() and bool(re.search(r"[.!?]\s", end))


PRESETS: Mapping[str, tuple[Heuristic, ...]] = {
    "gopher": (
        ("with fewer than 50 or more than 100,000 words", _words_between(50, 100_000)),
        ("with words too short or too long", _odd_word_lengths),
        ("with many symbols", _many_symbols),
        ("with many words without letters", _few_letters),
        ("with few common words", _few_common_words),
        ("with lines that are mostly bullets", _lines_that(lambda line: line[:1] in "-*\u2022", 0.9)),
        ("with many lines left open", _lines_that(lambda line: line.endswith(("...", "\u2026")), 0.3)),
    ),
    "repetition": (
        ("with repeated lines", _repeated(r"\n", 0.30, False)),
        ("with repeated paragraphs", _repeated(r"\n\s*\n", 0.30, False)),
        ("with much text in repeated lines", _repeated(r"\n", 0.20, True)),
        ("with much text in repeated paragraphs", _repeated(r"\n\s*\n", 0.20, True)),
        *((f"with one {n}-gram too often", _top_gram(n, limit)) for n, limit in _TOP_GRAMS.items()),
        *((f"with repeated {n}-grams", _again(n, limit)) for n, limit in _REPEATED_GRAMS.items()),
    ),
    "web": (
        ("with placeholder text", lambda text: "lorem ipsum" in text.lower()),
        ("with curly brackets", lambda text: "{" in text),
        ("with notices of a web page", lambda text: _NOTICES.search(text.lower()) is not None),
        ("with fewer than 3 sentences", lambda text: len(re.findall(r"[.!?][\"')\]]?(?:\s|\Z)", text)) < 3),
    ),
    "answer": (
        ("without text", lambda text: not text.strip()),
        ("that refuse or speak of the assistant", lambda text: _REFUSALS.search(text.lower()) is not None),
        ("with blanks to fill in", lambda text: _BLANKS.search(text.lower()) is not None),
        ("that begin with a set phrase", lambda text: _OPENERS.match(text) is not None),
        ("that are cut off", _cut_off),
    ),
}
