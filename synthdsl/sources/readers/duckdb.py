"""`duckdb`: the rows of a query to a DuckDB database."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from synthdsl.sources import ducks
from synthdsl.sources.contract import Block, Reader, Request
from synthdsl.sources.database import check_query
from synthdsl.sources.places import Place, named_file, only_file
from synthdsl.sources.suffixes import chain, check_suffix
from synthdsl.types.terms import RecordType


class DuckdbInput:
    """The result of a query to a database that is opened to be read and reaches nothing else; see `Input`."""

    def __init__(self, place: Place, request: Request) -> None:
        self.file = place
        self.request = request
        self.query = str(request.arguments["query"]).strip().rstrip(";")
        with self._connection() as connection:
            self._check_statements(connection)
            self._described = ducks.columns(connection, self.query)
        self.names = tuple(name for name, _ in self._described)

    def inferred(self) -> RecordType:
        """The types of the result; optional where there is a null among the first rows."""
        nullable = {n for block in self.blocks(None) for n, v in block.columns.items() if None in v}
        return ducks.row_type(self._described, nullable)

    def blocks(self, names: Sequence[str] | None) -> Iterator[Block]:
        """The rows of the result."""
        with self._connection() as connection:
            yield from ducks.blocks(connection, self.query, self._described, names, self.request)

    def place(self, row: int) -> str:
        """The database and the number of the row in the result."""
        return f"{self.file.shown}, row {row + 1} of the query"

    def _check_statements(self, connection: Any) -> None:
        import duckdb

        statements = connection.extract_statements(self.query)
        if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
            message = f"The query is {len(statements)} statements, not one SELECT."
            if len(statements) == 1:
                kind = str(statements[0].type).rpartition(".")[2].lower()
                message = f"The query is a statement of the kind '{kind}', not a SELECT."
            raise self.request.error("E0610", message, "A query reads, and is one statement.")

    @contextmanager
    def _connection(self) -> Iterator[Any]:
        import duckdb

        log = self.file.path.with_name(self.file.path.name + ".wal")
        if log.exists() and log.stat().st_size:
            message = f"'{self.file.shown}' has changes that are not written back ('{log.name}')."
            raise self.request.error("E0602", message, "Closing the program that uses the database writes them back.")
        try:
            with ducks.connect(self.file.path, self.request, files=False) as connection:
                yield connection
        except duckdb.PermissionException as error:
            note = "A query reads its own database alone: no other files, no network, no extensions."
            raise self.request.error("E0610", f"The query failed: {ducks.first_line(error)}.", note) from None
        except duckdb.Error as error:
            raise self.request.error("E0610", f"The query failed: {ducks.first_line(error)}.") from None


READER = Reader(
    name="duckdb",
    signatures=(
        "duckdb(const path: text, const query: text, *, const key: text? = null, "
        "const timeout: number = 300) -> dataset",
    ),
    doc=(
        "The rows of a query to a DuckDB database, which is only ever read.\n\n"
        "The query is a single SELECT, and reads this database alone: no other files, no network, no extensions. "
        "It is stopped after `timeout` seconds. Rows come in the order of the query: without ORDER BY that is the "
        "database's choice, though the same each time. Decimals become floats, times and unique identifiers text."
    ),
    examples=('duckdb("shop.duckdb", "SELECT id, name FROM products ORDER BY id", key="id")',),
    open=lambda request: DuckdbInput(named_file(request), request),
    files=only_file,
    check=chain(check_suffix("duckdb"), check_query),
)
