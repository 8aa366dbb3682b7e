"""Texts as sets of hashed n-grams of words, many texts at a time.

Words are runs of letters and digits in lower case; where a script writes no spaces between words (Chinese, Japanese,
Korean, Thai ...) each character is one. All texts of a batch are one array of code points: the hash of a word is a
polynomial of its characters modulo 2**64, taken from running sums, so that no word becomes a Python object.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from synthdsl.base.digest import hash64
from synthdsl.dataset.address import mix

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Hashes = NDArray[np.uint64]
    Ints = NDArray[np.int64]

_BASE = 0x9E37_79B9_7F4A_7C15
_POINTS = 0x110000
_SINGLE = ((0x0E00, 0x0EFF), (0x3040, 0x30FF), (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xAC00, 0xD7AF), (0x20000, 0x3FFFF))
"""Blocks of scripts without spaces between words."""


@cache
def _kinds() -> NDArray[np.uint8]:
    """For each code point 0 (between words), 1 (part of a word) or 2 (a word by itself)."""
    import numpy as np

    kinds = np.fromiter((chr(c).isalnum() for c in range(_POINTS)), dtype=np.uint8, count=_POINTS)
    for first, last in _SINGLE:
        kinds[first : last + 1] *= 2
    return kinds


def word_hashes(texts: Sequence[str]) -> tuple[Hashes, Ints]:
    """The hashes of the words of all texts, one text after another, and where each begins; with the end of the last."""
    import numpy as np

    lowered = "\n".join(texts).lower()
    plain = lowered.isascii()
    if not plain:
        # A few characters become two in lower case, so lengths are taken afterwards.
        texts = [t.lower() for t in texts]
        lowered = "\n".join(texts)
    lengths = np.fromiter(map(len, texts), dtype=np.int64, count=len(texts))
    begins = np.cumsum(lengths + 1) - (lengths + 1)
    if plain:
        points: NDArray[Any] = np.frombuffer(lowered.encode("ascii"), dtype=np.uint8)
    else:
        points = np.frombuffer(lowered.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    kinds = _kinds()[:128][points] if plain else _kinds()[points]
    starts, ends = _borders(kinds, plain)
    with np.errstate(over="ignore"):
        # sums[j] - sums[i] is the sum of c[k] * B**k from i to j; times B**-i it does not depend on the place.
        sums = np.zeros(len(points) + 1, dtype=np.uint64)
        np.multiply(points, _powers(len(points)), out=sums[1:], casting="unsafe")
        np.cumsum(sums, out=sums)
        words = (sums[ends] - sums[starts]) * _inverses(len(points) + 1)[starts]
        words = mix(words + (ends - starts).astype(np.uint64))
    return words, np.searchsorted(starts, np.append(begins, len(points) + 1)).astype(np.int64)


def _borders(kinds: NDArray[np.uint8], plain: bool) -> tuple[Ints, Ints]:
    """Where words begin and end."""
    import numpy as np

    framed = np.zeros(len(kinds) + 2, dtype=np.uint8)
    framed[1:-1] = kinds
    if plain:
        edges = np.flatnonzero(framed[1:] != framed[:-1])
        return edges[::2], edges[1::2]
    starts = np.flatnonzero((kinds == 2) | ((kinds == 1) & (framed[:-2] != 1)))
    return starts, np.flatnonzero((kinds == 2) | ((kinds == 1) & (framed[2:] != 1))) + 1


_kept: dict[str, Any] = {}


def _powers(n: int) -> Hashes:
    return _table("powers", _BASE, n)


def _inverses(n: int) -> Hashes:
    return _table("inverses", pow(_BASE, -1, 2**64), n)


def _table(name: str, base: int, n: int) -> Hashes:
    """The powers of a number modulo 2**64, kept for the next batch."""
    import numpy as np

    known: Hashes | None = _kept.get(name)
    if known is None or len(known) < n:
        size = max(n, 1 << 20)
        made = np.full(size, base, dtype=np.uint64)
        made[0] = 1
        with np.errstate(over="ignore"):
            np.multiply.accumulate(made, out=made)
        known = _kept[name] = made
    return known[:n]


def shingles(texts: Sequence[str], width: int) -> tuple[Hashes, Ints]:
    """The hashes of all runs of `width` words, text after text, and where each text begins; with the end of the last.

    A text with fewer words has one run of all of them; one without words has none.
    """
    import numpy as np

    words, starts = word_hashes(texts)
    counts = np.diff(starts)
    runs = np.where(counts >= width, counts - width + 1, np.minimum(counts, 1))
    ends = np.cumsum(runs)
    first = np.arange(int(ends[-1]) if len(ends) else 0, dtype=np.int64)
    first += np.repeat(starts[:-1] - (ends - runs), runs)
    rolled = _rolled(words, width)
    made = rolled[np.minimum(first, max(len(rolled) - 1, 0))] if len(rolled) else np.zeros(len(first), dtype=np.uint64)
    for text in np.flatnonzero((counts > 0) & (counts < width)).tolist():
        made[ends[text] - 1] = _rolled(words[starts[text] : starts[text + 1]], int(counts[text]))[0]
    return made, np.append(ends - runs, len(first))


def _rolled(words: Hashes, width: int) -> Hashes:
    """The hash of each run of `width` words, wherever they stand."""
    import numpy as np

    count = len(words) - width + 1
    if count <= 0:
        return np.empty(0, dtype=np.uint64)
    with np.errstate(over="ignore"):
        made = np.full(count, hash64("shingle", width), dtype=np.uint64)
        for at in range(width):
            made *= np.uint64(_BASE)
            made += words[at : at + count]
            made ^= made >> np.uint64(29)
        return mix(made)
