"""`sqlite`: the rows of a query to an SQLite database."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from synthdsl.sources.contract import Block, Reader, Request
from synthdsl.sources.database import check_query, fetched, seconds, too_slow
from synthdsl.sources.places import Place, named_file, only_file
from synthdsl.sources.suffixes import chain, check_suffix
from synthdsl.types.relations import without_null
from synthdsl.types.terms import BoolType, RecordType

if TYPE_CHECKING:
    import sqlite3

_REFUSED_FUNCTIONS = {"load_extension", "readfile", "writefile", "edit", "fts3_tokenizer", "random", "randomblob"}
_BROKEN = {"SQLITE_NOTADB", "SQLITE_CORRUPT", "SQLITE_CANTOPEN", "SQLITE_IOERR"}
_STEPS = 10_000


class SqliteInput:
    """The result of a query to a database that is opened to be read and never changed; see `Input`."""

    def __init__(self, place: Place, request: Request) -> None:
        self.file = place
        self.request = request
        for suffix in ("-wal", "-journal"):
            log = place.path.with_name(place.path.name + suffix)
            if log.exists() and log.stat().st_size:
                message = f"'{place.shown}' has changes that are not written back ('{log.name}')."
                raise request.error("E0602", message, "Closing the program that uses the database writes them back.")
        with self._cursor() as cursor:
            self.names = tuple(column[0] for column in cursor.description or ())
        if len(set(self.names)) < len(self.names):
            message = f"The query gives two columns of one name: {', '.join(self.names)}."
            raise request.error("E0610", message, "A column is renamed by AS.")

    def inferred(self) -> RecordType | None:
        """Nothing: in SQLite a column may hold values of any type."""
        return None

    def blocks(self, names: Sequence[str] | None) -> Iterator[Block]:
        """The rows; 0 and 1 in a column that is declared bool are false and true."""
        bools = self._bools()
        with self._cursor() as cursor:
            for block in fetched(cursor.fetchmany, self.names, names, self.request):
                columns = {n: _as_bools(v) if n in bools else v for n, v in block.columns.items()}
                yield Block(block.n, columns)

    def place(self, row: int) -> str:
        """The database and the number of the row in the result."""
        return f"{self.file.shown}, row {row + 1} of the query"

    def _bools(self) -> set[str]:
        declared = self.request.declared
        fields = () if declared is None else declared.fields
        return {f.name for f in fields if isinstance(without_null(f.type), BoolType)}

    @contextmanager
    def _cursor(self) -> Iterator[sqlite3.Cursor]:
        """The query's cursor; what goes wrong becomes E0602 or E0610."""
        import sqlite3

        request = self.request
        limit = time.monotonic() + seconds(request)
        uri = f"file:{quote(str(self.file.path))}?mode=ro&immutable=1"
        try:
            connection = sqlite3.connect(uri, uri=True, isolation_level=None)
        except sqlite3.Error as error:
            raise self._failed(error) from None
        try:
            connection.execute("PRAGMA trusted_schema=OFF")
            connection.execute("PRAGMA temp_store=MEMORY")
            # Reads the head of the file, so that what is no database is told from a query that fails.
            connection.execute("PRAGMA schema_version")
            connection.set_authorizer(_authorizer())
            connection.set_progress_handler(lambda: time.monotonic() > limit, _STEPS)
            yield connection.execute(str(request.arguments["query"]))
        except sqlite3.Error as error:
            raise self._failed(error) from None
        finally:
            connection.close()

    def _failed(self, error: sqlite3.Error) -> Exception:
        name = str(getattr(error, "sqlite_errorname", ""))
        text = str(error).rstrip(".")
        if name.startswith("SQLITE_INTERRUPT"):
            return too_slow(self.request)
        if name.startswith(tuple(_BROKEN)):
            return self.request.error("E0602", f"'{self.file.shown}' cannot be read: {text}.")
        if name == "SQLITE_AUTH" or "prohibited" in text or "not authorized" in text:
            note = "A query reads: no changes, no other databases, no extensions, nothing random."
            return self.request.error("E0610", f"The query does more than read: {text}.", note)
        return self.request.error("E0610", f"The query failed: {text}.")


def _authorizer() -> Callable[..., int]:
    """What SQLite asks before it does anything: reading is allowed, and functions that do no more."""
    import sqlite3

    allowed = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_RECURSIVE}

    def authorize(action: int, _first: str | None, second: str | None, *_rest: str | None) -> int:
        if action == sqlite3.SQLITE_FUNCTION:
            return sqlite3.SQLITE_DENY if (second or "").lower() in _REFUSED_FUNCTIONS else sqlite3.SQLITE_OK
        return sqlite3.SQLITE_OK if action in allowed else sqlite3.SQLITE_DENY

    return authorize


def _as_bools(values: Sequence[Any]) -> list[Any]:
    return [bool(v) if type(v) is int and v in (0, 1) else v for v in values]


READER = Reader(
    name="sqlite",
    signatures=(
        "sqlite(const path: text, const query: text, *, const key: text? = null, "
        "const timeout: number = 300) -> dataset",
    ),
    doc=(
        "The rows of a query to an SQLite database, which is only ever read.\n\n"
        "The query is a single SELECT; it cannot change anything, open other databases, load extensions or use "
        "`random()`. It is stopped after `timeout` seconds. Rows come in the order of the query: without ORDER BY "
        "that is the database's choice. Columns that are declared `bool` take 0 and 1; dates are texts in ISO 8601."
    ),
    examples=('sqlite("shop.sqlite", "SELECT id, name, price FROM products ORDER BY id", key="id")',),
    open=lambda request: SqliteInput(named_file(request), request),
    files=only_file,
    check=chain(check_suffix("sqlite"), check_query),
)
