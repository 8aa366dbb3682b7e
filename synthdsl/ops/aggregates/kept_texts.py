"""A bounded part of the texts of a column, the same for any cutting and order: those of the lowest hashes."""

from __future__ import annotations

from synthdsl.dataset.vector import Vector
from synthdsl.ops.aggregates.tally import hash_of, tally


class KeptTexts:
    """The different texts of the lowest hashes, each with its number of rows.

    At most `texts` of them, of `size` characters together; at least one. A text once left out has so many texts of
    lower hash before it that it stays out, so counts are complete and the result depends on the rows alone.
    """

    def __init__(self, texts: int, size: int) -> None:
        self.texts = texts
        self.size = size
        self._counts: dict[int, tuple[str, int]] = {}
        self._size = 0

    def add(self, n: int, vector: Vector) -> None:
        """Take in n rows."""
        for text, count in tally(n, vector):
            self._take(hash_of(text), text, count)
        self._cut_if_large()

    def join(self, other: KeptTexts) -> None:
        """Take in what another one has seen."""
        for name, (text, count) in other._counts.items():
            self._take(name, text, count)
        self._cut_if_large()

    def kept(self) -> list[tuple[str, int]]:
        """The texts with their numbers of rows, by rising hash."""
        self._cut()
        return [self._counts[name] for name in sorted(self._counts)]

    def _take(self, name: int, text: str, count: int) -> None:
        known = self._counts.get(name)
        if known is None:
            self._size += len(text)
        self._counts[name] = (text, count + (known[1] if known else 0))

    def _cut_if_large(self) -> None:
        if len(self._counts) > 2 * self.texts or self._size > 2 * self.size:
            self._cut()

    def _cut(self) -> None:
        size = 0
        kept: dict[int, tuple[str, int]] = {}
        for name in sorted(self._counts)[: self.texts]:
            size += len(self._counts[name][0])
            if size > self.size and kept:
                size -= len(self._counts[name][0])
                break
            kept[name] = self._counts[name]
        self._counts, self._size = kept, size
