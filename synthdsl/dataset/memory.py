"""A small table in memory, read in the same way as a stored one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from synthdsl.dataset.batch import Batch, check_lengths, cut
from synthdsl.dataset.vector import take, to_list

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from synthdsl.dataset.vector import Vector

    Keys = NDArray[np.uint64]


@dataclass(frozen=True, slots=True, eq=False)
class MemoryTable:
    """A table whose columns are held as vectors; satisfies `Table` of `ops/contract.py`.

    row_keys: uint64[rows]. vectors: a vector of that many rows a name.
    Raises ValueError when the lengths differ.
    """

    row_keys: Keys
    vectors: dict[str, Vector]
    _lists: dict[str, list[Any]] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        check_lengths(self.rows, self.row_keys, self.vectors)

    @property
    def rows(self) -> int:
        """How many rows it has."""
        return len(self.row_keys)

    @property
    def names(self) -> tuple[str, ...]:
        """Its columns."""
        return tuple(self.vectors)

    def column(self, name: str) -> list[Any]:
        """All values of a column, in row order; do not change the list."""
        if name not in self._lists:
            self._lists[name] = to_list(self.vectors[name], self.rows)
        return self._lists[name]

    def keys(self) -> Keys:
        """The keys of all rows, uint64[rows]."""
        return self.row_keys

    def batches(self, size: int, names: Sequence[str] | None = None) -> Iterator[Batch]:
        """The rows in order, `size` at a time (fewer in the last batch), with all columns or those named."""
        for start in range(0, self.rows, size):
            yield self.batch(start, min(start + size, self.rows), names)

    def batch(self, start: int, stop: int, names: Sequence[str] | None = None) -> Batch:
        """The rows `start` to `stop` (excluded), with all columns or those named."""
        if not 0 <= start <= stop <= self.rows:
            raise IndexError(f"rows {start} to {stop} of a table of {self.rows}")
        names = self.names if names is None else names
        columns = {name: cut(self.vectors[name], start, stop) for name in names}
        return Batch(stop - start, start, self.row_keys[start:stop], columns)

    def gather(self, name: str, index: NDArray[Any]) -> Vector:
        """The values of a column at the row numbers `index`, integers in any order, repeats allowed."""
        return take(self.vectors[name], index)

    def gather_keys(self, index: NDArray[Any]) -> Keys:
        """The keys of the rows with the numbers `index`, uint64."""
        keys: Any = self.row_keys[index]
        return keys
