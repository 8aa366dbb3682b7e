"""Views: tables whose rows are those of other tables, chosen, joined, put one after another; nothing is copied.

In: tables, and the numbers of rows in them. Out: a table that is read like a stored one. What is held in memory is
row numbers, 8 bytes a row, whatever the rows hold.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from synthdsl.dataset.batch import Batch, cut, fewer
from synthdsl.dataset.vector import Vector, concat, take, to_list

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]
    Keys = NDArray[np.uint64]

READ_ROWS = 16_384
"""Rows read at a time where a whole column is asked for."""

WINDOW_BYTES = 64 << 20
WINDOW_ROWS = 524_288
"""Rows in an order of their own are read in windows of about so many bytes, and at most so many rows: each window goes
over the table once, so few large ones cost less than many small ones."""

DENSE = 4
"""Rows in ascending order are read as one range, and then chosen from, where at least one of so many is wanted."""


class Rows(Protocol):
    """A table as views read it; a `StoredTable` is one, and so is each view."""

    @property
    def rows(self) -> int:
        """How many rows it has."""

    @property
    def names(self) -> Sequence[str]:
        """Its columns."""

    @property
    def row_bytes(self) -> float:
        """About how many bytes a row takes."""

    def column(self, name: str) -> list[Any]:
        """All values of a column, in row order."""

    def keys(self) -> Keys:
        """The keys of all rows, uint64[rows]."""

    def batch(self, start: int, stop: int, names: Sequence[str] | None = None) -> Batch:
        """The rows `start` to `stop` (excluded), with all columns or those named."""

    def batches(self, size: int, names: Sequence[str] | None = None) -> Iterator[Batch]:
        """The rows in order, `size` at a time, with all columns or those named."""

    def gather(self, name: str, index: NDArray[Any]) -> Vector:
        """The values of a column at row numbers, in any order, repeats allowed."""

    def gather_keys(self, index: NDArray[Any]) -> Keys:
        """The keys of the rows with these numbers."""


Part = tuple[Rows, int]
"""A row of a table, by its number."""

MadeOf = Callable[[int], list[Part]]


class View:
    """What all views share. rows: their number. names: the columns in order."""

    def __init__(self, rows: int, names: Sequence[str]) -> None:
        self.rows = rows
        self.names: Sequence[str] = tuple(names)

    @property
    def row_bytes(self) -> float:
        """About how many bytes a row takes."""
        return 8.0

    def made_of(self, row: int) -> list[Part]:
        """The rows of other tables that a row consists of, or was made from."""
        raise NotImplementedError

    def gather(self, name: str, index: NDArray[Any]) -> Vector:
        """The values of a column at row numbers."""
        raise NotImplementedError

    def gather_keys(self, index: NDArray[Any]) -> Keys:
        """The keys of the rows with these numbers."""
        raise NotImplementedError

    def batch(self, start: int, stop: int, names: Sequence[str] | None = None) -> Batch:
        """The rows `start` to `stop` (excluded)."""
        import numpy as np

        index = np.arange(start, stop, dtype=np.int64)
        wanted = self.names if names is None else names
        columns = {name: self.gather(name, index) for name in wanted}
        return Batch(stop - start, start, self.gather_keys(index), columns)

    def batches(self, size: int, names: Sequence[str] | None = None) -> Iterator[Batch]:
        """The rows in order, `size` at a time, fewer where rows are large."""
        size = fewer(size, self.row_bytes)
        for start in range(0, self.rows, size):
            yield self.batch(start, min(start + size, self.rows), names)

    def column(self, name: str) -> list[Any]:
        """All values of a column, in row order."""
        values: list[Any] = []
        for batch in self.batches(READ_ROWS, [name]):
            values.extend(to_list(batch.columns[name], batch.n))
        return values

    def keys(self) -> Keys:
        """The keys of all rows."""
        import numpy as np

        return self.gather_keys(np.arange(self.rows, dtype=np.int64))


class Selected(View):
    """Some rows of a table, in an order of their own. index: their numbers in it."""

    def __init__(self, base: Rows, index: Ints) -> None:
        super().__init__(len(index), base.names)
        self.base = base
        self.index = index

    @property
    def row_bytes(self) -> float:
        return self.base.row_bytes

    def batches(self, size: int, names: Sequence[str] | None = None) -> Iterator[Batch]:
        yield from by_window(self, size, names) if not _rises(self.index) else super().batches(size, names)

    def made_of(self, row: int) -> list[Part]:
        return [(self.base, int(self.index[row]))]

    def gather(self, name: str, index: NDArray[Any]) -> Vector:
        return self.base.gather(name, self.index[index])

    def gather_keys(self, index: NDArray[Any]) -> Keys:
        return self.base.gather_keys(self.index[index])

    def batch(self, start: int, stop: int, names: Sequence[str] | None = None) -> Batch:
        index = self.index[start:stop]
        if len(index) and _rises(index) and index[-1] - index[0] < DENSE * len(index):
            # In ascending order and near each other: a range is read far quicker than single rows.
            first = int(index[0])
            batch = self.base.batch(first, int(index[-1]) + 1, names)
            if batch.n == len(index):
                return Batch(batch.n, start, batch.keys, batch.columns)
            local = index - first
            columns = {name: take(vector, local) for name, vector in batch.columns.items()}
            return Batch(len(index), start, batch.keys[local], columns)
        wanted = self.names if names is None else names
        columns = {name: self.base.gather(name, index) for name in wanted}
        return Batch(len(index), start, self.base.gather_keys(index), columns)


def _rises(index: Ints) -> bool:
    import numpy as np

    return bool((np.diff(index) > 0).all())


def by_window(view: View, size: int, names: Sequence[str] | None) -> Iterator[Batch]:
    """Batches cut from larger ones, for rows in an order of their own."""
    size = fewer(size, view.row_bytes)
    window = int(min(WINDOW_ROWS, max(size, WINDOW_BYTES / view.row_bytes)))
    for first in range(0, view.rows, window):
        read = view.batch(first, min(first + window, view.rows), names)
        for low in range(0, read.n, size):
            high = min(low + size, read.n)
            columns = {name: cut(vector, low, high) for name, vector in read.columns.items()}
            yield Batch(high - low, first + low, read.keys[low:high], columns)


class Beside(View):
    """The rows of a table with more columns. extra: a vector of all rows for each of them.

    others: what else they were made from.
    """

    def __init__(self, base: Rows, extra: Mapping[str, Vector], others: MadeOf | None = None) -> None:
        super().__init__(base.rows, [*(n for n in base.names if n not in extra), *extra])
        self.base = base
        self.extra = dict(extra)
        self.others = others

    def made_of(self, row: int) -> list[Part]:
        return [(self.base, row), *(self.others(row) if self.others is not None else ())]

    @property
    def row_bytes(self) -> float:
        return self.base.row_bytes + 8 * len(self.extra)

    def batches(self, size: int, names: Sequence[str] | None = None) -> Iterator[Batch]:
        wanted = self.names if names is None else names
        for batch in self.base.batches(size, [n for n in wanted if n not in self.extra]):
            mine = {n: cut(self.extra[n], batch.start, batch.start + batch.n) for n in wanted if n in self.extra}
            columns = {n: mine[n] if n in mine else batch.columns[n] for n in wanted}
            yield Batch(batch.n, batch.start, batch.keys, columns)

    def gather(self, name: str, index: NDArray[Any]) -> Vector:
        if name in self.extra:
            return take(self.extra[name], index)
        return self.base.gather(name, index)

    def gather_keys(self, index: NDArray[Any]) -> Keys:
        return self.base.gather_keys(index)

    def batch(self, start: int, stop: int, names: Sequence[str] | None = None) -> Batch:
        wanted = self.names if names is None else names
        batch = self.base.batch(start, stop, [n for n in wanted if n not in self.extra])
        mine = {n: cut(self.extra[n], start, stop) for n in wanted if n in self.extra}
        return Batch(batch.n, start, batch.keys, {n: mine[n] if n in mine else batch.columns[n] for n in wanted})


Compute = Callable[[Batch, Sequence[str]], dict[str, Vector]]
"""Gives columns, by name, for a batch of the rows that they are computed from."""


class Computed(View):
    """A row for each row of a table, its columns computed when they are read.

    names: the columns. needs: the table's columns that they are computed from. kept: columns that stay as they are.
    """

    def __init__(
        self, base: Rows, names: Sequence[str], needs: Sequence[str], compute: Compute, kept: Sequence[str] = ()
    ) -> None:
        super().__init__(base.rows, [*names, *kept])
        self.base = base
        self.own = tuple(names)
        self.needs = tuple(needs)
        self.compute = compute

    def made_of(self, row: int) -> list[Part]:
        return [(self.base, row)]

    @property
    def row_bytes(self) -> float:
        return self.base.row_bytes

    def batches(self, size: int, names: Sequence[str] | None = None) -> Iterator[Batch]:
        wanted = self.names if names is None else names
        for batch in self.base.batches(size, self._read(wanted)):
            yield self._made(batch, wanted)

    def _read(self, wanted: Sequence[str]) -> list[str]:
        mine = any(n in self.own for n in wanted)
        return list(dict.fromkeys([*(self.needs if mine else ()), *(n for n in wanted if n not in self.own)]))

    def _made(self, batch: Batch, wanted: Sequence[str]) -> Batch:
        mine = [n for n in wanted if n in self.own]
        columns = self.compute(batch, mine) if mine else {}
        found = {n: columns[n] if n in columns else batch.columns[n] for n in wanted}
        return Batch(batch.n, batch.start, batch.keys, found)

    def gather(self, name: str, index: NDArray[Any]) -> Vector:
        if name not in self.own:
            return self.base.gather(name, index)
        parts, sizes = [], []
        for start in range(0, len(index), READ_ROWS):
            piece = index[start : start + READ_ROWS]
            columns = {need: self.base.gather(need, piece) for need in self.needs}
            batch = Batch(len(piece), 0, self.base.gather_keys(piece), columns)
            parts.append(self.compute(batch, [name])[name])
            sizes.append(len(piece))
        return concat(parts, sizes) if parts else []

    def gather_keys(self, index: NDArray[Any]) -> Keys:
        return self.base.gather_keys(index)

    def batch(self, start: int, stop: int, names: Sequence[str] | None = None) -> Batch:
        wanted = self.names if names is None else names
        return self._made(self.base.batch(start, stop, self._read(wanted)), wanted)


class Held(View):
    """A table in memory. columns: a vector of all rows for each name. parts: what each row was made from."""

    def __init__(self, keys: Keys, columns: Mapping[str, Vector], parts: MadeOf) -> None:
        super().__init__(len(keys), tuple(columns))
        self._keys = keys
        self.columns = dict(columns)
        self.parts = parts

    def made_of(self, row: int) -> list[Part]:
        return self.parts(row)

    def gather(self, name: str, index: NDArray[Any]) -> Vector:
        return take(self.columns[name], index)

    def gather_keys(self, index: NDArray[Any]) -> Keys:
        return self._keys[index]

    def batch(self, start: int, stop: int, names: Sequence[str] | None = None) -> Batch:
        wanted = self.names if names is None else names
        columns = {name: cut(self.columns[name], start, stop) for name in wanted}
        return Batch(stop - start, start, self._keys[start:stop], columns)
