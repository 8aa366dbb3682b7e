"""A file written front to back, perhaps compressed, with its digest: same rows, same bytes, however they arrive."""

from __future__ import annotations

import contextlib
import hashlib
import os
from pathlib import Path
from typing import Protocol

from synthdsl.export.suffix import Compression

_BLOCK = 1 << 20
_ZSTD_LEVEL = 3
_GZIP_LEVEL = 6


class _Compressor(Protocol):
    def compress(self, data: bytes, /) -> bytes: ...

    def flush(self) -> bytes: ...


class HashedFile:
    """A new file; `bytes` and `sha256` are those of what stands on the disk once it is closed. Raises OSError."""

    def __init__(self, path: Path, compression: Compression = "") -> None:
        self.path = path
        self.bytes = 0
        self._hash = hashlib.sha256()
        self._compressor = _compressor(compression)
        self._pending = bytearray()
        self._file = path.open("xb")

    def write(self, data: bytes) -> None:
        """Adds bytes at the end."""
        if self._compressor is None:
            self._put(data)
            return
        # Fed in blocks of one size, a compressor gives the same bytes however the rows were batched.
        self._pending += data
        while len(self._pending) >= _BLOCK:
            self._put(self._compressor.compress(bytes(self._pending[:_BLOCK])))
            del self._pending[:_BLOCK]

    def close(self) -> None:
        """Completes the file and brings it to the disk."""
        try:
            if self._compressor is not None:
                self._put(self._compressor.compress(bytes(self._pending)))
                self._put(self._compressor.flush())
            self._file.flush()
            os.fsync(self._file.fileno())
        finally:
            self._file.close()

    def abandon(self) -> None:
        """Lets go of the file without completing it; errors no longer matter."""
        self._compressor = None
        # Closing writes what is buffered; on a full disk that fails again.
        with contextlib.suppress(OSError):
            self._file.close()

    @property
    def sha256(self) -> str:
        """The digest of what has been written, in hexadecimal."""
        return self._hash.hexdigest()

    def _put(self, data: bytes) -> None:
        self._file.write(data)
        self._hash.update(data)
        self.bytes += len(data)


def _compressor(compression: Compression) -> _Compressor | None:
    match compression:
        case "zst":
            from synthdsl.base.zstd import CompressionParameter, ZstdCompressor

            level, checksum = CompressionParameter.compression_level, CompressionParameter.checksum_flag
            return ZstdCompressor(options={level: _ZSTD_LEVEL, checksum: 1})
        case "gz":
            import zlib

            # 31: with the header of gzip, which zlib writes without a time.
            return zlib.compressobj(_GZIP_LEVEL, zlib.DEFLATED, 31)
        case "":
            return None


def digest_of(path: Path) -> tuple[int, str]:
    """Size and SHA-256 of a finished file, which is brought to the disk. Raises OSError."""
    with path.open("rb") as file:
        os.fsync(file.fileno())
        found = hashlib.file_digest(file, "sha256").hexdigest()
    return path.stat().st_size, found
