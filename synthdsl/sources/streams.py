"""Streams of a file's bytes and text: decompressed, guarded, with exact errors.

In: a `Place`. Out: a binary or a text stream that holds little in memory. The guard refuses what would otherwise make
a text file fail in a strange way or fill the memory: NUL bytes and lines without end. All errors are `SourceError`s:
E0602 unreadable, E0603 bad encoding, E0604 NUL or endless line, E0612 corrupt archive.
"""

from __future__ import annotations

import codecs
import gzip
import io
import os
import stat
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO

from synthdsl.sources.contract import Request
from synthdsl.sources.places import Place, unreadable

LINE_LIMIT = 64 << 20
"""The most bytes in one line."""

_BLOCK = 1 << 16
_EXOTIC = frozenset({"idna", "punycode", "unicode_escape", "raw_unicode_escape", "utf-7", "undefined", "mbcs", "oem"})


class Guard(io.RawIOBase):
    """Passes bytes on, counts them, and refuses NULs and endless lines where `text` says that it is ASCII-like text.

    count: the bytes passed on so far, decompressed.
    """

    def __init__(self, read: Callable[[int], bytes], place: Place, request: Request, text: bool) -> None:
        self._read = read
        self._place = place
        self._request = request
        self._text = text
        self._lines = 1
        self._line_bytes = 0
        self.count = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        try:
            block = self._read(min(len(buffer), _BLOCK))
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            raise self._corrupt(error) from None
        except OSError as error:
            raise unreadable(self._place.shown, error, self._request) from None
        except Exception as error:
            if type(error).__name__ == "ZstdError":
                raise self._corrupt(error) from None
            raise
        if self._text:
            self._look_at(block)
        buffer[: len(block)] = block
        self.count += len(block)
        return len(block)

    def _corrupt(self, error: Exception) -> Exception:
        reason = str(error).partition(" (b'")[0].rstrip(".").lower()
        message = f"'{self._place.shown}' is broken or cut short: {reason}."
        return self._request.error("E0612", message, "A download that was interrupted leaves such a file.")

    def _look_at(self, block: bytes) -> None:
        nul = block.find(b"\0")
        if nul >= 0:
            line = self._lines + block.count(b"\n", 0, nul)
            message = f"{self._place.shown}:{line}: there is a NUL byte, so this is no text in this encoding."
            note = 'Text in UTF-16 is read with encoding="utf-16".'
            raise self._request.error("E0604", message, note)
        newlines = block.count(b"\n")
        self._lines += newlines
        self._line_bytes = len(block) - block.rfind(b"\n") - 1 if newlines else self._line_bytes + len(block)
        if self._line_bytes > LINE_LIMIT:
            message = f"{self._place.shown}:{self._lines}: the line is longer than {LINE_LIMIT >> 20} MB."
            raise self._request.error("E0604", message)


class BytesStream(io.BufferedReader):
    """A buffered stream over a `Guard`, which it keeps as `guard`."""

    guard: Guard


@contextmanager
def open_raw(place: Place, request: Request) -> Iterator[BinaryIO]:
    """The content of a regular file as it stands."""
    try:
        # Not to wait for a writer, should the file have been replaced by a pipe since it was looked at.
        number = os.open(place.path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        raise unreadable(place.shown, error, request) from None
    with open(number, "rb", buffering=0) as file:  # noqa: PTH123 (a descriptor)
        if not stat.S_ISREG(os.fstat(number).st_mode):
            raise request.error("E0214", f"'{place.shown}' is not a regular file.")
        yield file


@contextmanager
def open_bytes(place: Place, request: Request, *, text: bool = True) -> Iterator[BytesStream]:
    """The content of a file, decompressed when its suffix says that it is compressed."""
    with open_raw(place, request) as file:
        guard = Guard(_reader(place.shown, file), place, request, text)
        stream = BytesStream(guard, _BLOCK)
        stream.guard = guard
        yield stream


def _reader(name: str, file: Any) -> Callable[[int], bytes]:
    if name.lower().endswith(".gz"):
        return gzip.GzipFile(fileobj=file, mode="rb").read
    if name.lower().endswith(".zst"):
        return _ZstdReader(file).read
    read: Callable[[int], bytes] = file.read
    return read


class _ZstdReader:
    """Zstandard frames one after another; an end in the middle of a frame is an error.

    No more is made than is asked for: gigabytes may come out of a few bytes.
    """

    def __init__(self, file: BinaryIO) -> None:
        from synthdsl.base.zstd import ZstdDecompressor

        self._file = file
        self._new = ZstdDecompressor
        self._frame: Any = None
        self._rest = b""

    def read(self, size: int) -> bytes:
        while True:
            feed = b""
            if self._frame is None or self._frame.needs_input:
                feed = self._rest or self._file.read(_BLOCK)
                self._rest = b""
                if not feed:
                    if self._frame is not None:
                        raise EOFError("the file ends in the middle of a frame")
                    return b""
                if self._frame is None:
                    self._frame = self._new()
            block: bytes = self._frame.decompress(feed, size)
            if self._frame.eof:
                self._rest = self._frame.unused_data
                self._frame = None
            if block:
                return block


@contextmanager
def open_text(place: Place, encoding: str, request: Request) -> Iterator[tuple[io.TextIOWrapper, Guard]]:
    """The text of a file, line ends kept, without a byte order mark. Decoding errors become E0603."""
    with open_bytes(place, request, text=is_ascii_like(encoding)) as stream:
        name = "utf-8-sig" if is_utf8(encoding) else encoding
        wrapper = io.TextIOWrapper(stream, encoding=name, errors="strict", newline="")
        try:
            yield wrapper, stream.guard
        except UnicodeError:
            raise bad_encoding(place, encoding, request) from None


def is_utf8(encoding: str) -> bool:
    """Whether the name is one of UTF-8's."""
    return codecs.lookup(encoding).name in ("utf-8", "utf-8-sig")


def is_ascii_like(encoding: str) -> bool:
    """Whether a byte below 128 is the character of that number, wherever it stands."""
    ascii_ = bytes(range(128))
    return not encoding.lower().startswith(("utf-16", "utf_16", "utf16", "utf-32", "utf_32", "utf32")) and (
        ascii_.decode(encoding, "replace") == ascii_.decode("ascii")
    )


def is_encoding(name: str) -> bool:
    """Whether text can be decoded by a codec of that name."""
    try:
        found = codecs.lookup(name)
        b"a".decode(name, "replace")
    except (LookupError, ValueError, UnicodeError):
        return False
    return found.name not in _EXOTIC


def bad_encoding(place: Place, encoding: str, request: Request) -> Exception:
    """The exception that says where the first bytes stand that are none of the encoding's; reads the file again."""
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    line, offset = 1, 0
    with open_bytes(place, request, text=False) as stream:
        while True:
            block = stream.read(_BLOCK)
            held = decoder.getstate()[0]
            try:
                line += decoder.decode(block, final=not block).count("\n")
            except UnicodeDecodeError as error:
                data = held + block
                line += data[: error.start].decode(encoding, "replace").count("\n")
                at = offset - len(held) + error.start
                message = f"{place.shown}:{line}: byte {at} (0x{data[error.start]:02x}) is no {encoding}."
                return request.error("E0603", message, *_other_encodings(encoding))
            except UnicodeError as error:
                return request.error("E0603", f"'{place.shown}' is no {encoding}: {error}.")
            if not block:
                return request.error("E0603", f"'{place.shown}' is no {encoding}.")
            offset += len(block)


def _other_encodings(encoding: str) -> tuple[str, ...]:
    if not is_utf8(encoding):
        return ()
    return ('The file may be written in another encoding, such as encoding="cp1252" or encoding="latin-1".',)
