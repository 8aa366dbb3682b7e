"""The spill store: a table's rows in files, so that memory stays flat in their number.

A `TableWriter` (`store_writer.py`) takes batches, appended in order; a `StoredTable` is read in batches of any size, at
any place, by any process.

A table is a folder with `keys.bin` (the rows' keys as 64-bit integers), `data.bin` (blocks, see `encoding.py`),
`index.bin` (for each chunk, as 64-bit integers: the row after its last, then place and size of each column's block)
and `table.json`, written last: a folder without it is no table. Values of coded columns stand once in the file for
as long as they stay the same.
"""

from __future__ import annotations

import json
import mmap
import os
import threading
import weakref
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from synthdsl.dataset.batch import BATCH_BYTES, Batch, cut
from synthdsl.dataset.encoding import decode
from synthdsl.dataset.footprint import footprint
from synthdsl.dataset.gather import PLACE, Wanted, gather
from synthdsl.dataset.vector import Coded, concat, scatter, take, to_list

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from synthdsl.dataset.vector import Vector

    Keys = NDArray[np.uint64]

KEYS_FILE = "keys.bin"
"""The rows' keys, alone in a file: they may be settled when all rows are known."""

CACHE_BYTES = 32 << 20
"""About how much memory the chunks read last take: those of rows read in order."""

STEADY_BYTES = 96 << 20
"""About how much memory the chunks take that stay for gathering. What is read all over again is not kept by turns."""

MAPPED_BYTES = 48 << 20
"""How many bytes of its file a gathering has in memory at a time."""

CACHE_COLUMNS = 8
"""How many whole columns a reader keeps."""


class StoredTable:
    """A finished table on disk; satisfies `Table` of `ops/contract.py`.

    May be used by several threads, and sent to another process, which then opens the same folder.
    """

    def __init__(self, folder: Path) -> None:
        import numpy as np

        about = json.loads((folder / "table.json").read_text(encoding="utf-8"))
        self.folder = folder
        self.rows: int = about["rows"]
        self.names: tuple[str, ...] = tuple(about["names"])
        self._index = np.fromfile(folder / "index.bin", dtype="<i8").reshape(-1, 1 + 2 * len(self.names))
        self._stops = self._index[:, 0]
        self._place = {name: 1 + 2 * i for i, name in enumerate(self.names)}
        self._file = os.open(folder / "data.bin", os.O_RDONLY | getattr(os, "O_CLOEXEC", 0))
        self._close = weakref.finalize(self, os.close, self._file)
        self._lock = threading.Lock()
        self._chunks: OrderedDict[int, tuple[Vector, float]] = OrderedDict()
        self._held = 0.0
        self._steady: dict[int, Vector] = {}
        self._steady_held = 0.0
        self._map: mmap.mmap | None = None
        self._columns: OrderedDict[str, list[Any]] = OrderedDict()

    @staticmethod
    def open(folder: Path) -> StoredTable:
        """The table in a folder. Raises FileNotFoundError when none was finished there."""
        return StoredTable(folder)

    def __reduce__(self) -> tuple[Any, ...]:
        return StoredTable, (self.folder,)

    def close(self) -> None:
        """Let go of the file; nothing can be read any more. Happens by itself when the table is forgotten."""
        self._map = None
        self._close()

    def column(self, name: str) -> list[Any]:
        """All values of a column, in row order; do not change the list. The last few columns are kept in memory."""
        with self._lock:
            if name in self._columns:
                self._columns.move_to_end(name)
                return self._columns[name]
        at = self._place[name]
        values: list[Any] = []
        for chunk in range(len(self._stops)):
            values.extend(to_list(self._decoded(chunk, at), self._size(chunk)))
        with self._lock:
            self._columns[name] = values
            while len(self._columns) > CACHE_COLUMNS:
                self._columns.popitem(last=False)
        return values

    @property
    def row_bytes(self) -> float:
        """About how many bytes a row takes, in the file."""
        return max(8.0, os.fstat(self._file).st_size / self.rows) if self.rows else 8.0

    def keys(self) -> Keys:
        """The keys of all rows, uint64[rows]."""
        return self._key_range(0, self.rows)

    def batches(self, size: int, names: Sequence[str] | None = None) -> Iterator[Batch]:
        """The rows in order, `size` at a time (fewer where rows are large), with all columns or those named."""
        if not self.rows:
            return
        sizes = self._index[:, [self._place[name] + 1 for name in (self.names if names is None else names)]]
        ends = sizes.sum(axis=1).cumsum()
        start = 0
        while start < self.rows:
            chunk = int(self._stops.searchsorted(start, side="right"))
            before = int(ends[chunk - 1]) if chunk else 0
            full = int(ends.searchsorted(before + BATCH_BYTES, side="right"))
            stop = min(start + size, max(int(self._stops[chunk]), self._start(full)))
            yield self.batch(start, stop, names)
            start = stop

    def batch(self, start: int, stop: int, names: Sequence[str] | None = None) -> Batch:
        """The rows `start` to `stop` (excluded), with all columns or those named."""
        if not 0 <= start <= stop <= self.rows:
            raise IndexError(f"rows {start} to {stop} of a table of {self.rows}")
        names = self.names if names is None else names
        columns = {name: self._range(self._place[name], start, stop) for name in names}
        return Batch(stop - start, start, self._key_range(start, stop), columns)

    def gather(self, name: str, index: NDArray[Any]) -> Vector:
        """The values of a column at the row numbers `index`, integers in any order, repeats allowed.

        Texts and arrays are read where they stand in the file; other chunks are decoded once a call. The rows of a
        table of one chunk come as a coded vector, where they are no array.
        """
        import numpy as np

        at = self._place[name]
        if len(index) == 0:
            return []
        if index.min() < 0 or index.max() >= self.rows:
            raise IndexError(f"row numbers beyond a table of {self.rows} rows")
        if len(self._stops) == 1:
            vector = self._decoded(0, at)
            return Coded(index.astype(np.int64), vector) if isinstance(vector, list) else take(vector, index)
        order = np.argsort(index, kind="stable")
        rows = index[order].astype(np.int64)
        borders = np.searchsorted(rows, self._stops).tolist()
        groups: list[list[Wanted]] = [[]]
        room, low = MAPPED_BYTES, 0
        for chunk, high in enumerate(borders):
            if high == low:
                continue
            place, size = self._index[chunk, at : at + 2].tolist()
            if size > room and groups[-1]:
                groups.append([])
                room = MAPPED_BYTES
            room -= size
            groups[-1].append(Wanted(place, size, rows[low:high] - self._start(chunk), order[low:high]))
            low = high
        return self._gathered(len(index), groups)

    def _gathered(self, n: int, groups: Sequence[Sequence[Wanted]]) -> Vector:
        """The rows, one group of chunks after another: so much of the file is in memory at a time."""
        import numpy as np

        if len(groups) == 1:
            vector = gather(self, n, groups[0])
            self._let_go()
            return vector
        pieces: list[tuple[NDArray[Any], Vector]] = []
        for group in groups:
            positions = np.concatenate([w.positions for w in group])
            start = 0
            local = []
            for w in group:
                local.append(replace(w, positions=np.arange(start, start + len(w.rows))))
                start += len(w.rows)
            pieces.append((positions, gather(self, start, local)))
            self._let_go()
        return scatter(n, pieces)

    def gather_keys(self, index: NDArray[Any]) -> Keys:
        """The keys of the rows with the numbers `index`, uint64."""
        import numpy as np

        if self.rows == 0:
            return np.empty(0, dtype=np.uint64)[index]
        keys: Keys = np.memmap(self.folder / KEYS_FILE, dtype="<u8", mode="r")[index]
        return keys.astype(np.uint64)

    def _key_range(self, start: int, stop: int) -> Keys:
        import numpy as np

        return np.fromfile(self.folder / KEYS_FILE, dtype="<u8", count=stop - start, offset=8 * start)

    def _range(self, at: int, start: int, stop: int) -> Vector:
        import numpy as np

        if start == stop:
            return []
        parts: list[Vector] = []
        sizes: list[int] = []
        for chunk in range(int(np.searchsorted(self._stops, start, side="right")), len(self._stops)):
            first = self._start(chunk)
            if first >= stop:
                break
            low, high = max(start - first, 0), min(stop - first, self._size(chunk))
            parts.append(cut(self._decoded(chunk, at), low, high))
            sizes.append(high - low)
        return concat(parts, sizes)

    def _start(self, chunk: int) -> int:
        return int(self._stops[chunk - 1]) if chunk else 0

    def _size(self, chunk: int) -> int:
        return int(self._stops[chunk]) - self._start(chunk)

    def _decoded(self, chunk: int, at: int) -> Vector:
        place, size = self._index[chunk, at : at + 2].tolist()
        return self.block(place, size)

    def raw(self, place: int, size: int) -> memoryview:
        """The bytes of a block, in the mapped file. Raises OSError when the file is too short."""
        with self._lock:
            if self._map is None:
                self._map = mmap.mmap(self._file, 0, access=mmap.ACCESS_READ)
            view = memoryview(self._map)[place : place + size]
        if len(view) != size:
            raise self._short()
        return view

    def _let_go(self) -> None:
        """Take the pages of a large mapped file out of this process; the system has them when they are wanted again."""
        if self._map is not None and len(self._map) > MAPPED_BYTES and hasattr(mmap, "MADV_DONTNEED"):
            self._map.madvise(mmap.MADV_DONTNEED)

    def _short(self) -> OSError:
        return OSError(f"the stored table {self.folder} is cut short")

    def block(self, place: int, size: int) -> Vector:
        """The vector of a block, from memory when it was read lately."""
        with self._lock:
            kept = self._chunks.get(place)
            if kept is not None:
                self._chunks.move_to_end(place)
                return kept[0]
        vector = self._read(place, size)
        with self._lock:
            if place not in self._chunks:
                self._chunks[place] = (vector, footprint(vector))
                self._held += self._chunks[place][1]
            while self._held > CACHE_BYTES and len(self._chunks) > 1:
                self._held -= self._chunks.popitem(last=False)[1][1]
        return vector

    def steady_block(self, place: int, size: int) -> Vector:
        """The vector of a block, which stays in memory if there is room; nothing else has to go for it."""
        with self._lock:
            if place in self._steady:
                return self._steady[place]
        vector = self._read(place, size)
        with self._lock:
            if self._steady_held < STEADY_BYTES and place not in self._steady:
                self._steady[place] = vector
                self._steady_held += footprint(vector)
        return vector

    def _read(self, place: int, size: int) -> Vector:
        block = os.pread(self._file, size, place)
        if len(block) != size:
            raise self._short()
        if block[:1] == b"s":
            values: Any = self.block(*PLACE.unpack_from(block, 1))
            codes: Any = decode(block[1 + PLACE.size :])
            return Coded(codes.astype("int64"), values)
        return decode(block)
