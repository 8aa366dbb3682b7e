"""What is in a store: counts by column and model, whole answers, what can go, what a damaged file still gives."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from synthdsl.llm.contract import Answered
from synthdsl.llm.reply import Usage
from synthdsl.llm.store import today
from synthdsl.llm.store_file import connect, connect_reading
from synthdsl.llm.store_problems import BrokenFileError, StoreError, damaged, reported


@dataclass(frozen=True, slots=True)
class Tally:
    """The answers of a column by a model. bytes: of replies. made, used: days since 1970, the first and the last."""

    column: str
    model: str
    answers: int
    bytes: int
    usage: Usage
    made: int
    used: int


@dataclass(frozen=True, slots=True)
class Choice:
    """Which answers are meant: all that fit each given bound. made, used: before this many days ago."""

    column: str | None = None
    made: int | None = None
    used: int | None = None


def tally(path: Path, choice: Choice | None = None) -> list[Tally]:
    """Counts by column and model, in their order; empty where there is no store. Raises StoreError."""
    if not path.exists():
        return []
    with _reading(path) as connection:
        return _tally(connection, choice or Choice())


def prune(path: Path, choice: Choice) -> list[Tally]:
    """Remove answers, and give their room on the disk back; what was removed. Raises StoreError."""
    if not path.exists():
        return []
    with _faults(path), closing(connect(path)) as connection:
        condition, values = _condition(choice)
        chosen = f"FROM answers WHERE {condition}"
        connection.execute("BEGIN IMMEDIATE")
        try:
            removed = _tally(connection, choice)
            connection.execute(f"DELETE FROM replies WHERE id IN (SELECT reply {chosen})", values)
            connection.execute(f"DELETE {chosen}", values)
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
        if removed:
            # Another process that reads, or a full disk, may forbid it; the room is then used by new answers.
            with suppress(sqlite3.OperationalError):
                connection.execute("PRAGMA busy_timeout = 1000")
                connection.execute("VACUUM")
        return removed


def answers_in(path: Path, keys: Sequence[bytes] | None = None) -> Iterator[Answered]:
    """All answers by key, or those of the given keys in the order given. Raises StoreError."""
    if not path.exists():
        return
    with _reading(path) as connection:
        if keys is None:
            yield from map(_answer, connection.execute(f"{_WHOLE} ORDER BY answers.key"))
            return
        for key in keys:
            yield from map(_answer, connection.execute(f"{_WHOLE} WHERE answers.key = ?", (key,)))


def rescued(path: Path) -> Iterator[Answered]:
    """The answers of a store that may be damaged: what can still be read. Raises StoreError where nothing can."""
    with _reading(path) as connection:
        query = f"{_WHOLE} WHERE answers.key >= ? AND answers.key < ? ORDER BY answers.key"
        # A broken page ends a query; the next slice of keys begins on another page.
        for bounds in pairwise([*(n.to_bytes(2, "big") for n in range(0, 1 << 16, 16)), b"\xff" * 17]):
            with suppress(sqlite3.DatabaseError):
                for row in connection.execute(query, bounds):
                    yield _answer(row)


_WHOLE = (
    "SELECT answers.key, replies.data, labels.col, labels.model, answers.input, answers.output, answers.cached "
    "FROM answers JOIN labels ON labels.id = answers.label JOIN replies ON replies.id = answers.reply"
)


def _answer(row: tuple[bytes, bytes, str, str, int, int, int]) -> Answered:
    return Answered(row[0], row[1], row[2], row[3], Usage(*row[4:]))


def _tally(connection: sqlite3.Connection, choice: Choice) -> list[Tally]:
    condition, values = _condition(choice)
    rows = connection.execute(
        "SELECT col, model, count(*), sum(size), sum(input), sum(output), sum(cached), min(made), max(used) "
        f"FROM answers JOIN labels ON labels.id = label WHERE {condition} GROUP BY col, model ORDER BY col, model",
        values,
    )
    return [
        Tally(column, model, answers, size, Usage(*tokens), made, used)
        for column, model, answers, size, *tokens, made, used in rows
    ]


def _condition(choice: Choice) -> tuple[str, list[str | int]]:
    parts = ["1"]
    values: list[str | int] = []
    if choice.column is not None:
        # A column, or all columns of a dataset.
        parts.append("label IN (SELECT id FROM labels WHERE col = ? OR substr(col, 1, ?) = ?)")
        values += [choice.column, len(choice.column) + 1, choice.column + "."]
    if choice.made is not None:
        parts.append("made < ?")
        values.append(today() - choice.made)
    if choice.used is not None:
        parts.append("used < ?")
        values.append(today() - choice.used)
    return " AND ".join(parts), values


@contextmanager
def _reading(path: Path) -> Iterator[sqlite3.Connection]:
    with _faults(path), closing(connect_reading(path)) as connection:
        yield connection


@contextmanager
def _faults(path: Path) -> Iterator[None]:
    try:
        with reported(path):
            yield
    except BrokenFileError as error:
        raise StoreError(damaged(path, str(error), None)) from error
