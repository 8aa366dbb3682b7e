"""What keeps the store of answers from working, as diagnostics."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from synthdsl.base.diagnostic import Diagnostic
from synthdsl.base.span import NOWHERE


class StoreError(Exception):
    """The store of answers, or a cassette, cannot be used; the diagnostic says why. What was stored stays stored."""

    def __init__(self, diagnostic: Diagnostic) -> None:
        super().__init__(diagnostic.message)
        self.diagnostic = diagnostic


class BrokenFileError(Exception):
    """The file is no store, or is damaged; the message is a clause that says what was found."""


@contextmanager
def reported(path: Path) -> Iterator[None]:
    """Turns what sqlite3 raises into `StoreError`, and damage into `BrokenFileError`."""
    try:
        yield
    except sqlite3.Error as error:
        # Errors of the module itself (a closed connection, a wrong number of values) carry no code.
        code = getattr(error, "sqlite_errorcode", None)
        if code is None:
            raise
        found = problem(code, path, str(error))
        if found is None:
            raise BrokenFileError(str(error)) from error
        raise StoreError(found) from error


def problem(code: int, path: Path, said: str) -> Diagnostic | None:
    """The diagnostic for an error code of SQLite; None where it tells of a damaged file."""
    # The lower byte is the kind, the rest the detail.
    match code & 0xFF:
        case sqlite3.SQLITE_CORRUPT | sqlite3.SQLITE_NOTADB:
            return None
        case sqlite3.SQLITE_FULL:
            return full(path)
        case sqlite3.SQLITE_IOERR if code in _WRITING:
            return full(path)
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return busy(path)
        case _:
            return unusable(path, said)


_WRITING = (sqlite3.SQLITE_IOERR_WRITE, sqlite3.SQLITE_IOERR_TRUNCATE, sqlite3.SQLITE_IOERR_SHMSIZE)
"""Failures to write other than for lack of room are limits and quotas, or a broken disk."""


def unusable(path: Path, reason: str) -> Diagnostic:
    """E0840. reason: a clause without a full stop."""
    message = f"The store of answers '{_near(path)}' cannot be used: {reason}."
    notes = ("Answers are paid for, so no call is made before there is a place to keep them.",)
    return Diagnostic("E0840", message, NOWHERE, notes)


def newer(path: Path, version: int, known: int) -> Diagnostic:
    """E0841."""
    message = f"The store of answers '{_near(path)}' was written by a newer synthc."
    notes = (f"It has version {version} and this synthc knows {known}; it was left as it is.",)
    return Diagnostic("E0841", message, NOWHERE, notes)


def damaged(path: Path, reason: str, aside: Path | None) -> Diagnostic:
    """E0842: damage found while the store was in use."""
    message = f"The store of answers '{_near(path)}' is damaged: {reason}."
    notes = (f"It was set aside as '{aside.name}', and the next run begins a new one.", *rescue(aside)) if aside else ()
    return Diagnostic("E0842", message, NOWHERE, notes)


def set_aside(path: Path, reason: str, aside: Path) -> Diagnostic:
    """W0840: damage found when the store was opened."""
    message = f"The store of answers '{_near(path)}' was set aside as '{aside.name}': {reason}."
    return Diagnostic("W0840", message, NOWHERE, ("A new one was begun.", *rescue(aside)))


def rescue(aside: Path) -> tuple[str, ...]:
    """How to get at the answers of a damaged file."""
    return (f"`synthc cache import {_near(aside)}` takes over the answers in it that can still be read.",)


def full(path: Path) -> Diagnostic:
    """E0843."""
    message = f"There is no room left on the disk for the store of answers '{_near(path)}'."
    notes = ("Answers that were stored before are safe; the run goes on from them once there is room.",)
    return Diagnostic("E0843", message, NOWHERE, notes)


def busy(path: Path) -> Diagnostic:
    """E0844."""
    message = f"Another process keeps the store of answers '{_near(path)}' locked."
    notes = ("Several runs may share a store; this one was held for a minute, by a stopped process perhaps.",)
    return Diagnostic("E0844", message, NOWHERE, notes)


def _near(path: Path) -> str:
    """The end of the path, which tells the file without telling of the machine."""
    return "/".join(path.parts[-2:])
