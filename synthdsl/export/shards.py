"""The rows of one split as a row of Parquet files, `train-00000-of-00003.parquet` and so on.

A shard ends with the row that fills it, by rows or by bytes, so shards do not depend on how rows were batched.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from synthdsl.export.line_file import LineFile, line_ends
from synthdsl.export.report import FileReport
from synthdsl.export.spec import OutputSpec


@dataclass(frozen=True, slots=True)
class ShardSize:
    """A shard ends once it has this many rows, or this many bytes of JSON."""

    rows: int = 500_000
    bytes: int = 512 << 20


class Shards:
    """The shards of one split in `folder`. Raises OSError and OutputError."""

    def __init__(self, spec: OutputSpec, folder: Path, split: str, size: ShardSize) -> None:
        self._spec = spec
        self._folder = folder
        self._split = split
        self._size = size
        self._done: list[FileReport] = []
        self._open: LineFile | None = None

    def write(self, data: bytes, rows: int) -> None:
        """Adds rows, one line each."""
        while rows:
            shard = self._shard()
            room, room_bytes = self._size.rows - shard.rows, self._size.bytes - shard.line_bytes
            if rows < room and len(data) < room_bytes:
                shard.write(data, rows)
                return
            ends = line_ends(data)
            fitting = min(room, int(ends.searchsorted(room_bytes)) + 1, rows)
            cut = int(ends[fitting - 1])
            shard.write(data[:cut], fitting)
            data, rows = data[cut:], rows - fitting
            if shard.rows >= self._size.rows or shard.line_bytes >= self._size.bytes:
                self._finish()

    def close(self) -> list[FileReport]:
        """Completes the last shard and gives all of them their names, which say how many there are."""
        if self._open is not None or not self._done:
            self._shard()
            self._finish()
        total = len(self._done)
        named = []
        for at, report in enumerate(self._done):
            name = f"{self._split}-{at:05d}-of-{total:05d}.parquet"
            (self._folder / self._name(at)).rename(self._folder / name)
            named.append(replace(report, path=f"{self._folder.name}/{name}"))
        return named

    def abandon(self) -> None:
        """Lets go of the open shard."""
        if self._open is not None:
            self._open.abandon()

    def _shard(self) -> LineFile:
        if self._open is None:
            self._open = LineFile(self._spec, self._folder / self._name(len(self._done)))
        return self._open

    def _finish(self) -> None:
        assert self._open is not None
        self._done.append(self._open.close(self._name(len(self._done)), self._split))
        self._open = None

    def _name(self, at: int) -> str:
        return f"{self._split}-{at:05d}.parquet"
