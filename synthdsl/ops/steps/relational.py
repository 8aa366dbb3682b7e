"""Order and equality of rows by DuckDB, which spills to disk: keys go in, row numbers come out.

In: expressions over rows, batch by batch. Dates, times and booleans go in as whole numbers; lists and records as
their hashes, which serve for equality. One thread, so the same rows always come in the same order.
"""

from __future__ import annotations

import errno
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from synthdsl.dataset.vector import Coded, Vector, to_list
from synthdsl.dataset.views import READ_ROWS
from synthdsl.ops.steps.contract import StepInput

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from synthdsl.dataset.views import Rows

    Ints = NDArray[np.int64]

_MEMORY = "1GB"


@contextmanager
def duck(scratch: Path) -> Iterator[Any]:
    """A connection to a database in memory that spills into a folder. Raises OSError for what DuckDB could not do."""
    import duckdb

    options: dict[str, str | bool | int | float | list[str]] = {
        "threads": "1",
        "memory_limit": _MEMORY,
        "temp_directory": str(scratch / "duckdb"),
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
    }
    try:
        with duckdb.connect(":memory:", config=options) as connection:
            yield connection
    except duckdb.InterruptException:
        raise KeyboardInterrupt from None
    except duckdb.Error as error:
        number = errno.ENOSPC if "No space left" in str(error) else errno.EIO
        raise OSError(number, str(error).splitlines()[0].rstrip(".")) from error


def physical(vector: Vector, n: int) -> NDArray[Any]:
    """The values as DuckDB takes them: int64, float64, or objects that are str or None."""
    import numpy as np

    from synthdsl.ops.aggregates.tally import hash_of

    if isinstance(vector, Coded) and all(isinstance(v, str) for v in vector.values):
        return np.array(vector.values, dtype=object)[vector.codes]
    if isinstance(vector, np.ndarray):
        if vector.dtype.kind == "f":
            return vector + 0.0  # -0.0 equals 0.0
        return vector.astype(np.int64)
    values = to_list(vector, n)
    found = np.empty(n, dtype=object)
    kinds = {type(v) for v in values} - {type(None)}
    if kinds <= {str}:
        found[:] = values
        return found
    if kinds <= {list, dict}:
        found[:] = [None if v is None else f"{hash_of(v):016x}" for v in values]
        return found
    plain = [None if v is None else _number(v) for v in values]
    return np.ma.MaskedArray(
        [0 if v is None else v for v in plain],
        mask=[v is None for v in plain],
        dtype=np.float64 if float in kinds else np.int64,
    )


def _number(value: Any) -> Any:
    import numpy as np

    if isinstance(value, bool | int | float):
        return value + 0
    kinds = {"datetime": "datetime64[us]", "date": "datetime64[D]", "timedelta": "timedelta64[us]"}
    return int(np.array(value, dtype=kinds[type(value).__name__]).astype(np.int64))


def stage(connection: Any, table: str, given: StepInput, names: Sequence[str]) -> list[str]:
    """A table with `pos`, the row's number, and a column `k0`, `k1`, ... for each named expression; gives the names."""
    return _staged(connection, table, [given.values(name) for name in names])


def _staged(connection: Any, table: str, sources: Sequence[Iterator[tuple[int, Vector]]]) -> list[str]:
    import numpy as np

    columns = [f"k{i}" for i in range(len(sources))]
    start = 0
    made = False
    for pieces in zip(*sources, strict=True):
        n = pieces[0][0]
        batch: dict[str, Any] = {"pos": np.arange(start, start + n, dtype=np.int64)}
        batch.update({c: physical(v, n) for c, (_, v) in zip(columns, pieces, strict=True)})
        start += n
        connection.register("batch", batch)
        if not made:
            kinds = ", ".join(f"{c} {_kind(batch[c])}" for c in ("pos", *columns))
            connection.execute(f"CREATE TEMP TABLE {table} ({kinds})")
            made = True
        connection.execute(f"INSERT INTO {table} SELECT * FROM batch")
        connection.unregister("batch")
    if not made:
        kinds = ", ".join(f"{c} BIGINT" for c in ("pos", *columns))
        connection.execute(f"CREATE TEMP TABLE {table} ({kinds})")
    return columns


def _kind(array: NDArray[Any]) -> str:
    return {"i": "BIGINT", "f": "DOUBLE", "O": "VARCHAR"}[array.dtype.kind]


def ordered(given: StepInput, name: str, descending: bool) -> Ints:
    """The row numbers in the order of the values of a `columns` argument; equal ones in the order of the rows."""
    import numpy as np

    if not given.rows:
        return np.empty(0, dtype=np.int64)
    names = [f"{name}.{i}" for i in range(len(given.parts(name)))]
    with duck(given.scratch) as connection:
        columns = stage(connection, "keys", given, names)
        way = "DESC" if descending else "ASC"
        order = ", ".join(f"{c} {way} NULLS LAST" for c in columns)
        found = connection.execute(f"SELECT pos FROM keys ORDER BY {order}, pos").fetchnumpy()["pos"]
    return np.asarray(found, dtype=np.int64)


def groups(given: StepInput, name: str) -> tuple[Ints, Ints]:
    """Rows with equal values of a `columns` argument as groups, in the order in which they first occur.

    Gives the row numbers group by group, and where in them each group begins, with the end of the last: see
    `StepInput.grouped`. Nulls equal each other.
    """
    import numpy as np

    if not given.rows:
        return np.empty(0, dtype=np.int64), np.zeros(1, dtype=np.int64)
    names = [f"{name}.{i}" for i in range(len(given.parts(name)))]
    with duck(given.scratch) as connection:
        columns = stage(connection, "keys", given, names)
        order_by = ", ".join(f"{c} NULLS LAST" for c in columns)
        found = connection.execute(f"SELECT pos FROM keys ORDER BY {order_by}, pos").fetchnumpy()["pos"]
        sizes = connection.execute(
            f"SELECT count(*) AS n FROM keys GROUP BY {', '.join(columns)} ORDER BY {order_by}"
        ).fetchnumpy()["n"]
    order = np.asarray(found, dtype=np.int64)
    sizes = np.asarray(sizes, dtype=np.int64)
    starts = np.cumsum(sizes) - sizes
    return by_first(order, starts, sizes)


def by_first(order: Ints, starts: Ints, sizes: Ints) -> tuple[Ints, Ints]:
    """Groups in the order of their first rows."""
    import numpy as np

    turn = np.argsort(order[starts], kind="stable")
    sizes = sizes[turn]
    ends = np.cumsum(sizes)
    within = np.arange(len(order)) - np.repeat(ends - sizes, sizes)
    moved = order[np.repeat(starts[turn], sizes) + within]
    return moved, np.append(ends - sizes, len(order))


class TooMany(Exception):  # noqa: N818 (a finding about data)
    """So many pairs would come out."""

    def __init__(self, pairs: int) -> None:
        super().__init__(f"{pairs} pairs")
        self.pairs = pairs


MOST_PAIRS = 200_000_000


def matches(scratch: Path, left: Rows, right: Rows, names: Sequence[str], outer: bool) -> tuple[Ints, Ints]:
    """Pairs of rows with equal values in the named columns, in the order of the left rows, then of the right ones.

    outer: a left row without a partner is paired with -1. Null equals nothing. Raises `TooMany`.
    """
    import numpy as np

    with duck(scratch) as connection:
        stage_columns(connection, "a", left, names)
        columns = stage_columns(connection, "b", right, names)
        on = " AND ".join(f"a.{c} = b.{c}" for c in columns)
        way = "LEFT JOIN" if outer else "JOIN"
        pairs = connection.execute(_counted_pairs(columns)).fetchone()[0]
        if pairs > MOST_PAIRS:
            raise TooMany(int(pairs))
        found = connection.execute(
            f"SELECT a.pos AS l, coalesce(b.pos, -1) AS r FROM a {way} b ON {on} ORDER BY l, r"
        ).fetchnumpy()
    return np.asarray(found["l"], dtype=np.int64), np.asarray(found["r"], dtype=np.int64)


def _counted_pairs(columns: Sequence[str]) -> str:
    """A query for the number of pairs of a join, which makes none of them."""
    names = ", ".join(columns)
    on = " AND ".join(f"p.{c} = q.{c}" for c in columns)
    sides = [f"(SELECT {names}, count(*)::HUGEINT AS n FROM {t} GROUP BY {names})" for t in "ab"]
    return f"SELECT coalesce(sum(p.n * q.n), 0) FROM {sides[0]} p JOIN {sides[1]} q ON {on}"


def without(scratch: Path, given: StepInput, name: str, other: Rows) -> Ints:
    """The rows whose values of a `columns` argument occur in no row of the other table."""
    import numpy as np

    parts = given.parts(name)
    with duck(scratch) as connection:
        columns = stage(connection, "a", given, [f"{name}.{i}" for i in range(len(parts))])
        stage_columns(connection, "b", other, parts)
        on = " AND ".join(f"a.{c} = b.{c}" for c in columns)
        found = connection.execute(f"SELECT pos FROM a ANTI JOIN b ON {on} ORDER BY pos").fetchnumpy()["pos"]
    return np.asarray(found, dtype=np.int64)


def stage_columns(connection: Any, table: str, rows: Rows, names: Sequence[str]) -> list[str]:
    """As `stage`, for columns of a table by their names."""

    def pieces(name: str) -> Iterator[tuple[int, Vector]]:
        for batch in rows.batches(READ_ROWS, [name]):
            yield batch.n, batch.columns[name]

    return _staged(connection, table, [pieces(name) for name in names])
