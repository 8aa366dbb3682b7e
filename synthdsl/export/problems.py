"""What keeps an output from being written, as diagnostics."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from synthdsl.base.diagnostic import Diagnostic
from synthdsl.base.span import NOWHERE, Span
from synthdsl.ops.contract import Undefined

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class OutputError(Exception):
    """An output cannot be written; the diagnostic says why. Nothing of it is left on disk."""

    def __init__(self, diagnostic: Diagnostic) -> None:
        super().__init__(diagnostic.message)
        self.diagnostic = diagnostic


class Unwritable(Undefined):
    """A value that the encoding has no form for: a failed row (E0801), never a silent null.

    key: the key of the output. row: its position in the batch, None where that is not known.
    """

    def __init__(self, message: str, key: str, row: int | None) -> None:
        super().__init__(message)
        self.message = message
        self.key = key
        self.row = row

    def __reduce__(self) -> tuple[type[Unwritable], tuple[str, str, int | None]]:
        return Unwritable, (self.message, self.key, self.row)


@contextmanager
def reported(path: Path, span: Span = NOWHERE) -> Iterator[None]:
    """Turns an operating system error into OutputError: E0807 for a full disk, E0806 for the rest."""
    try:
        yield
    except OSError as error:
        raise OutputError(os_problem(error, path, span)) from error


def os_problem(error: OSError, path: Path, span: Span = NOWHERE) -> Diagnostic:
    """The diagnostic for an operating system error while `path` was written. span: where the spec asks for it."""
    if error.errno in _FULL:
        return disk_full(path, span)
    return cannot_write(path, error.strerror or str(error), span)


def disk_full(path: Path, span: Span = NOWHERE) -> Diagnostic:
    """E0807."""
    notes = ("Nothing was left behind; the run can be repeated once there is room, or elsewhere with `--out DIR`.",)
    return Diagnostic("E0807", f"There is no room left on the disk for '{path}'.", span, notes)


def cannot_write(path: Path, reason: str, span: Span = NOWHERE) -> Diagnostic:
    """E0806. reason: a clause in lower or upper case, without a full stop."""
    notes = ("Nothing was left behind; `--out DIR` writes elsewhere.",)
    return Diagnostic("E0806", f"'{path}' cannot be written: {reason}.", span, notes)
