"""The content digest of a source: what the lock file and fingerprints know it by."""

from __future__ import annotations

import hashlib
from pathlib import Path

from synthdsl.sources.contract import Call
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
        with open_raw(Place(path, shown), work.request) as stream:
            content = hashlib.blake2b(digest_size=16)
            while block := stream.read(1 << 20):
                content.update(block)
        if work.reader.name == "text":
            whole.update(f"{len(shown.encode())} {shown} ".encode())
        whole.update(content.digest())
    return whole.hexdigest()
