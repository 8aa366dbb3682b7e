"""The file of the store: its tables, its versions, how it is opened, how a damaged one is set aside.

`answers` is narrow, so that counting and marking as used read and write little; `replies` holds the long texts in the
order in which they came, so that a group of answers fills whole pages.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path

from synthdsl.llm.store_problems import BrokenFileError, StoreError, newer, reported, unusable

VERSION = 1
"""Of the tables; kept as `user_version` of the file. A change of the tables raises it and adds a step to `_tables`."""

_MARK = 0x73796E74
"""`application_id` of the file: "synt"."""

_TABLES = """
CREATE TABLE labels (
    id INTEGER PRIMARY KEY,
    col TEXT NOT NULL,
    model TEXT NOT NULL,
    UNIQUE (col, model)
);
CREATE TABLE answers (
    key BLOB PRIMARY KEY,
    reply INTEGER NOT NULL,
    label INTEGER NOT NULL,
    input INTEGER NOT NULL,
    output INTEGER NOT NULL,
    cached INTEGER NOT NULL,
    size INTEGER NOT NULL,
    made INTEGER NOT NULL,
    used INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE replies (
    id INTEGER PRIMARY KEY,
    data BLOB NOT NULL
);
"""

WAIT = 60.0
"""Seconds to wait for another process that writes."""


def connect(path: Path) -> sqlite3.Connection:
    """Open the store for reading and writing; it is made where it is not there.

    Raises StoreError, and BrokenFileError for a file that is no store or is damaged.
    """
    with reported(path):
        connection = _opened(path.absolute().as_uri() + "?mode=rwc")
        try:
            # Readers and the writer do not wait for each other; a commit is safe against a killed process without
            # waiting for the disk.
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")
            # Checkpoints are made beside the run (`store_upkeep.py`), never within a commit.
            connection.execute("PRAGMA wal_autocheckpoint = 0")
            _tables(connection, path)
        except BaseException:
            connection.close()
            raise
        return connection


def connect_reading(path: Path) -> sqlite3.Connection:
    """Open a store that is there, for reading only. Raises as `connect` does."""
    with reported(path):
        uri = path.absolute().as_uri() + "?mode=ro"
        try:
            return _checked(_opened(uri), path)
        except sqlite3.OperationalError:
            # In a folder that nobody can write SQLite cannot make its lock file; without a log nothing is missed.
            log = wal(path)
            if not path.is_file() or (log.exists() and log.stat().st_size):
                raise
            return _checked(_opened(uri + "&immutable=1"), path)


def wal(path: Path) -> Path:
    """The log beside a store, which holds what was committed last."""
    return path.with_name(path.name + "-wal")


def move_aside(path: Path) -> Path:
    """Give a damaged store another name, its log too; nothing is deleted. Raises StoreError where that fails."""
    number = 1
    while (aside := path.with_name(f"{path.stem}.damaged-{number}{path.suffix}")).exists():
        number += 1
    try:
        # The log first: beside a new file it would be taken for its own.
        for suffix in ("-wal", "-shm"):
            part = path.with_name(path.name + suffix)
            if part.exists():
                part.rename(aside.with_name(aside.name + suffix))
        path.rename(aside)
    except OSError as error:
        raise StoreError(unusable(path, f"it is damaged and cannot be set aside ({error.strerror})")) from error
    return aside


def _opened(uri: str) -> sqlite3.Connection:
    # Transactions are begun by hand (isolation_level None). Threads take turns by the store's lock.
    return sqlite3.connect(uri, timeout=WAIT, isolation_level=None, check_same_thread=False, uri=True)


def _checked(connection: sqlite3.Connection, path: Path) -> sqlite3.Connection:
    try:
        _check(connection, path)
        # Twice as many answers a second; bounded, because pages in use count as memory of the process.
        connection.execute("PRAGMA mmap_size = 134217728")
    except BaseException:
        connection.close()
        raise
    return connection


def _check(connection: sqlite3.Connection, path: Path) -> int:
    """The version of the tables, 0 for an empty file. Raises BrokenFileError for a file of something else."""
    (mark,) = connection.execute("PRAGMA application_id").fetchone()
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    names = {name for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
    if mark == 0 and version == 0 and not names:
        return 0
    if mark != _MARK:
        raise BrokenFileError("it is a database of something else")
    if version > VERSION:
        raise StoreError(newer(path, version, VERSION))
    if not {"answers", "replies", "labels"} <= names:
        raise BrokenFileError("its tables are missing")
    return int(version)


def _tables(connection: sqlite3.Connection, path: Path) -> None:
    """Make the tables where there are none."""
    if _check(connection, path):
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        # Another process may have made them meanwhile.
        if not _check(connection, path):
            for statement in _TABLES.strip().split(";\n"):
                connection.execute(statement)
            connection.execute(f"PRAGMA application_id = {_MARK}")
            connection.execute(f"PRAGMA user_version = {VERSION}")
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise
