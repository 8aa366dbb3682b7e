"""How alike two texts are, from 0 to 1, by three measures.

- token_set: the share of the different words of both that both have (Jaccard 1901).
- rouge_l: the F1 of the longest common subsequence of words (Lin: "ROUGE: A Package for Automatic Evaluation of
  Summaries", 2004, with equal weight for recall and precision).
- levenshtein: 1 less the edits of single characters that turn one into the other, divided by the length of the longer.

Subsequences and edits are counted with one machine operation for many cells (Hyyrö 2004; Myers 1999 in the form of
Hyyrö 2003), over Python's long integers.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from synthdsl.ops.text.tokens import word_tokens


def token_set(a: str, b: str) -> float:
    """Shared different words over all different words; 1 where neither text has any."""
    return jaccard(set(word_tokens(a)), set(word_tokens(b)))


def jaccard(a: set[Any], b: set[Any]) -> float:
    """The size of the intersection over that of the union; 1 for two empty sets."""
    shared = len(a & b)
    joined = len(a) + len(b) - shared
    return shared / joined if joined else 1.0


def rouge_l(a: str, b: str) -> float:
    """2 L / (m + n) for texts of m and n words with a longest common subsequence of L; 1 where neither has words."""
    return f_of(word_tokens(a), word_tokens(b))


def f_of(a: Sequence[str], b: Sequence[str]) -> float:
    """`rouge_l` of texts given as words."""
    total = len(a) + len(b)
    return 2 * common_subsequence(a, b) / total if total else 1.0


def levenshtein(a: str, b: str) -> float:
    """1 - edits / length of the longer; 1 for two empty texts."""
    longest = max(len(a), len(b))
    return (longest - edits(a, b)) / longest if longest else 1.0


MEASURES: dict[str, Callable[[str, str], float]] = {
    "token_set": token_set,
    "rouge_l": rouge_l,
    "levenshtein": levenshtein,
}


def common_subsequence(a: Sequence[str], b: Sequence[str]) -> int:
    """The length of the longest common subsequence."""
    start, a, b = _without_common_ends(a, b)
    if len(a) > len(b):
        a, b = b, a
    if not a:
        return start
    return start + subsequence_with(masks_of(a), len(a), b)


def masks_of(items: Sequence[str]) -> dict[str, int]:
    """For each item, the places where it stands, as bits."""
    masks: dict[str, int] = {}
    bit = 1
    for item in items:
        masks[item] = masks.get(item, 0) | bit
        bit <<= 1
    return masks


def subsequence_with(masks: dict[str, int], size: int, other: Sequence[str]) -> int:
    """The longest common subsequence of a sequence of `size` items, given by its masks, and another one."""
    full = (1 << size) - 1
    # Bit i is zero where the length of the subsequence grows at item i.
    row = full
    for item in other:
        found = masks.get(item)
        if found is not None:
            hit = row & found
            row = ((row + hit) | (row - hit)) & full
    return size - row.bit_count()


def edits(a: str, b: str) -> int:
    """The least number of insertions, deletions and replacements of single characters."""
    _, first, second = _without_common_ends(a, b)
    if len(first) > len(second):
        first, second = second, first
    if not first:
        return len(second)
    masks = masks_of(first)
    full, top = (1 << len(first)) - 1, 1 << (len(first) - 1)
    more, less, score = full, 0, len(first)
    for item in second:
        equal = masks.get(item, 0)
        straight = equal | less
        diagonal = (((equal & more) + more) ^ more) | straight
        up = less | (~(diagonal | more) & full)
        down = more & diagonal
        if up & top:
            score += 1
        elif down & top:
            score -= 1
        up = ((up << 1) | 1) & full
        down = (down << 1) & full
        more = down | (~(diagonal | up) & full)
        less = up & diagonal
    return score


def _without_common_ends(a: Sequence[str], b: Sequence[str]) -> tuple[int, Sequence[str], Sequence[str]]:
    """How many items both have at their beginning and end in common, and what lies between."""
    least = min(len(a), len(b))
    head = 0
    while head < least and a[head] == b[head]:
        head += 1
    tail = 0
    while tail < least - head and a[len(a) - 1 - tail] == b[len(b) - 1 - tail]:
        tail += 1
    return head + tail, a[head : len(a) - tail], b[head : len(b) - tail]
