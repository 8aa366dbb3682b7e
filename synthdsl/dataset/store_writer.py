"""Writes the tables that `store.py` reads.

In: batches, appended in order. Out: a table in its folder, in chunks that are decoded whole.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from synthdsl.dataset.batch import check_lengths, cut
from synthdsl.dataset.encoding import encode
from synthdsl.dataset.gather import PLACE
from synthdsl.dataset.store import KEYS_FILE, StoredTable
from synthdsl.dataset.vector import Coded, Constant, Records, concat

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from synthdsl.dataset.vector import Vector

    Keys = NDArray[np.uint64]

CHUNK_ROWS = 16_384
"""The most rows in a chunk, the unit of decoding."""

CHUNK_BYTES = 4 << 20
"""About the most bytes in a chunk; rows larger than this get a chunk of their own."""

_SAMPLE = 64
"""Values that are encoded to guess the size of others."""


class TableWriter:
    """Writes a new table into `folder`, which is made if it is not there and must hold no other table.

    names: the columns, in order. Small appends are put together, large ones cut. Raises OSError as the disk does.
    """

    def __init__(self, folder: Path, names: Sequence[str]) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.names = tuple(names)
        self.rows = 0
        self._written = 0
        self._keys = (folder / KEYS_FILE).open("xb")
        self._data = (folder / "data.bin").open("xb")
        self._index = (folder / "index.bin").open("xb")
        self._waiting: list[tuple[int, dict[str, Vector]]] = []
        self._waiting_rows = 0
        self._waiting_bytes = 0.0
        self._values: dict[str, _Values] = {}

    def append(self, n: int, keys: Keys, columns: dict[str, Vector]) -> None:
        """Add n rows: their keys, uint64[n], and a vector of n rows for each name."""
        if set(columns) != set(self.names):
            raise ValueError(f"columns {sorted(columns)} given, {sorted(self.names)} expected")
        check_lengths(n, keys, columns)
        if n == 0:
            return
        self.rows += n
        self._keys.write(keys.astype("<u8", copy=False).tobytes())
        weight = sum(_weight(v, n) for v in columns.values()) + n
        step = max(1, min(CHUNK_ROWS, int(CHUNK_BYTES * n / weight)))
        for start in range(0, n, step):
            stop = min(start + step, n)
            piece = {name: self._shared(name, cut(columns[name], start, stop)) for name in self.names}
            self._waiting.append((stop - start, piece))
            self._waiting_rows += stop - start
            self._waiting_bytes += weight * (stop - start) / n
            if self._waiting_rows >= CHUNK_ROWS // 2 or self._waiting_bytes >= CHUNK_BYTES / 2:
                self._flush()

    def close(self) -> StoredTable:
        """Finish the files and open the table for reading."""
        self._flush()
        self._close_files()
        part = self.folder / "table.json.part"
        part.write_text(json.dumps({"rows": self.rows, "names": list(self.names)}), encoding="utf-8")
        part.replace(self.folder / "table.json")
        return StoredTable.open(self.folder)

    def abandon(self) -> None:
        """Close the files without finishing the table; the folder may then be deleted. Harmless after `close`."""
        self._waiting.clear()
        self._waiting_rows = 0
        self._close_files()

    def _close_files(self) -> None:
        for file in (self._keys, self._data, self._index):
            file.close()

    def __enter__(self) -> TableWriter:
        return self

    def __exit__(self, *exception: object) -> None:
        self.abandon()

    def _flush(self) -> None:
        import numpy as np

        if not self._waiting:
            return
        sizes = [n for n, _ in self._waiting]
        self._written += sum(sizes)
        line = [self._written]
        for name in self.names:
            vector = concat([columns[name] for _, columns in self._waiting], sizes)
            line += self._write_column(name, vector)
        self._index.write(np.array(line, dtype="<i8").tobytes())
        self._waiting.clear()
        self._waiting_rows = 0
        self._waiting_bytes = 0.0

    def _shared(self, name: str, vector: Vector) -> Vector:
        """The vector itself; a coded one with the values written last for the column, where they are the same."""
        if not isinstance(vector, Coded):
            return vector
        coded = _compact(vector)
        block = encode(list(coded.values))
        if name not in self._values or self._values[name].block != block:
            self._values[name] = _Values(coded.values, block)
        return Coded(coded.codes, self._values[name].values)

    def _write_column(self, name: str, vector: Vector) -> tuple[int, int]:
        if not isinstance(vector, Coded):
            return self._write(encode(vector))
        kept = self._values.get(name)
        if kept is None or kept.values is not vector.values:
            return self._write(encode(vector))
        if kept.place is None:
            kept.place = self._write(kept.block)
        return self._write(b"s" + PLACE.pack(*kept.place) + encode(_narrow(vector.codes, len(vector.values))))

    def _write(self, block: bytes) -> tuple[int, int]:
        at = self._data.tell()
        self._data.write(block)
        return at, len(block)


@dataclass(slots=True)
class _Values:
    """The values of a coded column as they stand in memory, as a block, and where that was written."""

    values: Sequence[Any]
    block: bytes
    place: tuple[int, int] | None = None


def _weight(vector: Vector, n: int) -> float:
    """About how many bytes a vector of n rows takes on disk."""
    if isinstance(vector, Constant):
        return 0
    if isinstance(vector, Coded):
        return 4 * n
    if isinstance(vector, Records):
        return sum(_weight(v, n) for v in vector.fields.values())
    if not isinstance(vector, list):
        return vector.nbytes
    if n <= _SAMPLE:
        return len(encode(vector))
    if isinstance(vector[0], str) or isinstance(vector[-1], str):
        with suppress(TypeError):
            return sum(map(len, filter(None, vector))) + 5 * n
    return len(encode(vector[:: n // _SAMPLE])) * n / (n // (n // _SAMPLE))


def _compact(vector: Coded) -> Coded:
    """The same rows without the values that no row has, where there are many of those."""
    import numpy as np

    if len(vector.values) <= max(256, len(vector.codes) // 2):
        return vector
    used, codes = np.unique(vector.codes, return_inverse=True)
    return Coded(codes, list(map(vector.values.__getitem__, used.tolist())))


def _narrow(codes: NDArray[Any], values: int) -> NDArray[Any]:
    """The codes in as few bytes as they need."""
    for kind, limit in (("u1", 1 << 8), ("<u2", 1 << 16), ("<u4", 1 << 32)):
        if values <= limit:
            return codes.astype(kind)
    return codes.astype("<i8")
