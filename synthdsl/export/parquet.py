"""Parquet from JSON lines, by DuckDB: one thread and a bounded memory, so equal rows give equal bytes.

Types are named, never guessed: `"NO"` and `"02134"` stay text. A duration is its seconds (double); JSON of a form not
known before the run, and records of an unmergeable union, are JSON text.
"""

from __future__ import annotations

import errno
import os
import shutil
from pathlib import Path
from typing import Literal

from synthdsl.export.record import merged
from synthdsl.types.relations import literal_kind
from synthdsl.types.terms import (
    BoolType,
    DateType,
    DurationType,
    FloatType,
    IntType,
    ListType,
    LiteralType,
    NeverType,
    NullType,
    OptionalType,
    RecordType,
    StrType,
    TimestampType,
    Type,
    UnionType,
)

_MEMORY = "1GB"
_GROUP_BYTES = 64 << 20
_GROUP_ROWS = (2048, 122_880)
_OBJECT_BYTES = 16 << 20


def write_parquet(lines: Path, target: Path, record: RecordType, rows: int, longest: int) -> None:
    """Turns a file of JSON lines into a Parquet file.

    record: the columns. rows: the number of lines. longest: at least the bytes of the longest line.
    Raises OSError, also for what DuckDB could not do: ENOSPC for a full disk, else EIO with DuckDB's words.
    """
    import duckdb

    size = lines.stat().st_size
    # An average row decides how many fit into a row group, since the writer holds a whole group in memory.
    group = _GROUP_BYTES * rows // size // 2048 * 2048 if size else 0
    group = min(max(group, _GROUP_ROWS[0]), _GROUP_ROWS[1])
    spill = lines.parent / "spill"
    options: dict[str, str | bool | int | float | list[str]] = {
        "threads": "1",
        "memory_limit": _MEMORY,
        "temp_directory": str(spill),
        "preserve_insertion_order": "true",
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
    }
    query = (
        f"COPY (SELECT {_selected(record)} FROM read_json({_quoted(_literal_path(lines))}, "
        f"format='newline_delimited', compression='uncompressed', columns={_columns(record)}, "
        f"maximum_object_size={max(_OBJECT_BYTES, longest + 1)})) "
        f"TO {_quoted(str(target))} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {group})"
    )
    try:
        with duckdb.connect(":memory:", config=options) as connection:
            counted = connection.execute(query).fetchone()
    except duckdb.InterruptException:
        raise KeyboardInterrupt from None
    except duckdb.Error as error:
        number = errno.ENOSPC if "No space left" in str(error) else errno.EIO
        raise OSError(number, str(error).splitlines()[0].rstrip(".")) from error
    finally:
        shutil.rmtree(spill, ignore_errors=True)
    if counted is None or counted[0] != rows:
        raise OSError(errno.EIO, f"{counted} of {rows} rows arrived in the Parquet file")


def _columns(record: RecordType) -> str:
    pairs = (f"{_quoted(f.name)}: {_quoted(duck_type(f.type, 'JSON'))}" for f in record.fields)
    return "{" + ", ".join(pairs) + "}"


def _selected(record: RecordType) -> str:
    """Columns as they are; JSON inside of them as plain text, which every reader of Parquet knows."""
    out = []
    for field in record.fields:
        name = _identifier(field.name)
        plain = duck_type(field.type, "VARCHAR")
        same = plain == duck_type(field.type, "JSON")
        out.append(name if same else f"CAST({name} AS {plain}) AS {name}")
    return ", ".join(out)


def duck_type(type_: Type, json: Literal["JSON", "VARCHAR"]) -> str:
    """The type's name in DuckDB; `json` is what stands for values whose form is not known."""
    match type_:
        case OptionalType(inner):
            return duck_type(inner, json)
        case LiteralType():
            return duck_type(literal_kind(type_), json)
        case ListType(item):
            return f"{duck_type(item, json)}[]"
        case RecordType(fields) if fields:
            members = ", ".join(f"{_identifier(f.name)} {duck_type(f.type, json)}" for f in fields)
            return f"STRUCT({members})"
        case UnionType():
            one = merged(type_)
            return json if one is None else duck_type(one, json)
        case _:
            return _PLAIN.get(type(type_), json)


_PLAIN: dict[type, str] = {
    StrType: "VARCHAR",
    IntType: "BIGINT",
    FloatType: "DOUBLE",
    BoolType: "BOOLEAN",
    DateType: "DATE",
    TimestampType: "TIMESTAMP",
    DurationType: "DOUBLE",
    NullType: "VARCHAR",
    NeverType: "VARCHAR",
}


def _identifier(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _literal_path(path: Path) -> str:
    """The path without the meaning that `*`, `?` and `[` have in DuckDB's readers."""
    if "\\" in str(path) and os.sep == "/":
        # DuckDB finds such a path as it is, but not beside a pattern; a wrong match would show in the count of rows.
        return str(path)
    return "".join(f"[{c}]" if c in "*?[" else c for c in str(path))
