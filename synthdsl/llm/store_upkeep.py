"""What the store does beside the run, in a thread: the log goes to the disk, and from the log into the file.

SQLite lets go of Python's lock meanwhile, so the event loop runs on. Only the last step is the writer's: the log begins
anew when all of it is in the file, which is never so beside a busy writer; after the bulk was copied here, the writer
copies what came meanwhile, between two groups.
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

_LONG = 16_384
"""Pages (of 4 kB) in the log from which it is begun anew: the writer's part takes some 50 ms, so not too often."""


class Upkeep:
    """Begins with the first written group and ends with `close`. Failures are left to the run's own writing."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._news = threading.Event()
        self._end = threading.Event()
        self._copied = threading.Event()
        self._pages = 0
        self._thread: threading.Thread | None = None

    def written(self, writer: sqlite3.Connection, pages: int) -> None:
        """A group was written by this connection, about so many pages. Cheap; called after each."""
        self._news.set()
        self._pages += pages
        if self._copied.is_set():
            self._copied.clear()
            with suppress(sqlite3.Error):
                writer.execute("PRAGMA wal_checkpoint(PASSIVE)")
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
        with suppress(OSError):
            # SQLite holds no locks on the log; closing another handle of the database itself would drop its locks.
            log = os.open(wal(self._path), os.O_RDWR)
            try:
                os.fsync(log)
            finally:
                os.close(log)
        # The length of the file does not tell: it stays when the log begins anew, for cutting it would take longer.
        if self._pages > _LONG:
            self._pages = 0
            connection.execute("PRAGMA wal_checkpoint(PASSIVE)")
            self._copied.set()
