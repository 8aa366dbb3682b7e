"""`parquet`: the rows of a Parquet file."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from synthdsl.sources import ducks
from synthdsl.sources.contract import Block, Reader, Request
from synthdsl.sources.places import Place, named_file, only_file
from synthdsl.sources.suffixes import check_suffix
from synthdsl.types.terms import RecordType


class ParquetInput:
    """An opened Parquet file, read by DuckDB; see `Input`."""

    def __init__(self, place: Place, request: Request) -> None:
        self.file = place
        self.request = request
        if re.search(r"[*?\[]", str(place.path)):
            message = f"'{place.shown}' has a character of patterns in its path."
            raise request.error("E0602", message, "Another name without `*`, `?` and `[` makes it readable.")
        self._file = "'" + str(place.path).replace("'", "''") + "'"
        self._relation = f"SELECT * FROM read_parquet({self._file})"
        with self._connection() as connection:
            self._described = ducks.columns(connection, self._relation)
        self.names = tuple(name for name, _ in self._described)

    def inferred(self) -> RecordType:
        """The file's own types; optional where there is a null among the first rows."""
        nullable = {n for block in self.blocks(None) for n, v in block.columns.items() if None in v}
        return ducks.row_type(self._described, nullable)

    def blocks(self, names: Sequence[str] | None) -> Iterator[Block]:
        """The rows of the file; columns that are not wanted are not read."""
        with self._connection() as connection:
            quick = None if self.request.prefix else ducks.arrays(connection, self._file, self._described, names)
            if quick is not None:
                yield from quick
                return
            yield from ducks.blocks(connection, self._relation, self._described, names, self.request)

    def place(self, row: int) -> str:
        """The file and the number of the row."""
        return f"{self.file.shown}, row {row + 1}"

    @contextmanager
    def _connection(self) -> Iterator[Any]:
        import duckdb

        try:
            with ducks.connect(None, self.request, files=True) as connection:
                yield connection
        except duckdb.Error as error:
            message = f"'{self.file.shown}' cannot be read as Parquet: {_without_path(error, self.file)}."
            raise self.request.error("E0602", message) from None


def _without_path(error: Exception, place: Place) -> str:
    return ducks.first_line(error).replace(str(place.path), place.shown)


READER = Reader(
    name="parquet",
    signatures=("parquet(const path: text, *, const key: text? = null) -> dataset",),
    doc=(
        "The rows of a Parquet file. Lists and structs become lists and records; only declared columns are read.\n\n"
        "Decimals become floats, timestamps with a time zone UTC, times and unique identifiers text."
    ),
    examples=('parquet("reviews.parquet", key="review_id")',),
    open=lambda request: ParquetInput(named_file(request), request),
    files=only_file,
    check=check_suffix("parquet"),
)
