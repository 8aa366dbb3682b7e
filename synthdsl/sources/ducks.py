"""DuckDB, for the two readers that use it: connections that reach nothing else, types, rows.

One thread, so that the same query gives its rows in the same order each time.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

from synthdsl.dataset.vector import array_to_list
from synthdsl.sources.contract import Block, Request
from synthdsl.sources.database import fetched, seconds, too_slow
from synthdsl.types.terms import (
    BOOL,
    DATE,
    FLOAT,
    INT,
    JSON,
    STR,
    TIMESTAMP,
    Field,
    ListType,
    OptionalType,
    RecordType,
    Type,
)

_INTS = {
    "tinyint",
    "smallint",
    "integer",
    "bigint",
    "utinyint",
    "usmallint",
    "uinteger",
    "ubigint",
    "hugeint",
    "uhugeint",
}
_FLOATS = {"float", "double", "decimal"}
_MOMENTS = {"timestamp", "timestamp_s", "timestamp_ms", "timestamp_ns", "timestamp with time zone"}
_OTHERS: dict[str, Type] = {"boolean": BOOL, "date": DATE, "map": JSON, "union": JSON, "variant": JSON}
_WINDOW, _BLOCK = 131_072, 16_384
"""Rows of a Parquet file that are in memory at a time, and those of a block."""

_NO_VALUE = {"blob", "bit"}
_SETTINGS: dict[str, str | bool | int | float | list[str]] = {
    "threads": "1",
    "autoload_known_extensions": "false",
    "autoinstall_known_extensions": "false",
}


@contextmanager
def connect(path: Path | None, request: Request, *, files: bool) -> Iterator[Any]:
    """A connection to a database file opened to be read, or to none; files: whether it may read other files.

    Work that takes longer than the request allows is stopped. Settings are locked.
    """
    import duckdb

    settings = dict(_SETTINGS)
    if request.scratch is not None:
        settings["temp_directory"] = str(request.scratch / "duckdb")
    try:
        connection = duckdb.connect(str(path or ":memory:"), read_only=path is not None, config=settings)
    except duckdb.Error as error:
        shown = str(request.arguments["path"])
        reason = first_line(error).replace(str(path), shown)
        raise request.error("E0602", f"'{shown}' cannot be read: {reason}.") from None
    if not files:
        connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")
    clock = None
    if seconds(request) < math.inf:
        clock = threading.Timer(seconds(request), connection.interrupt)
        clock.daemon = True
        clock.start()
    try:
        yield connection
    except duckdb.InterruptException:
        raise too_slow(request) from None
    finally:
        if clock is not None:
            clock.cancel()
        connection.close()


def first_line(error: Exception) -> str:
    """The first line of DuckDB's message, without the kind of error."""
    line = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
    return line.partition("Error: ")[2].rstrip(".!") or line.rstrip(".!")


def columns(connection: Any, relation: str) -> list[tuple[str, Any]]:
    """Names and DuckDB types of the columns that a SELECT gives; it is not carried out."""
    cursor = connection.execute(f"SELECT * FROM ({relation}\n) LIMIT 0")
    return [(column[0], column[1]) for column in cursor.description]


def blocks(
    connection: Any,
    relation: str,
    described: Sequence[tuple[str, Any]],
    names: Sequence[str] | None,
    request: Request,
) -> Iterator[Block]:
    """The rows of a SELECT, as Python values of the kinds that columns hold."""
    wanted = [(n, t) for n, t in described if names is None or n in names]
    for name, type_ in wanted:
        if _id(type_) in _NO_VALUE:
            message = f"The column '{name}' holds {str(type_).lower()}, which is none of the language's types."
            raise request.error("E0606", message, "Other columns can be declared without it.")
    shown = ", ".join(_selected(n, t) for n, t in wanted) or "1"
    limit = " LIMIT 1000" if request.prefix else ""
    cursor = connection.execute(f"SELECT {shown} FROM ({relation}\n){limit}")
    found = [n for n, _ in wanted]
    yield from fetched(cursor.fetchmany, found or ["1"], names, request)


_ARRAYS = {"varchar": "VARCHAR", "boolean": "BOOLEAN", "date": "DATE", "float": "DOUBLE", "double": "DOUBLE"}
_ARRAYS |= dict.fromkeys(_INTS - {"ubigint", "hugeint", "uhugeint"}, "BIGINT")


def arrays(
    connection: Any,
    path: str,
    described: Sequence[tuple[str, Any]],
    names: Sequence[str] | None,
) -> Iterator[Block] | None:
    """The rows of a Parquet file as arrays, ten times as quick as Python values; None where a type has no array."""
    wanted = [(n, t) for n, t in described if names is None or n in names]
    if not wanted or any(_id(t) not in _ARRAYS for _, t in wanted):
        return None
    columns = ", ".join(f"CAST({_quoted(n)} AS {_ARRAYS[_id(t)]}) AS {_quoted(n)}" for n, t in wanted)
    relation = f"SELECT {columns} FROM read_parquet({path}, file_row_number=true)"
    total = connection.execute(f"SELECT count(*) FROM read_parquet({path})").fetchone()[0]
    return _windows(connection, relation, [n for n, _ in wanted], total)


def _windows(connection: Any, relation: str, names: Sequence[str], total: int) -> Iterator[Block]:
    for start in range(0, total, _WINDOW):
        stop = min(start + _WINDOW, total)
        place = f"file_row_number >= {start} AND file_row_number < {stop}"
        found = connection.execute(f"{relation} WHERE {place}").fetchnumpy()
        for low in range(0, stop - start, _BLOCK):
            high = min(low + _BLOCK, stop - start)
            yield Block(high - low, {n: _values(found[n][low:high]) for n in names})


def _values(array: Any) -> Sequence[Any]:
    """An array without nulls, else Python values."""
    import numpy as np

    plain = np.ma.getdata(array)
    mask = np.ma.getmaskarray(array) if isinstance(array, np.ma.MaskedArray) else None
    if plain.dtype.kind == "O" or (mask is not None and mask.any()):
        values = array_to_list(plain.astype("datetime64[D]") if plain.dtype.kind == "M" else plain)
        return values if mask is None else [None if m else v for v, m in zip(values, mask.tolist(), strict=True)]
    kept: Any = plain.astype("datetime64[D]") if plain.dtype.kind == "M" else plain
    return cast("Sequence[Any]", kept)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _selected(name: str, type_: Any) -> str:
    """A column as SQL that gives it as a plain Python value."""
    quoted = '"' + name.replace('"', '""') + '"'
    kind = _id(type_)
    if kind == "timestamp with time zone":
        return f"make_timestamp(epoch_us({quoted})) AS {quoted}"
    if kind in _MOMENTS:
        return f"CAST({quoted} AS TIMESTAMP) AS {quoted}"
    if kind == "decimal":
        whole = dict(type_.children)["scale"] == 0
        return f"CAST({quoted} AS {'HUGEINT' if whole else 'DOUBLE'}) AS {quoted}"
    if kind in _INTS | _FLOATS | {"varchar", "boolean", "date", "list", "array", "struct", "map"}:
        return quoted
    return f"CAST({quoted} AS VARCHAR) AS {quoted}"


def row_type(described: Sequence[tuple[str, Any]], nullable: set[str]) -> RecordType:
    """The row type of columns; those that may be null are named. Inside lists and records anything may be null."""
    fields = []
    for name, type_ in described:
        plain = term(type_)
        fields.append(Field(name, OptionalType(plain) if name in nullable and plain != JSON else plain))
    return RecordType(tuple(fields))


def term(type_: Any) -> Type:
    """The language's type for a DuckDB one."""
    kind = _id(type_)
    if kind in _INTS or (kind == "decimal" and dict(type_.children)["scale"] == 0):
        return INT
    if kind in _FLOATS:
        return FLOAT
    if kind in _MOMENTS:
        return TIMESTAMP
    if kind in ("list", "array"):
        return ListType(_inner(dict(type_.children)["child"]))
    if kind == "struct":
        return RecordType(tuple(Field(n, _inner(t)) for n, t in type_.children))
    return _OTHERS.get(kind, STR)


def _inner(type_: Any) -> Type:
    plain = term(type_)
    return plain if plain == JSON else OptionalType(plain)


def _id(type_: Any) -> str:
    return str(type_.id)
