"""Near-duplicate texts by MinHash and locality-sensitive hashing, verified exactly.

Sets of n-grams that are alike share many minima of random hash functions. Bands of minima are hashed; texts that share
a band are candidates, and their Jaccard similarity is computed from the sets themselves, so nothing that is not alike
is dropped. Memory: 8 bytes a band and row.

Source: Broder: On the resemblance and containment of documents, 1997; Leskovec, Rajaraman, Ullman: Mining of Massive
Datasets, chapter 3.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from synthdsl.base.digest import hash64
from synthdsl.dataset.address import mix
from synthdsl.ops.steps.shingles import shingles

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Hashes = NDArray[np.uint64]
    Ints = NDArray[np.int64]

HASHES = 128
RECALL = 0.99
"""The chance, at the threshold itself, that a pair becomes a candidate; it is higher above."""

TEXTS = 4_096
"""Texts hashed at a time: their arrays stay in the processor's cache."""

COMPARED = 200
"""The most rows that a row is compared with: those that share most bands with it."""


@dataclass(frozen=True, slots=True)
class Bands:
    """How minima are put together: so many bands of so many rows each."""

    count: int
    rows: int


def bands_for(threshold: float) -> Bands:
    """The widest bands that still find nearly all pairs at the threshold."""
    for rows in range(16, 1, -1):
        count = HASHES // rows
        if 1 - (1 - threshold**rows) ** count >= RECALL:
            return Bands(count, rows)
    return Bands(HASHES, 1)


def band_hashes(texts: Sequence[str], width: int, bands: Bands) -> tuple[Hashes, NDArray[np.bool_]]:
    """For each text the hash of each of its bands, uint64[texts, bands], and whether it has any words."""
    import numpy as np

    found, starts = shingles(texts, width)
    sizes = np.diff(starts)
    full = np.flatnonzero(sizes)
    result = np.zeros((len(texts), bands.count), dtype=np.uint64)
    if not len(full):
        return result, sizes > 0
    begins = starts[:-1][full]
    with np.errstate(over="ignore"):
        for band in range(bands.count):
            made = np.full(len(full), band, dtype=np.uint64)
            for row in range(bands.rows):
                factor = np.uint64(hash64("minhash", band * bands.rows + row) | 1)
                # Multiply-shift: the upper half of the product is the hash.
                hashed = ((found * factor) >> np.uint64(32)).astype(np.uint32)
                made = mix(made + np.minimum.reduceat(hashed, begins).astype(np.uint64) + np.uint64(1))
            result[full, band] = made
    return result, sizes > 0


def duplicates(
    pieces: Iterator[Sequence[str]],
    rows: int,
    texts_at: Callable[[Ints], Sequence[str]],
    threshold: float,
    width: int,
) -> dict[int, int]:
    """For each row that is alike an earlier one that stays, that one. Rows are judged in order, so the first stays.

    pieces: all texts, so many rows, batch by batch. texts_at: those at row numbers. Texts without words are alike only
    where they are equal, which this does not see.
    """
    import numpy as np

    bands = bands_for(threshold)
    table = np.empty((bands.count, max(rows, 1)), dtype=np.uint64)
    there = np.zeros(rows, dtype=np.bool_)
    at = 0
    for texts in pieces:
        for start in range(0, len(texts), TEXTS):
            made, filled = band_hashes(texts[start : start + TEXTS], width, bands)
            table[:, at : at + len(made)] = made.T
            there[at : at + len(made)] = filled
            at += len(made)
    shared = np.zeros((bands.count, rows), dtype=np.bool_)
    for band in range(bands.count):
        shared[band] = _repeated(table[band, :rows]) & there
    suspects = np.flatnonzero(shared.any(axis=0))
    lines = np.ascontiguousarray(table[:, suspects].T), np.ascontiguousarray(shared[:, suspects].T)
    del table, shared
    return _judged(suspects, *lines, texts_at, threshold, width)


def _repeated(values: Hashes) -> NDArray[np.bool_]:
    """Whether each value occurs more than once."""
    import numpy as np

    order = np.argsort(values, kind="stable")
    ordered = values[order]
    same = ordered[1:] == ordered[:-1]
    result = np.zeros(len(values), dtype=np.bool_)
    result[order[1:][same]] = True
    result[order[:-1][same]] = True
    return result


def _judged(
    suspects: Ints,
    table: Hashes,
    shared: NDArray[np.bool_],
    texts_at: Callable[[Ints], Sequence[str]],
    threshold: float,
    width: int,
) -> dict[int, int]:
    """Suspects in order: each is compared with those that stay and share bands with it, most shared bands first."""
    import numpy as np

    buckets: dict[int, list[int]] = {}
    sets: dict[int, frozenset[int]] = {}
    found: dict[int, int] = {}
    for start in range(0, len(suspects), TEXTS):
        rows = suspects[start : start + TEXTS]
        hashed, starts = shingles(texts_at(rows), width)
        # A band is told apart by its number, which is mixed into its hashes; those that occur once are left out.
        at_row, at_band = np.nonzero(shared[start : start + TEXTS])
        named = table[start + at_row, at_band].tolist()
        lines = np.searchsorted(at_row, np.arange(len(rows) + 1)).tolist()
        values, bounds = hashed.tolist(), starts.tolist()
        for at, row in enumerate(rows.tolist()):
            own = frozenset(values[bounds[at] : bounds[at + 1]])
            line = named[lines[at] : lines[at + 1]]
            near: Counter[int] = Counter()
            for value in line:
                near.update(buckets.get(value, ()))
            first = _first_alike(own, near, sets, threshold)
            if first is not None:
                found[row] = first
                continue
            sets[row] = own
            for value in line:
                bucket = buckets.setdefault(value, [])
                if len(bucket) < COMPARED:
                    bucket.append(row)
    return found


def _first_alike(
    own: frozenset[int], near: Counter[int], sets: dict[int, frozenset[int]], threshold: float
) -> int | None:
    ordered = sorted(near, key=lambda row: (-near[row], row))[:COMPARED]
    for row in ordered:
        other = sets[row]
        if min(len(own), len(other)) < threshold * max(len(own), len(other)):
            continue
        common = len(own & other)
        if common >= threshold * (len(own) + len(other) - common):
            return row
    return None
