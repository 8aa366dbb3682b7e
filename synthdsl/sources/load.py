"""A source's rows, typed and keyed, in a stored table: the run-time side of `describe.py`.

In: a call, the row type after all steps, the project's folder, a folder for the table. Out: the table. Rows go through
block by block, so memory stays flat in their number. What is wrong is raised as `SourceError`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from synthdsl.dataset.address import item_keys
from synthdsl.dataset.store import KEYS_FILE, StoredTable
from synthdsl.dataset.store_writer import TableWriter
from synthdsl.dataset.vector import take, to_list
from synthdsl.sources.columns import ColumnReader, Misfit
from synthdsl.sources.contract import Block, Call, Input
from synthdsl.sources.misfit import key_again, key_missing, misfit
from synthdsl.sources.request import Work, check_columns, prepare, wanted_columns
from synthdsl.sources.rowkeys import doubles, hash_rows, renumber
from synthdsl.types.terms import JSON, STR, RecordType, Type

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from synthdsl.dataset.vector import Vector

    Keys = NDArray[np.uint64]

_SOURCE_KEYS = "source-keys.bin"
_PAIRS = 1_000


def load(call: Call, row_type: RecordType, root: Path, folder: Path, *, inferred: bool = False) -> StoredTable:
    """Read a source into a new table in `folder`.

    row_type: of the rows after all steps, as `describe` gave it. inferred: whether it was inferred, for messages.
    Raises SourceError for broken data, OSError as the disk does. What is left in the folder then is no table.
    """
    work = prepare(call, row_type, root, scratch=folder)
    opened = work.reader.open(work.request)
    check_columns(opened, work)
    passage = _Passage(opened, work, inferred)
    names = [f.name for f in row_type.fields]
    with TableWriter(folder, names) as writer, (folder / _SOURCE_KEYS).open("wb") as source_keys:
        for block in opened.blocks(wanted_columns(work)):
            rows = passage.typed(block)
            if rows.keys is not None:
                source_keys.write(rows.keys.astype("<u8").tobytes())
            for step in range(len(work.steps)):
                rows = passage.stepped(rows, step)
            keys = passage.content_keys(rows) if rows.keys is None else rows.keys
            writer.append(rows.n, keys, {name: rows.columns[name] for name in names})
        if writer.rows == 0:
            shown = work.request.arguments.get("path") or work.request.arguments.get("name")
            raise work.request.error("E0607", f"'{shown}' has no rows.")
        table = writer.close()
    if work.key is not None:
        _check_declared(folder / _SOURCE_KEYS, passage)
    renumber(folder / KEYS_FILE, table.rows)
    (folder / _SOURCE_KEYS).unlink()
    return table


@dataclass(frozen=True, slots=True)
class _Rows:
    """Typed rows on their way. keys: uint64[n] where a key column is declared."""

    n: int
    columns: dict[str, Vector]
    keys: Keys | None


class _Passage:
    """What happens to each block; counts the rows."""

    def __init__(self, opened: Input, work: Work, inferred: bool) -> None:
        assert work.request.declared is not None
        self.opened = opened
        self.work = work
        self.inferred = inferred
        self.rows = 0
        self.types: dict[str, Type] = {f.name: f.type for f in work.request.declared.fields}
        self.key_type = self.types.get(work.key or "", STR if work.reader.cells else JSON)
        cells = work.reader.cells
        self._readers = {name: ColumnReader(type_, cells=cells) for name, type_ in self.types.items()}
        self._key_reader = ColumnReader(self.key_type, cells=cells)

    def typed(self, block: Block) -> _Rows:
        """The typed columns of a block of raw rows, and their keys from the key column."""
        columns: dict[str, Vector] = {}
        for name, reader in self._readers.items():
            columns[name] = self._read(reader, name, block.columns[name])
        keys = self._declared_keys(block, columns) if self.work.key is not None else None
        self.rows += block.n
        return _Rows(block.n, columns, keys)

    def _read(self, reader: ColumnReader, name: str, raw: Sequence[Any]) -> Vector:
        try:
            return reader.read(raw)
        except Misfit as found:
            place = self.opened.place(self.rows + found.at)
            value = raw[found.at].item() if hasattr(raw, "dtype") else raw[found.at]
            raise misfit(place, name, found.reason, value, self.work, inferred=self.inferred) from None

    def _declared_keys(self, block: Block, columns: dict[str, Vector]) -> Keys:
        name = self.work.key
        assert name is not None
        raw = block.columns[name]
        # An array has no nulls and no texts.
        for at, value in enumerate(() if hasattr(raw, "dtype") else raw):
            if value is None or value == "":
                raise key_missing(self.opened.place(self.rows + at), self.work)
        vector = columns[name] if name in columns else self._read(self._key_reader, name, raw)
        return hash_rows(block.n, [(vector, self.key_type)])

    def stepped(self, rows: _Rows, number: int) -> _Rows:
        """The rows after a step: a row for each piece, keyed by its row and its number."""
        import numpy as np

        step, arguments = self.work.steps[number]
        name = step.needs(arguments)
        pieces = [step.split(text, arguments) for text in to_list(rows.columns[name], rows.n)]
        counts = np.array([len(p) for p in pieces], dtype=np.int64)
        index = np.repeat(np.arange(rows.n), counts)
        numbers = np.arange(len(index)) - (np.cumsum(counts) - counts)[index]
        columns = {other: take(vector, index) for other, vector in rows.columns.items()}
        columns[name] = [piece for found in pieces for piece in found]
        columns |= {field.name: numbers for field in step.adds}
        keys = None if rows.keys is None else item_keys(rows.keys[index], numbers)
        return _Rows(len(index), columns, keys)

    def content_keys(self, rows: _Rows) -> Keys:
        """Hashes of all columns that come from the file, sorted by name."""
        return hash_rows(rows.n, [(rows.columns[name], self.types[name]) for name in sorted(self.types)])


def _check_declared(path: Path, passage: _Passage) -> None:
    """Raises SourceError when a declared key is doubled. Different keys may share a hash: that is settled later."""
    import numpy as np

    for found in doubles(path, passage.rows):
        order = np.argsort(found.rows)[:_PAIRS]
        pairs = list(zip(found.first[order].tolist(), found.rows[order].tolist(), strict=True))
        values = _keys_at(passage, {row for pair in pairs for row in pair})
        for before, row in pairs:
            if values[before] == values[row]:
                places = passage.opened.place(before), passage.opened.place(row)
                raise key_again(values[row], *places, passage.work)


def _keys_at(passage: _Passage, rows: set[int]) -> dict[int, str]:
    """The keys of some rows as text, read again."""
    name = passage.work.key
    assert name is not None
    found: dict[int, str] = {}
    start = 0
    for block in passage.opened.blocks([name]):
        here = [row for row in rows if start <= row < start + block.n]
        found |= {row: str(block.columns[name][row - start]) for row in here}
        start += block.n
        if len(found) == len(rows):
            break
    return found
