"""One data file that grows line by line, whatever its encoding: what shards and single files are made of."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from synthdsl.export.encode_csv import CsvEncoder
from synthdsl.export.parquet import write_parquet
from synthdsl.export.report import FileReport
from synthdsl.export.spec import OutputSpec
from synthdsl.export.stream import HashedFile, digest_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class LineFile:
    """A file at `path`, of the encoding of its output's target. Raises OSError and OutputError."""

    def __init__(self, spec: OutputSpec, path: Path) -> None:
        self.rows = 0
        self.line_bytes = 0
        self._spec = spec
        self._path = path
        self._longest = 0
        self._parquet = spec.target.encoding == "parquet"
        # Parquet is written from its lines once they are all there.
        lines = path.with_name(path.name + ".lines") if self._parquet else path
        self._stream = HashedFile(lines, spec.target.compression)
        if spec.target.encoding == "csv":
            self._stream.write(CsvEncoder(spec.layout, spec.types).header())

    def write(self, data: bytes, rows: int) -> None:
        """Adds rows, encoded as one line each."""
        if not rows:
            return
        if self._spec.target.encoding == "json":
            # JSON text holds no raw line break, so each one ends a row.
            lead = b"[\n" if not self.rows else b",\n"
            self._stream.write(lead + data[:-1].replace(b"\n", b",\n"))
        else:
            self._stream.write(data)
        if self._parquet:
            self._longest = max(self._longest, longest_line(data))
        self.rows += rows
        self.line_bytes += len(data)

    def close(self, name: str, split: str = "") -> FileReport:
        """Completes the file. name: its path in the report."""
        if self._spec.target.encoding == "json":
            self._stream.write(b"\n]\n" if self.rows else b"[]\n")
        self._stream.close()
        if not self._parquet:
            return FileReport(name, self.rows, self._stream.bytes, self._stream.sha256, split)
        write_parquet(self._stream.path, self._path, self._spec.record, self.rows, self._longest)
        self._stream.path.unlink()
        size, sha256 = digest_of(self._path)
        return FileReport(name, self.rows, size, sha256, split)

    def abandon(self) -> None:
        """Lets go of the file; it stays incomplete."""
        self._stream.abandon()


_SMALL = 8 << 20


def longest_line(data: bytes) -> int:
    """At least the length of the longest line; exact only where lines may be very long."""
    if len(data) <= _SMALL:
        return len(data)
    import numpy as np

    ends = line_ends(data)
    return int(np.diff(ends, prepend=0).max())


def line_ends(data: bytes) -> NDArray[np.int64]:
    """The offset after each line break, int64[number of lines]."""
    import numpy as np

    return np.flatnonzero(np.frombuffer(data, dtype=np.uint8) == 10) + 1
