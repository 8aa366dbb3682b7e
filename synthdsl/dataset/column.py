"""A whole column of a table as a value that takes no memory: its items are read when they are asked for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Protocol, overload

from synthdsl.dataset.vector import to_array, to_list

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from synthdsl.dataset.batch import Batch
    from synthdsl.dataset.vector import Vector

_ROWS = 16_384
"""Rows read at a time."""


class _Table(Protocol):
    @property
    def rows(self) -> int: ...

    def batches(self, size: int, names: Sequence[str] | None = None) -> Iterator[Batch]: ...

    def batch(self, start: int, stop: int, names: Sequence[str] | None = None) -> Batch: ...

    def gather(self, name: str, index: NDArray[Any]) -> Vector: ...


class WholeValues(Sequence[Any]):
    """The values of a table's column, in row order. Equal to itself only."""

    __slots__ = ("__weakref__", "name", "table")

    def __init__(self, table: _Table, name: str) -> None:
        self.table = table
        self.name = name

    def __len__(self) -> int:
        return self.table.rows

    @overload
    def __getitem__(self, at: int) -> Any: ...

    @overload
    def __getitem__(self, at: slice) -> list[Any]: ...

    def __getitem__(self, at: int | slice) -> Any:
        import numpy as np

        index = np.arange(len(self))[at] if isinstance(at, slice) else np.array([range(len(self))[at]])
        found = to_list(self.gather(index), len(index))
        return found if isinstance(at, slice) else found[0]

    def __iter__(self) -> Iterator[Any]:
        for batch in self.table.batches(_ROWS, [self.name]):
            yield from to_list(batch.columns[self.name], batch.n)

    def gather(self, index: NDArray[Any]) -> Vector:
        """The values at the row numbers `index`, integers in any order, repeats allowed."""
        return self.table.gather(self.name, index)

    def array(self) -> NDArray[Any]:
        """All values as one array; for columns of numbers, dates and times without nulls."""
        import numpy as np

        parts = [to_array(b.columns[self.name], b.n) for b in self.table.batches(_ROWS, [self.name])]
        return np.concatenate(parts) if parts else np.empty(0)
