"""A batch: some consecutive rows of a table, one vector a column."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from synthdsl.dataset.vector import Coded, Constant, Records, length

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from synthdsl.dataset.vector import Vector

    Keys = NDArray[np.uint64]

BATCH_BYTES = 16 << 20
"""About how many bytes the rows of a batch have, at most: large rows come fewer at a time."""


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """Rows `start` (counted from 0) to `start + n` of a table.

    keys: the rows' keys, uint64[n]. columns: a vector of n rows a name, in the order of the table's columns.
    """

    n: int
    start: int
    keys: Keys
    columns: dict[str, Vector]


def cut(vector: Vector, start: int, stop: int) -> Vector:
    """The rows `start` to `stop` (excluded) of a vector; arrays are not copied."""
    if isinstance(vector, Constant):
        return vector
    if isinstance(vector, Coded):
        return Coded(vector.codes[start:stop], vector.values)
    if isinstance(vector, Records):
        return Records({name: cut(v, start, stop) for name, v in vector.fields.items()})
    return vector[start:stop]


def fewer(size: int, row_bytes: float) -> int:
    """So many rows of this size, or fewer, as a batch may have; at least one."""
    return max(1, min(size, int(BATCH_BYTES / row_bytes)))


def check_lengths(n: int, keys: NDArray[Any], columns: dict[str, Vector]) -> None:
    """Raises ValueError unless the keys and every column have n rows."""
    if len(keys) != n:
        raise ValueError(f"{len(keys)} keys for {n} rows")
    for name, vector in columns.items():
        if length(vector) not in (None, n):
            raise ValueError(f"column {name!r} has {length(vector)} values for {n} rows")
