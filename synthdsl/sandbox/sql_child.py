"""The process that runs queries of others; it imports nothing of the project and is started without its packages.

In: lines of JSON, `{"db": statements, "query": one query}`. Out: for each a line, `{"columns", "rows", "error"}`.

Each query gets a database in memory of its own. Nothing else is in reach: no file (none can be attached, no extension
loaded, the size of files is limited to nothing), no setting, no clock and no chance, so that a query always has the
same result. Work is bounded by steps of SQLite's machine, not by time; memory by limits of the process and of SQLite.
"""

import json
import re
import resource
import sqlite3
import sys
from typing import Any

STEPS = 5_000_000
MEMORY = 768 * 1024 * 1024
MAX_ROWS = 1_000
MAX_TEXT = 100_000
PART = 1_000

DENIED = {"load_extension", "random", "randomblob", "readfile", "writefile", "edit", "fts3_tokenizer"}
CLOCK = re.compile(
    r"'now'|\bcurrent_(?:date|time|timestamp)\b|\b(?:date|time|datetime|julianday|unixepoch|strftime)\s*\(\s*\)"
    r"|\bstrftime\s*\(\s*'[^']*'\s*\)",
    re.IGNORECASE,
)
LIMITS = {
    sqlite3.SQLITE_LIMIT_LENGTH: MAX_TEXT,
    sqlite3.SQLITE_LIMIT_SQL_LENGTH: MAX_TEXT,
    sqlite3.SQLITE_LIMIT_COLUMN: 200,
    sqlite3.SQLITE_LIMIT_EXPR_DEPTH: 200,
    sqlite3.SQLITE_LIMIT_COMPOUND_SELECT: 50,
    sqlite3.SQLITE_LIMIT_FUNCTION_ARG: 20,
    sqlite3.SQLITE_LIMIT_ATTACHED: 0,
    sqlite3.SQLITE_LIMIT_LIKE_PATTERN_LENGTH: 200,
    sqlite3.SQLITE_LIMIT_TRIGGER_DEPTH: 5,
    sqlite3.SQLITE_LIMIT_WORKER_THREADS: 0,
}
READING = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE}
NEVER = {sqlite3.SQLITE_ATTACH, sqlite3.SQLITE_DETACH, sqlite3.SQLITE_PRAGMA}


def answer(db: str, query: str) -> dict[str, Any]:
    """What one query gives."""
    connection = sqlite3.connect(":memory:", isolation_level=None, cached_statements=0)
    try:
        connection.execute("pragma temp_store = memory")
        for limit, value in LIMITS.items():
            connection.setlimit(limit, value)
        left = [STEPS // PART]
        reading = [False]

        def step() -> bool:
            left[0] -= 1
            return left[0] <= 0

        def allow(action: int, first: str | None, second: str | None, database: str | None, inner: str | None) -> int:
            denied = action in NEVER or (reading[0] and action not in READING)
            denied = denied or (action == sqlite3.SQLITE_FUNCTION and (second or "").lower() in DENIED)
            return sqlite3.SQLITE_DENY if denied else sqlite3.SQLITE_OK

        connection.set_progress_handler(step, PART)
        connection.set_authorizer(allow)
        if CLOCK.search(db) or CLOCK.search(query):
            return failed("the clock is not within reach")
        try:
            connection.executescript(db)
        except (sqlite3.Error, sqlite3.Warning) as error:
            return failed(f"the database: {said(error, left[0])}")
        reading[0] = True
        try:
            cursor = connection.execute(query)
            rows = cursor.fetchmany(MAX_ROWS + 1)
        except (sqlite3.Error, sqlite3.Warning) as error:
            return failed(said(error, left[0]))
        if cursor.description is None:
            return failed("it is no query that reads")
        if len(rows) > MAX_ROWS:
            return failed(f"it gives more than {MAX_ROWS} rows")
        columns = [d[0] for d in cursor.description]
        return {"columns": columns, "rows": [[plain(v) for v in row] for row in rows], "error": None}
    finally:
        connection.close()


def said(error: Exception, left: int) -> str:
    """SQLite's words."""
    return "it takes too many steps" if left <= 0 else str(error)


def failed(reason: str) -> dict[str, Any]:
    """The record of a query that gave nothing."""
    return {"columns": [], "rows": [], "error": reason}


def plain(value: Any) -> Any:
    """A value as JSON has it."""
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, float) and (value != value or value in (float("inf"), float("-inf"))):
        return None
    return value


def main() -> None:
    """Answer until there is nothing more to read."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    for line in sys.stdin:
        asked = json.loads(line)
        try:
            found = answer(asked["db"], asked["query"])
        except (MemoryError, sqlite3.Error, ValueError, OverflowError) as error:
            found = failed(f"it cannot be run: {type(error).__name__}")
        try:
            text = json.dumps(found)
        except (MemoryError, ValueError):
            text = json.dumps(failed("its result is too large"))
        sys.stdout.write(text + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
