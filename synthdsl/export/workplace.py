"""A hidden folder beside the target, where an output grows until it is whole.

It lies in the target's own folder, so that moving out of it is a rename on one file system. A lock marks it as in use:
what a killed run left behind is recognised by its free lock and swept away by the next run of the same output.
"""

from __future__ import annotations

import contextlib
import glob
import os
import shutil
import tempfile
from pathlib import Path
from typing import IO

from synthdsl.base.span import NOWHERE, Span
from synthdsl.export.problems import reported


class Workplace:
    """`.NAME.partial-XXXX` beside `place`. span: where the spec asks for it. Raises OutputError."""

    def __init__(self, place: Path, span: Span = NOWHERE) -> None:
        self.place = place
        self.span = span
        self._made: list[Path] = []
        self._lock: IO[bytes] | None = None
        with reported(place, span):
            self._made = _make_folders(place.parent)
            _sweep(place)
            self.folder = Path(tempfile.mkdtemp(prefix=_prefix(place), dir=place.parent))
            try:
                self._lock = _locked(self.folder / _LOCK)
            except OSError:
                self.discard()
                raise

    def path(self, name: str) -> Path:
        """A place for a file or folder of that name."""
        return self.folder / name

    def move_file(self, source: Path, target: Path) -> None:
        """Puts a finished file in its place, replacing what was there, in one step."""
        with reported(target, self.span):
            source.replace(target)
            _sync_folder(target.parent)

    def move_folder(self, source: Path, target: Path) -> None:
        """Puts a finished folder in its place; the one that was there goes away only once the new one stands."""
        with reported(target, self.span):
            old = self.folder / _OLD
            if target.exists():
                target.rename(old)
            try:
                source.rename(target)
            except OSError:
                if old.exists():
                    old.rename(target)
                raise
            _sync_folder(target.parent)

    def discard(self) -> None:
        """Removes the workplace and all that is still in it, and folders that were made for an output not written."""
        if self._lock is not None:
            self._lock.close()
            self._lock = None
        shutil.rmtree(self.folder, ignore_errors=True)
        for folder in reversed(self._made):
            try:
                folder.rmdir()
            except OSError:
                # Not empty: something was written into it.
                break


_LOCK = "lock"
_OLD = "old"


def _prefix(place: Path) -> str:
    return f".{place.name}.partial-"


def _make_folders(folder: Path) -> list[Path]:
    missing = []
    while not folder.exists():
        missing.append(folder)
        folder = folder.parent
    for new in reversed(missing):
        new.mkdir(exist_ok=True)
    return list(reversed(missing))


def _locked(path: Path) -> IO[bytes]:
    """A locked file; it gets its name only once it is locked, so nobody sees it free in between."""
    new = path.with_suffix(".new")
    file = new.open("wb")
    _try_lock(file)
    new.rename(path)
    return file


def _try_lock(file: IO[bytes]) -> bool:
    """Whether the lock could be had; always false where the system has no such locks."""
    try:
        import fcntl
    except ImportError:
        return False
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _sweep(place: Path) -> None:
    """Removes workplaces of this output that no process holds; brings back a folder caught between two renames."""
    for stale in place.parent.glob(f"{glob.escape(_prefix(place))}*"):
        try:
            with (stale / _LOCK).open("rb") as file:
                if not _try_lock(file):
                    continue
                if (stale / _OLD).exists() and not place.exists():
                    (stale / _OLD).rename(place)
                shutil.rmtree(stale, ignore_errors=True)
        except OSError:
            continue


def _sync_folder(folder: Path) -> None:
    """Brings a rename to the disk, where the system lets folders be opened."""
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError:
        return
    with contextlib.suppress(OSError):
        os.fsync(handle)
    os.close(handle)
