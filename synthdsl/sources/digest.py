"""The content digest of a source: what the lock file and fingerprints know it by."""

from __future__ import annotations

import hashlib
import time
from contextlib import suppress
from pathlib import Path

from synthdsl.sources.contract import Call, Request
from synthdsl.sources.places import Place
from synthdsl.sources.request import prepare
from synthdsl.sources.streams import open_raw


def digest(call: Call, root: Path) -> str:
    """32 hexadecimal digits of BLAKE2b over the files' content, and their names where there are several.

    The file is streamed. A dataset of a hub has no files here: its name and revision stand for it.
    Raises SourceError as reading does.
    """
    work = prepare(call, None, root)
    whole = hashlib.blake2b(digest_size=16)
    files = work.reader.files(work.request)
    for shown, path in files:
        content = _known(path) or _hashed(Place(path, shown), work.request)
        if work.reader.name == "text":
            whole.update(f"{len(shown.encode())} {shown} ".encode())
        whole.update(content)
    return whole.hexdigest()


_hashes: dict[tuple[str, int, int, int], bytes] = {}
"""Digests of files as they were last seen, by path, size, time of the last change, inode: an editor checks often."""

SETTLED = 2.0
"""Seconds after its last change that a file counts as settled: before, one more change may leave the time as it is."""


def _known(path: Path) -> bytes | None:
    try:
        return _hashes.get(_stamp(path))
    except OSError:
        return None


def _stamp(path: Path) -> tuple[str, int, int, int]:
    found = path.stat()
    return str(path), found.st_size, found.st_mtime_ns, found.st_ino


def _hashed(place: Place, request: Request) -> bytes:
    content = hashlib.blake2b(digest_size=16)
    with open_raw(place, request) as stream:
        before = _stamp(place.path)
        while block := stream.read(1 << 20):
            content.update(block)
    with suppress(OSError):
        if _stamp(place.path) == before and time.time() - before[2] / 1e9 > SETTLED:
            _hashes[before] = content.digest()
    return content.digest()
