"""Where a command's own result goes: a file the person named, whole or not at all, or standard output."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from synthdsl.cli.style import write


def emit(text: str, place: Path | None) -> None:
    """Write to the file, or print. Raises `export.problems.OutputError`."""
    if place is None:
        write(text)
    else:
        save(text + "\n", place)


def save(text: str, place: Path) -> None:
    """Replace a file in one step; a link stays a link. Raises `export.problems.OutputError`."""
    with replaced(place) as file:
        # What JSON and SVG cannot say in UTF-8 (half a surrogate pair) they can say as an escape.
        file.write(text.encode("utf-8", "backslashreplace"))


@contextlib.contextmanager
def replaced(place: Path) -> Iterator[IO[bytes]]:
    """A file to write that takes its place when the block ends well. Raises `export.problems.OutputError`."""
    from synthdsl.export.problems import reported

    with reported(place):
        target = place.resolve()
        if target.exists() and not target.is_file():
            # A device or a pipe, as /dev/stdout.
            with target.open("wb") as device:
                yield device
            return
        part = target.with_name(f".{target.name}.{os.getpid()}.partial")
        try:
            with part.open("wb") as file:
                yield file
            if target.exists():
                part.chmod(target.stat().st_mode)
            part.replace(target)
        except BaseException:
            with contextlib.suppress(OSError):
                part.unlink()
            raise
