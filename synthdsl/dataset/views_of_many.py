"""Views of several tables: their rows under one another, or side by side; nothing is copied."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from synthdsl.dataset.address import item_keys
from synthdsl.dataset.batch import Batch
from synthdsl.dataset.vector import Constant, Vector, scatter, to_list
from synthdsl.dataset.views import Part, Rows, View, by_window

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]
    Keys = NDArray[np.uint64]

ALIGNED_KEY = 0x5EED
"""Takes part in the key of a pair whose right row is missing."""


class Stacked(View):
    """Rows of several tables under one another.

    part, row: for each row the number of its table and of the row in it. names: all columns; where a table lacks one
    its rows have null there. Keys are the tables' own, told apart by the names of the tables. repeat: for rows that
    are there several times, the number of the copy.
    """

    def __init__(
        self,
        tables: Sequence[Rows],
        salts: Sequence[int],
        part: NDArray[Any],
        row: Ints,
        names: Sequence[str],
        repeat: Ints | None = None,
        adapt: Callable[[str, Vector], Vector] | None = None,
    ) -> None:
        super().__init__(len(row), names)
        self.tables = tables
        self.salts = salts
        self.part = part
        self.row = row
        self.repeat = repeat
        self.adapt = adapt

    def made_of(self, row: int) -> list[Part]:
        return [(self.tables[int(self.part[row])], int(self.row[row]))]

    @property
    def row_bytes(self) -> float:
        return max((t.row_bytes for t in self.tables), default=8.0)

    def batches(self, size: int, names: Sequence[str] | None = None) -> Iterator[Batch]:
        yield from by_window(self, size, names)

    def gather(self, name: str, index: NDArray[Any]) -> Vector:
        import numpy as np

        part, row = self.part[index], self.row[index]
        pieces: list[tuple[NDArray[Any], Vector]] = []
        for number in np.unique(part).tolist():
            table = self.tables[number]
            at = np.flatnonzero(part == number)
            vector: Vector = table.gather(name, row[at]) if name in table.names else Constant(None)
            if self.adapt is not None:
                vector = self.adapt(name, vector)
            if len(at) == len(row):
                return vector
            pieces.append((at, vector))
        return scatter(len(row), pieces) if pieces else []

    def gather_keys(self, index: NDArray[Any]) -> Keys:
        import numpy as np

        part, row = self.part[index], self.row[index]
        keys = np.empty(len(row), dtype=np.uint64)
        for number in np.unique(part).tolist():
            at = np.flatnonzero(part == number)
            salt = np.full(len(at), self.salts[number], dtype=np.int64)
            keys[at] = item_keys(self.tables[number].gather_keys(row[at]), salt)
        if self.repeat is not None:
            again = self.repeat[index]
            keys = np.where(again > 0, item_keys(keys, again), keys)
        return keys


class Paired(View):
    """Rows of two tables side by side. left, right: row numbers; a right one of -1 stands for no row, so nulls.

    names: all columns; those of the left table come from it, the others from the right one.
    """

    def __init__(self, left_table: Rows, right_table: Rows, left: Ints, right: Ints, names: Sequence[str]) -> None:
        super().__init__(len(left), names)
        self.left_table = left_table
        self.right_table = right_table
        self.left = left
        self.right = right

    def made_of(self, row: int) -> list[Part]:
        right = int(self.right[row])
        return [(self.left_table, int(self.left[row])), *([(self.right_table, right)] if right >= 0 else [])]

    @property
    def row_bytes(self) -> float:
        return self.left_table.row_bytes + self.right_table.row_bytes

    def batches(self, size: int, names: Sequence[str] | None = None) -> Iterator[Batch]:
        yield from by_window(self, size, names)

    def gather(self, name: str, index: NDArray[Any]) -> Vector:
        import numpy as np

        if name in self.left_table.names:
            return self.left_table.gather(name, self.left[index])
        row = self.right[index]
        missing = row < 0
        if not missing.any():
            return self.right_table.gather(name, row)
        there = np.flatnonzero(~missing)
        gone = np.flatnonzero(missing)
        if not len(there):
            return Constant(None)
        values = to_list(self.right_table.gather(name, row[there]), len(there))
        return scatter(len(row), [(there, values), (gone, Constant(None))])

    def gather_keys(self, index: NDArray[Any]) -> Keys:
        import numpy as np

        keys = self.left_table.gather_keys(self.left[index])
        row = self.right[index]
        there = np.flatnonzero(row >= 0)
        other = np.full(len(row), ALIGNED_KEY, dtype=np.int64)
        other[there] = self.right_table.gather_keys(row[there]).view(np.int64)
        return item_keys(keys, other)
