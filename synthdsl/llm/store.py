"""The store of answers: one SQLite file, `.synth/answers.sqlite` in the project folder; satisfies `AnswerStore`.

In: answers by key, in groups. Out: replies by key. What is asked is not in it (a key is a hash), and no key of a
server, header or path.

A group is one transaction, in the log when `put_many` returns: a killed process loses nothing of it. The log goes to
the disk about once a second beside the run (`store_upkeep.py`), so a failing power supply may lose the answers of the
last second; waiting for the disk in each group would cost a third of the speed and hold the event loop.

Replies are not compressed: zstd makes 0.8 kB 1.8 times smaller but doubles the work of storing and finding it.
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

    findings: what there is to say about the opening (W0840: a damaged file was set aside). Threads may share it: one
    may look up while another stores, and neither waits for the other.
    """

    def __init__(self, path: Path, reader: sqlite3.Connection, writer: sqlite3.Connection | None) -> None:
        self.path = path
        self.findings: list[Diagnostic] = []
        self._reader = reader
        self._writer = writer
        self._upkeep = Upkeep(path)
        self._reading = threading.Lock()
        self._writing = threading.Lock()
        self._labels: dict[tuple[str, str], int] = {}
        self._touched: list[bytes] = []
        self._queries = {n: _query(n) for n in _SIZES}

    def get_many(self, keys: Sequence[bytes]) -> dict[bytes, bytes]:
        """The stored replies of those keys that are there. Raises StoreError."""
        found: dict[bytes, bytes] = {}
        day = today()
        with self._guarded():
            with self._reading:
                for part in _parts(keys):
                    for key, used, reply in self._reader.execute(self._queries[len(part)], part):
                        found[key] = reply
                        if used < day:
                            self._touched.append(key)
            if len(self._touched) >= _TOUCHED:
                self._touch()
        return found

    def put_many(self, answers: Sequence[Answered]) -> None:
        """Store a group in one transaction; a key that is there already keeps its answer. Raises StoreError.

        Takes some 2 ms for 64 answers and once in ten thousand some 70 ms, when the log begins anew.
        """
        if not answers:
            return
        day = today()
        with self._guarded(), self._transaction(len(answers)) as writer:
            self._insert(writer, list({a.key: a for a in reversed(answers)}.values()), day)

    def forget(self, keys: Sequence[bytes]) -> None:
        """Remove answers, so that their calls are made again. Raises StoreError."""
        with self._guarded(), self._transaction(len(keys)) as writer:
            run = writer.executemany
            run("DELETE FROM replies WHERE id = (SELECT reply FROM answers WHERE key = ?)", ((k,) for k in keys))
            run("DELETE FROM answers WHERE key = ?", ((k,) for k in keys))

    def close(self) -> None:
        """Let go of the files; may be called again."""
        if self._writer is not None:
            self._touch()
        self._let_go()

    def __enter__(self) -> SqliteStore:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def _insert(self, writer: sqlite3.Connection, answers: Sequence[Answered], day: int) -> None:
        """Add answers of different keys, but those whose key is there."""
        (last,) = writer.execute("SELECT max(id) FROM replies").fetchone()
        first = (last or 0) + 1
        rows = []
        for number, a in enumerate(answers, first):
            label = self._label(writer, a.column, a.model)
            usage = a.usage
            size = len(a.reply)
            rows.append((a.key, number, label, usage.input, usage.output, usage.cached, size, day, day))
        run = writer.executemany
        done = run("INSERT INTO answers VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING", rows)
        if done.rowcount == len(rows):
            new = list(enumerate(answers, first))
        else:
            kept = "SELECT 1 FROM answers WHERE key = ? AND reply = ?"
            ask = writer.execute
            new = [(n, a) for n, a in enumerate(answers, first) if ask(kept, (a.key, n)).fetchone()]
        run("INSERT INTO replies VALUES (?, ?)", ((n, a.reply) for n, a in new))

    def _label(self, writer: sqlite3.Connection, column: str, model: str) -> int:
        """The number of a column and model, given within the transaction where it is new."""
        known = self._labels.get((column, model))
        if known is None:
            run = writer.execute
            run("INSERT OR IGNORE INTO labels (col, model) VALUES (?, ?)", (column, model))
            (known,) = run("SELECT id FROM labels WHERE col = ? AND model = ?", (column, model)).fetchone()
            self._labels[column, model] = known
        return known

    def _touch(self) -> None:
        """Mark what was found as used today. Not worth a failure: a store for reading, a lock, a full disk."""
        with self._reading:
            touched, self._touched = self._touched, []
        if not touched or self._writer is None:
            return
        day = today()
        with suppress(StoreError, BrokenFileError), reported(self.path), self._transaction(len(touched)) as writer:
            writer.executemany("UPDATE answers SET used = ? WHERE key = ?", ((day, key) for key in touched))

    @contextmanager
    def _transaction(self, answers: int) -> Iterator[sqlite3.Connection]:
        """Write so many answers, all or none; waits for other threads and processes that write."""
        writer = self._writer
        if writer is None:
            raise RuntimeError("a store that was opened for reading, or is closed, takes no answers")
        with self._writing:
            writer.execute("BEGIN IMMEDIATE")
            try:
                yield writer
                writer.execute("COMMIT")
            except BaseException:
                # What was numbered in it is not there.
                self._labels.clear()
                # A full disk ends the transaction by itself.
                if writer.in_transaction:
                    writer.execute("ROLLBACK")
                raise
            # One page of the keys each, and a quarter of the replies' or more.
            self._upkeep.written(writer, 2 * answers)

    @contextmanager
    def _guarded(self) -> Iterator[None]:
        """Failures as StoreError; a file that turns out to be damaged is set aside, so that the next run can begin."""
        try:
            with reported(self.path):
                yield
        except BrokenFileError as error:
            aside = None
            if self._writer is not None:
                self._let_go()
                aside = move_aside(self.path)
            raise StoreError(damaged(self.path, str(error), aside)) from error

    def _let_go(self) -> None:
        writer, self._writer = self._writer, None
        self._upkeep.close()
        self._reader.close()
        if writer is not None:
            writer.close()


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
    """The store in a file, which is made, with its folder, where it is not there, and kept out of git; for a run.

    A damaged file is set aside under another name, told in `findings`, and a new one begun. Raises StoreError: E0840
    where it cannot be used, E0841 for one of a newer version, E0843 on a full disk, E0844 when another process holds
    it.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        ignore = path.with_name(".gitignore")
        if not ignore.exists():
            ignore.write_text("*\n")
    except OSError as error:
        raise StoreError(unusable(path, error.strerror or str(error))) from error
    findings: list[Diagnostic] = []
    try:
        store = _opened(path)
    except BrokenFileError as error:
        aside = move_aside(path)
        findings.append(set_aside(path, str(error), aside))
        store = _opened(path)
    store.findings = findings
    return store


def _opened(path: Path) -> SqliteStore:
    writer = connect(path)
    try:
        return SqliteStore(path, connect_reading(path), writer)
    except BaseException:
        writer.close()
        raise


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
