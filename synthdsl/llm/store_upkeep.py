"""What the store does beside the run, in a thread: the log goes to the disk, and from the log into the file.

Nobody waits for it. SQLite lets go of Python's lock meanwhile, so the event loop runs on.
"""

from __future__ import annotations

import os
import sqlite3
import threading
from contextlib import suppress
from pathlib import Path

from synthdsl.llm.store_file import wal

_EVERY = 1.0
"""Seconds between syncs: at most about this much is lost with the power."""

_LONG = 16 << 20
"""Bytes of log from which it is begun anew. Short logs would be copied often, long ones are slow to read."""


class Upkeep:
    """Begins with the first written group and ends with `close`. Failures are left to the run's own writing."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._news = threading.Event()
        self._end = threading.Event()
        self._thread: threading.Thread | None = None

    def written(self) -> None:
        """A group was written. Cheap; called after each."""
        self._news.set()
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name="synthdsl-store", daemon=True)
            self._thread.start()

    def close(self) -> None:
        """Finish what is under way and end. The last connection that closes moves the rest of the log to the file."""
        self._end.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def _work(self) -> None:
        with suppress(OSError, sqlite3.Error):
            connection = sqlite3.connect(self._path, timeout=5.0, isolation_level=None)
            try:
                connection.execute("PRAGMA synchronous = NORMAL")
                while not self._end.wait(_EVERY):
                    if self._news.is_set():
                        self._news.clear()
                        with suppress(OSError, sqlite3.Error):
                            self._tend(connection)
            finally:
                connection.close()

    def _tend(self, connection: sqlite3.Connection) -> None:
        log = os.open(wal(self._path), os.O_RDONLY)
        try:
            os.fsync(log)
            long = os.fstat(log).st_size > _LONG
        finally:
            os.close(log)
        if long:
            # The bulk is copied while others write; then they wait a moment for the little that came meanwhile, so
            # that the log can begin anew. Without that it would grow as long as somebody writes.
            connection.execute("PRAGMA wal_checkpoint(PASSIVE)")
            connection.execute("PRAGMA wal_checkpoint(RESTART)")
