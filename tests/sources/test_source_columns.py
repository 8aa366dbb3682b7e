"""Typing of whole columns equals typing of single values; keys do not depend on how a value came in."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from synthdsl.dataset.moments import Unfit
from synthdsl.dataset.values import read_value
from synthdsl.dataset.vector import Coded, to_list
from synthdsl.sources import rowkeys
from synthdsl.sources.cells import read_cell
from synthdsl.sources.columns import ColumnReader, Misfit
from synthdsl.sources.infer import infer_cells, infer_values
from synthdsl.sources.rowkeys import hash_rows, renumber
from synthdsl.types.terms import (
    BOOL,
    DATE,
    FLOAT,
    INT,
    JSON,
    STR,
    TIMESTAMP,
    Field,
    FloatType,
    IntType,
    ListType,
    LiteralType,
    OptionalType,
    RecordType,
    StrType,
    Type,
)

TYPES: list[Type] = [
    STR,
    INT,
    FLOAT,
    BOOL,
    DATE,
    TIMESTAMP,
    JSON,
    StrType(min=1, max=3),
    StrType(pattern="^[a-z]*$"),
    IntType(0, 5),
    FloatType(0, 1),
    LiteralType(("a", "b", "")),
    LiteralType((1, 2)),
    LiteralType((True,)),
    ListType(INT),
    RecordType((Field("a", INT), Field("b", OptionalType(STR)))),
]
TYPES += [OptionalType(t) for t in TYPES if t != JSON]

CELLS = [
    *("", "a", "b", "abcd", "NO", "é", "\ud800"),
    *(
        "0",
        "1",
        "-1",
        "+5",
        "007",
        " 3 ",
        "\n4",
        "5\t",
        "1_0",
        "１",
        "9223372036854775807",
        "9223372036854775808",
        "2,3",
    ),
    *("1.5", ".5", "5.", "1e3", "1E-400", "1e999", "-0", "-0.0", "nan", "inf", "0x1", "0.1", "123456789012345678901"),
    *("true", "True", "TRUE", "tRUE", "false", " true"),
    *("2024-02-29", "2023-02-29", "0000-01-01", "20240101", "2024-W01-1", "2024-1-1", " 2024-01-01", "9999-12-31"),
    *("2024-01-01T00:00:00", "2024-01-01 10:11", "2024-01-01T10:11:12.123456Z", "2024-01-01T25:00:00"),
    *("2024-01-01T00:00:00+02:00", "0001-01-01T00:00:00+02:00", "2024-01-01T10:11:12.1234567", "2024-01-01T1"),
    *("[1, 2]", "[1", '{"a": 1}', '{"a": 1, "b": "x", "c": 0}', "[NaN]", "null", '"a"'),
]

RAW: list[Any] = [
    *(None, True, False, 0, 1, -1, 5, 2**63 - 1, 2**63, -(2**63), 10**400, 1.0, 1.5, -0.0, 2.0**53, 1e300),
    *("", "a", "b", "abcd", "2024-01-01", "2024-01-01T10:00:00Z", "2024-13-01"),
    *([], [1, 2], [1.0], ["a"], [None], {}, {"a": 1}, {"a": 1, "b": None, "c": 2}, {"a": "x"}, {"b": "x"}),
    *(datetime.date(2024, 1, 1), datetime.datetime(2024, 1, 1, 10), float("inf"), float("nan")),
]


def by_value(read: Any, raw: list[Any], type_: Type) -> tuple[str, Any]:
    """What reading one by one gives: the values, or the place and words of the first that does not fit."""
    values = []
    for at, value in enumerate(raw):
        try:
            values.append(read(value, type_))
        except Unfit as unfit:
            return "misfit", (at, str(unfit))
    return "values", values


def by_column(raw: list[Any], type_: Type, cells: bool) -> tuple[str, Any]:
    try:
        return "values", to_list(ColumnReader(type_, cells=cells).read(raw), len(raw))
    except Misfit as found:
        return "misfit", (found.at, found.reason)


@given(st.sampled_from(TYPES), st.lists(st.sampled_from(CELLS), max_size=4))
def test_a_column_of_cells_is_read_as_its_cells(type_: Type, raw: list[str]) -> None:
    assert repr(by_column(raw, type_, True)) == repr(by_value(read_cell, raw, type_))


@given(st.sampled_from(TYPES), st.lists(st.sampled_from(RAW), max_size=4))
def test_a_column_of_values_is_read_as_its_values(type_: Type, raw: list[Any]) -> None:
    assert repr(by_column(raw, type_, False)) == repr(by_value(read_value, raw, type_))


@pytest.mark.parametrize("type_", TYPES, ids=repr)
def test_every_single_cell_and_value(type_: Type) -> None:
    for cell in CELLS:
        assert repr(by_column([cell], type_, True)) == repr(by_value(read_cell, [cell], type_))
    for value in RAW:
        assert repr(by_column([value], type_, False)) == repr(by_value(read_value, [value], type_))


@given(st.lists(st.sampled_from(CELLS), min_size=1, max_size=5))
def test_inferred_types_of_cells_fit_them(raw: list[str]) -> None:
    assert by_column(raw, infer_cells(raw), True)[0] == "values"


@given(st.lists(st.sampled_from([v for v in RAW if v == v and v not in (float("inf"), 10**400)]), min_size=1))
def test_inferred_types_of_values_fit_them(raw: list[Any]) -> None:
    kind, found = by_column(raw, infer_values(raw), False)
    # Only a day or moment beside JSON values has no type in common with them.
    assert kind == "values" or "no JSON value" in found[1]


def test_few_texts_become_codes_and_many_do_not() -> None:
    reader = ColumnReader(STR, cells=True)
    first, second = reader.read(["a", "b", "a"]), reader.read(["c", "a"])
    assert isinstance(first, Coded) and isinstance(second, Coded)
    assert (first.codes.tolist(), second.codes.tolist(), second.values) == ([0, 1, 0], [2, 0], ["a", "b", "c"])
    assert isinstance(reader.read([str(i) for i in range(300)]), list)
    assert isinstance(reader.read(["a"]), list)


def test_keys_do_not_depend_on_representation() -> None:
    texts, numbers = ["x", "y", "x"], [1, 2, 3]
    days = [datetime.date(2024, 1, d) for d in (1, 2, 3)]
    plain = hash_rows(3, [(texts, STR), (numbers, INT), (days, DATE), ([0.0, 1.0, 2.0], FLOAT)])
    other = hash_rows(
        3,
        [
            (Coded(np.array([1, 0, 1]), ["y", "x"]), STR),
            (np.array(numbers), INT),
            (np.array(days, dtype="datetime64[D]"), DATE),
            (np.array([-0.0, 1.0, 2.0]), FLOAT),
        ],
    )
    optional = hash_rows(
        3, [(texts, OptionalType(STR)), (numbers, OptionalType(INT)), (days, OptionalType(DATE)), ([0, 1, 2], FLOAT)]
    )
    assert plain.tolist() == other.tolist() == optional.tolist()


def test_keys_are_for_ever() -> None:
    columns = [
        (["Ada", "Zoë"], STR),
        ([36, -1], INT),
        ([0.1, 1e300], FLOAT),
        ([None, True], OptionalType(BOOL)),
        ([[1], []], ListType(INT)),
        ([datetime.datetime(2024, 1, 1, 1), datetime.datetime(1969, 1, 1)], TIMESTAMP),
    ]
    assert hash_rows(2, columns).tolist() == [3173499897849445689, 12158102626574369509]  # type: ignore[arg-type]


def test_different_rows_have_different_keys() -> None:
    rows = [("a", "b"), ("b", "a"), ("ab", ""), ("", "ab"), ("a\x1fb", ""), ("\ud800", "")]
    keys = hash_rows(len(rows), [([a for a, _ in rows], STR), ([b for _, b in rows], STR)])
    assert len(set(keys.tolist())) == len(rows)
    values = [None, 0, 1, -1, 2**62]
    assert len(set(hash_rows(5, [(values, OptionalType(INT))]).tolist())) == 5


@pytest.mark.parametrize("bucket", [3, 1_000])
def test_equal_rows_are_numbered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, bucket: int) -> None:
    monkeypatch.setattr(rowkeys, "_BUCKET_ROWS", bucket)
    monkeypatch.setattr(rowkeys, "_SLICE_ROWS", 4)
    content = [5, 9, 5, 5, 7, 9, 2, 5, 1, 1]
    before = np.array(content, dtype="<u8")
    before.tofile(tmp_path / "keys")
    renumber(tmp_path / "keys", len(content))
    after = np.fromfile(tmp_path / "keys", dtype="<u8")
    assert len(set(after.tolist())) == len(content)
    first = [i for i, v in enumerate(content) if v not in content[:i]]
    assert after[first].tolist() == before[first].tolist()
    # The second 5 has the same key whatever stands between.
    np.array([5, 5], dtype="<u8").tofile(tmp_path / "pair")
    renumber(tmp_path / "pair", 2)
    assert np.fromfile(tmp_path / "pair", dtype="<u8")[1] == after[2]


def test_an_empty_file_of_keys(tmp_path: Path) -> None:
    (tmp_path / "keys").write_bytes(b"")
    renumber(tmp_path / "keys", 0)
    assert (tmp_path / "keys").read_bytes() == b""
