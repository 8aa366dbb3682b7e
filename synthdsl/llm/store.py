"""The store of answers: one SQLite file, `.synth/answers.sqlite` in the project folder; satisfies `AnswerStore`.

In: answers by key, in groups. Out: replies by key. What is asked is not in it (a key is a hash), and no key of a
server, header or path.

A group is one transaction, in the log when `put_many` returns: a killed process loses nothing of it. The log goes to
the disk about once a second beside the run (`store_upkeep.py`), so a failing power supply may lose the answers of the
last second; waiting for the disk in each group would cost a third of the speed and hold the event loop.
"""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from synthdsl.base.diagnostic import Diagnostic
from synthdsl.llm.contract import Answered
from synthdsl.llm.store_file import connect, connect_reading, move_aside
from synthdsl.llm.store_problems import BrokenFileError, StoreError, damaged, reported, set_aside, unusable
from synthdsl.llm.store_upkeep import Upkeep

STORE = Path(".synth", "answers.sqlite")
"""The store's place in the project folder."""

_SIZES = (1, 8, 64, 512)
"""Numbers of keys in a query: few texts, so that SQLite keeps them compiled."""

_TOUCHED = 8192
"""Answers found in use that are marked as used together."""


class SqliteStore:
    """A store in a file. Opened by `open_store`, or `open_reading` where nothing may be written.

    findings: what there is to say about the opening (W0840: a damaged file was set aside). Threads may share it.
    """

    def __init__(self, path: Path, connection: sqlite3.Connection, upkeep: Upkeep | None) -> None:
        self.path = path
        self.findings: list[Diagnostic] = []
        self._connection = connection
        self._upkeep = upkeep
        self._lock = threading.RLock()
        self._labels: dict[tuple[str, str], int] = {}
        self._touched: list[bytes] = []
        self._queries = {n: _query(n) for n in _SIZES}

    def get_many(self, keys: Sequence[bytes]) -> dict[bytes, bytes]:
        """The stored replies of those keys that are there. Raises StoreError."""
        found: dict[bytes, bytes] = {}
        touched = self._touched
        day = today()
        with self._lock, self._guarded():
            for part in _parts(keys):
                for key, used, reply in self._connection.execute(self._queries[len(part)], part):
                    found[key] = reply
                    if used < day:
                        touched.append(key)
            if len(touched) >= _TOUCHED:
                self._touch()
        return found

    def put_many(self, answers: Sequence[Answered]) -> None:
        """Store a group in one transaction; a key that is there already keeps its answer. Raises StoreError."""
        if not answers:
            return
        day = today()
        with self._lock, self._guarded():
            with self._transaction():
                new = {a.key: a for a in answers}
                for key in self._present(list(new)):
                    del new[key]
                self._insert(list(new.values()), day)
            if self._upkeep is not None:
                self._upkeep.written()

    def forget(self, keys: Sequence[bytes]) -> None:
        """Remove answers, so that their calls are made again. Raises StoreError."""
        with self._lock, self._guarded(), self._transaction():
            run = self._connection.executemany
            run("DELETE FROM replies WHERE id = (SELECT reply FROM answers WHERE key = ?)", ((k,) for k in keys))
            run("DELETE FROM answers WHERE key = ?", ((k,) for k in keys))

    def close(self) -> None:
        """Let go of the files; may be called again."""
        with self._lock:
            if self._upkeep is not None:
                with suppress(StoreError, sqlite3.ProgrammingError), self._guarded():
                    self._touch()
                self._upkeep.close()
                self._upkeep = None
            self._connection.close()

    def __enter__(self) -> SqliteStore:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def _present(self, keys: Sequence[bytes]) -> list[bytes]:
        """Those of the keys that have an answer."""
        found: list[bytes] = []
        for part in _parts(keys):
            marks = ",".join("?" * len(part))
            rows = self._connection.execute(f"SELECT key FROM answers WHERE key IN ({marks})", part)
            found.extend(key for (key,) in rows)
        return found

    def _insert(self, answers: Sequence[Answered], day: int) -> None:
        (last,) = self._connection.execute("SELECT max(id) FROM replies").fetchone()
        first = (last or 0) + 1
        self._connection.executemany(
            "INSERT INTO replies VALUES (?, ?)", ((first + i, a.reply) for i, a in enumerate(answers))
        )
        rows = [
            (
                a.key,
                first + i,
                self._label(a.column, a.model),
                a.usage.input,
                a.usage.output,
                a.usage.cached,
                len(a.reply),
                day,
                day,
            )
            for i, a in enumerate(answers)
        ]
        self._connection.executemany("INSERT INTO answers VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)

    def _label(self, column: str, model: str) -> int:
        """The number of a column and model, given within the transaction where it is new."""
        known = self._labels.get((column, model))
        if known is None:
            run = self._connection.execute
            run("INSERT OR IGNORE INTO labels (col, model) VALUES (?, ?)", (column, model))
            (known,) = run("SELECT id FROM labels WHERE col = ? AND model = ?", (column, model)).fetchone()
            self._labels[column, model] = known
        return known

    def _touch(self) -> None:
        """Mark what was found as used today. Not worth a failure: a store for reading, a lock, a full disk."""
        touched, self._touched[:] = list(self._touched), []
        if not touched or self._upkeep is None:
            return
        day = today()
        with suppress(StoreError), reported(self.path), self._transaction():
            self._connection.executemany("UPDATE answers SET used = ? WHERE key = ?", ((day, key) for key in touched))

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        """All or nothing; waits for other processes that write."""
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._connection.execute("COMMIT")
        except BaseException:
            # What was numbered in it is not there.
            self._labels.clear()
            # A full disk ends the transaction by itself.
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            raise

    @contextmanager
    def _guarded(self) -> Iterator[None]:
        """Failures as StoreError; a file that turns out to be damaged is set aside, so that the next run can begin."""
        try:
            with reported(self.path):
                yield
        except BrokenFileError as error:
            aside = None
            if self._upkeep is not None:
                self._upkeep.close()
                self._connection.close()
                aside = move_aside(self.path)
            raise StoreError(damaged(self.path, str(error), aside)) from error


class NoAnswers:
    """A store where none has been made yet; refuses to store."""

    def get_many(self, keys: Sequence[bytes]) -> dict[bytes, bytes]:
        """Nothing."""
        return {}

    def put_many(self, answers: Sequence[Answered]) -> None:
        """Raises RuntimeError: it was opened for reading."""
        raise RuntimeError("a store that was opened for reading takes no answers")

    def forget(self, keys: Sequence[bytes]) -> None:
        """Nothing is there to forget."""

    def close(self) -> None:
        """Nothing is open."""


def open_store(path: Path) -> SqliteStore:
    """The store in a file, which is made, with its folder, where it is not there; for a run.

    A damaged file is set aside under another name, told in `findings`, and a new one begun. Raises StoreError: E0840
    where it cannot be used, E0841 for one of a newer version, E0843 on a full disk, E0844 when another process holds
    it.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(unusable(path, error.strerror or str(error))) from error
    findings: list[Diagnostic] = []
    try:
        connection = connect(path)
    except BrokenFileError as error:
        aside = move_aside(path)
        findings.append(set_aside(path, str(error), aside))
        connection = connect(path)
    store = SqliteStore(path, connection, Upkeep(path))
    store.findings = findings
    return store


def open_reading(path: Path) -> SqliteStore | NoAnswers:
    """The store in a file for reading only; nothing is made or changed. Raises StoreError, E0842 for a damaged one."""
    if not path.exists():
        return NoAnswers()
    try:
        return SqliteStore(path, connect_reading(path), None)
    except BrokenFileError as error:
        raise StoreError(damaged(path, str(error), None)) from error


def today() -> int:
    """The day, in days since 1970-01-01 (UTC)."""
    return int(time.time() // 86400)


def _query(n: int) -> str:
    marks = ",".join("?" * n)
    return (
        "SELECT answers.key, answers.used, replies.data FROM answers "
        f"JOIN replies ON replies.id = answers.reply WHERE answers.key IN ({marks})"
    )


def _parts(keys: Sequence[bytes]) -> Iterator[list[bytes | None]]:
    """The keys in parts of `_SIZES`, the last filled up with NULL, which equals nothing."""
    step = _SIZES[-1]
    for start in range(0, len(keys), step):
        part: list[bytes | None] = list(keys[start : start + step])
        size = next(n for n in _SIZES if n >= len(part))
        part.extend([None] * (size - len(part)))
        yield part
