"""Parquet: the right types, values unharmed, equal bytes."""

from __future__ import annotations

import datetime as dt
import random
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest
from exporting import spec, write

from synthdsl.dataset.vector import Coded, Constant
from synthdsl.export.line_file import line_ends, longest_line
from synthdsl.export.parquet import duck_type
from synthdsl.types.relations import optional
from synthdsl.types.terms import (
    BOOL,
    DATE,
    DURATION,
    FLOAT,
    INT,
    JSON,
    MESSAGES,
    NEVER,
    NULL,
    STR,
    TIMESTAMP,
    Field,
    ListType,
    LiteralType,
    RecordType,
    Type,
    UnionType,
)

POINT = RecordType((Field("x", FLOAT), Field("tags", ListType(STR)), Field("extra", JSON)))


def table(place: Path) -> tuple[list[str], list[str], list[tuple[Any, ...]]]:
    """Names, types and rows of a Parquet file."""
    with duckdb.connect(":memory:") as connection:
        relation = connection.execute("SELECT * FROM read_parquet(?)", [str(place)])
        described = relation.description or []
        return [d[0] for d in described], [str(d[1]) for d in described], relation.fetchall()


TRAPS = ["NO", "02134", "12:30", "2025-01-31", "1e5", "", "null", "[1, 2]", '{"a": 1}', "a\x00b", "é世😀", "NaN"]

VALUES: list[tuple[Type, str, Any, list[Any]]] = [
    (STR, "VARCHAR", TRAPS, TRAPS),
    (optional(STR), "VARCHAR", ["a", None], ["a", None]),
    (LiteralType(("a", "b")), "VARCHAR", Coded(np.array([1, 0]), ["a", "b"]), ["b", "a"]),
    (INT, "BIGINT", np.array([2**63 - 1, -(2**63)]), [2**63 - 1, -(2**63)]),
    (optional(INT), "BIGINT", [None, 3], [None, 3]),
    (FLOAT, "DOUBLE", np.array([0.1, 5e-324, 1.7976931348623157e308]), [0.1, 5e-324, 1.7976931348623157e308]),
    (BOOL, "BOOLEAN", np.array([True, False]), [True, False]),
    (DATE, "DATE", np.array(["2025-01-31", "0001-01-01"], "datetime64[D]"), [dt.date(2025, 1, 31), dt.date(1, 1, 1)]),
    (TIMESTAMP, "TIMESTAMP", np.array(["2025-01-31T12:00:00.000123"], "datetime64[us]"),
     [dt.datetime(2025, 1, 31, 12, 0, 0, 123)]),
    (DURATION, "DOUBLE", np.array([1_500_000], "timedelta64[us]"), [1.5]),
    (ListType(ListType(INT)), "BIGINT[][]", [[[1], []], []], [[[1], []], []]),
    (ListType(NEVER), "VARCHAR[]", [[], []], [[], []]),
    (MESSAGES, "STRUCT(role VARCHAR, content VARCHAR)[]", [[{"role": "user", "content": "2025-01-01"}]],
     [[{"role": "user", "content": "2025-01-01"}]]),
    (POINT, "STRUCT(x DOUBLE, tags VARCHAR[], extra VARCHAR)",
     [{"x": 1.0, "tags": ["a"], "extra": {"b": [1]}}], [{"x": 1.0, "tags": ["a"], "extra": '{"b":[1]}'}]),
    (JSON, "VARCHAR", [{"a": 1}, "text", 3, None], ['{"a":1}', '"text"', "3", None]),
    (NULL, "VARCHAR", Constant(None), [None]),
]  # fmt: skip


@pytest.mark.parametrize(("type_", "stored", "vector", "expected"), VALUES)
def test_values_and_types(tmp_path: Path, type_: Type, stored: str, vector: Any, expected: list[Any]) -> None:
    output = spec("x.parquet", "rows", {"c": type_})
    place, report = write(tmp_path, output, {"c": vector}, len(expected))
    names, types, found = table(place)
    assert names == ["c"]
    assert types[0].replace('"', "") == stored
    assert [row[0] for row in found] == expected
    assert report.rows == len(expected)


def test_no_rows_keep_their_types(tmp_path: Path) -> None:
    place, _ = write(tmp_path, spec("x.parquet", "chat", {"messages": MESSAGES}), {}, 0)
    names, types, found = table(place)
    assert (names, found) == (["messages"], [])
    assert types[0].replace('"', "") == "STRUCT(role VARCHAR, content VARCHAR)[]"


def test_unions_become_one_record(tmp_path: Path) -> None:
    cat = RecordType((Field("kind", LiteralType(("cat",))), Field("lives", INT)))
    dog = RecordType((Field("kind", LiteralType(("dog",))), Field("tricks", ListType(STR))))
    union = UnionType((cat, dog), "kind")
    assert duck_type(union, "JSON") == 'STRUCT("kind" VARCHAR, "lives" BIGINT, "tricks" VARCHAR[])'
    values = [{"kind": "cat", "lives": 9}, {"kind": "dog", "tricks": ["sit"]}]
    place, _ = write(tmp_path, spec("x.parquet", "rows", {"pet": union}), {"pet": values}, 2)
    assert [row[0] for row in table(place)[2]] == [
        {"kind": "cat", "lives": 9, "tricks": None},
        {"kind": "dog", "lives": None, "tricks": ["sit"]},
    ]
    clash = UnionType((cat, RecordType((Field("kind", LiteralType(("x",))), Field("lives", STR)))), "kind")
    assert duck_type(clash, "JSON") == "JSON"


@pytest.mark.parametrize("folder", ["it's", "[a] *?", "back\\slash", "both \\ and [*]", 'quo"te', "é世"])
def test_odd_names_of_columns_and_folders(tmp_path: Path, folder: str) -> None:
    root = tmp_path / folder
    root.mkdir()
    record = RecordType((Field("select", INT), Field("from", STR)))
    output = spec("x.parquet", "rows", {"order": STR, "group": record})
    place, _ = write(root, output, {"order": ["a"], "group": [{"select": 1, "from": "b"}]}, 1)
    assert table(place)[0::2] == (["order", "group"], [("a", {"select": 1, "from": "b"})])


def test_order_and_bytes_stay_over_many_row_groups(tmp_path: Path) -> None:
    n = 30_000
    rng = random.Random(3)
    columns = {"id": np.arange(n), "text": [rng.choice("abc") * rng.randrange(400) for _ in range(n)]}
    output = spec("x.parquet", "rows", {"id": INT, "text": STR})
    one, _ = write(tmp_path / "1", output, columns, n, batch=n)
    two, _ = write(tmp_path / "2", output, columns, n, batch=4_999)
    assert one.read_bytes() == two.read_bytes()
    assert [row[0] for row in table(one)[2]] == list(range(n))


def test_a_row_larger_than_the_readers_buffer(tmp_path: Path) -> None:
    texts = ["a", "b" * (17 << 20), "c"]
    place, _ = write(tmp_path, spec("x.parquet", "rows", {"t": STR}), {"t": texts}, 3)
    assert [row[0] == text for row, text in zip(table(place)[2], texts, strict=True)] == [True] * 3


def test_lengths_of_lines() -> None:
    data = b"a\n" + b"b" * (9 << 20) + b"\n" + b"c\n"
    assert longest_line(data) == (9 << 20) + 1
    assert line_ends(b"a\nbb\n").tolist() == [2, 5]


def test_floats_keep_every_bit(tmp_path: Path) -> None:
    rng = np.random.default_rng(5)
    values = rng.integers(0, 2**63, 20_000, dtype=np.int64).view(np.float64)
    values = values[np.isfinite(values)]
    place, _ = write(tmp_path, spec("x.parquet", "rows", {"f": FLOAT}), {"f": values}, len(values), batch=8_000)
    found = np.array([row[0] for row in table(place)[2]])
    assert (found.view(np.int64) == values.view(np.int64)).all()
