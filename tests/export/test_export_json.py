"""Rows as JSON lines: every kind of vector gives what its Python values give, whatever the batches."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
from exporting import FACTS, spec
from hypothesis import given, settings
from hypothesis import strategies as st

import synthdsl.export.encode_json as encode_json
from synthdsl.dataset.vector import Coded, Constant, Records, to_list
from synthdsl.export.encode import encode_batch
from synthdsl.export.encode_json import JsonEncoder, rows
from synthdsl.export.problems import Unwritable
from synthdsl.export.table import export_format
from synthdsl.types.relations import optional
from synthdsl.types.terms import (
    BOOL,
    DATE,
    DURATION,
    FLOAT,
    INT,
    JSON,
    MESSAGES,
    STR,
    TIMESTAMP,
    Field,
    FloatType,
    ListType,
    LiteralType,
    RecordType,
    Type,
    UnionType,
)

DAY = dt.date(2025, 1, 31)
NOON = dt.datetime(2025, 1, 31, 12)
POINT = RecordType((Field("x", FLOAT), Field("when", optional(DATE))))


def encoded(columns: Mapping[str, Any], types: Mapping[str, Type], n: int) -> list[Any]:
    data = JsonEncoder(export_format("rows").layout(types), types).encode(columns, n)
    assert data.count(b"\n") == n
    return [json.loads(line) for line in data.decode().split("\n")[:-1]]


def column(vector: Any, type_: Type, n: int) -> list[Any]:
    return [row["c"] for row in encoded({"c": vector}, {"c": type_}, n)]


CASES: list[tuple[str, Any, Type, list[Any]]] = [
    ("ints", np.array([1, -(2**63), 2**63 - 1]), INT, [1, -(2**63), 2**63 - 1]),
    ("small ints", np.array([1, 255], dtype=np.uint8), INT, [1, 255]),
    ("ints as floats", np.array([1, 2]), FLOAT, [1.0, 2.0]),
    ("floats", np.array([0.1, 1e300, 5e-324, -0.0]), FLOAT, [0.1, 1e300, 5e-324, -0.0]),
    ("every second", np.arange(6.0)[::2], FLOAT, [0.0, 2.0, 4.0]),
    ("broadcast", np.broadcast_to(np.array(3), (2,)), INT, [3, 3]),
    ("bools", np.array([True, False]), BOOL, [True, False]),
    ("dates", np.array(["2025-01-31", "0001-01-01", "9999-12-31"], "datetime64[D]"), DATE,
     ["2025-01-31", "0001-01-01", "9999-12-31"]),
    ("near dates", np.array(["2025-01-31", "2025-01-30"], "datetime64[D]"), DATE, ["2025-01-31", "2025-01-30"]),
    ("timestamps", np.array(["2025-01-31T12:00", "2025-01-31T12:00:00.000123"], "datetime64[us]"), TIMESTAMP,
     ["2025-01-31T12:00:00", "2025-01-31T12:00:00.000123"]),
    ("last timestamp", np.array(["9999-12-31T23:59:59.999999", "0001-01-01"], "datetime64[us]"), TIMESTAMP,
     ["9999-12-31T23:59:59.999999", "0001-01-01T00:00:00"]),
    ("durations", np.array([1_500_000, -1], "timedelta64[us]"), DURATION, [1.5, -1e-06]),
    ("long durations", np.array([2**60 + 1], "timedelta64[us]"), DURATION, [(2**60 + 1) / 10**6]),
    ("text", ["a", 'q"\\\n\t\x00\x1f', "é世😀\u2028", ""], STR, ["a", 'q"\\\n\t\x00\x1f', "é世😀\u2028", ""]),
    ("text that looks like structure", [",", '","', "\n", ",\n,", "null"], STR, [",", '","', "\n", ",\n,", "null"]),
    ("nulls", ["a", None], optional(STR), ["a", None]),
    ("null numbers", [1.5, None, 2], optional(FLOAT), [1.5, None, 2.0]),
    ("null dates", [DAY, None], optional(DATE), ["2025-01-31", None]),
    ("null durations", [dt.timedelta(minutes=1), None], optional(DURATION), [60.0, None]),
    ("timestamps in a list", [NOON], optional(TIMESTAMP), ["2025-01-31T12:00:00"]),
    ("coded", Coded(np.array([1, 0, 1]), ["a", "b"]), STR, ["b", "a", "b"]),
    ("small codes", Coded(np.array([1, 0], dtype=np.uint8), [True, False]), BOOL, [False, True]),
    ("more values than rows", Coded(np.array([2]), ["a", "b", "c", "d"]), STR, ["c"]),
    ("constant", Constant("x"), STR, ["x"] * 3),
    ("constant null", Constant(None), optional(STR), [None] * 3),
    ("constant list", Constant([1, 2]), ListType(INT), [[1, 2]] * 3),
    ("lists", [[1, 2], []], ListType(INT), [[1, 2], []]),
    ("records", [{"x": 1.0, "when": None}, {"x": 2.0, "when": DAY}], POINT,
     [{"x": 1.0, "when": None}, {"x": 2.0, "when": "2025-01-31"}]),
    ("records by field", Records({"x": np.array([1.0, 2.0]), "when": Constant(None)}), POINT,
     [{"x": 1.0, "when": None}, {"x": 2.0, "when": None}]),
    ("durations inside", [[dt.timedelta(seconds=1)]], ListType(DURATION), [[1.0]]),
    ("json", [{"a": [1, "x", None]}, 3, None], JSON, [{"a": [1, "x", None]}, 3, None]),
]  # fmt: skip


@pytest.mark.parametrize(("name", "vector", "type_", "expected"), CASES, ids=[c[0] for c in CASES])
def test_values_are_written_as_they_are(name: str, vector: Any, type_: Type, expected: list[Any]) -> None:
    found = column(vector, type_, len(expected))
    assert found == expected
    assert [type(v) for v in found] == [type(v) for v in expected]


NESTED = Records({"point": Records({"x": np.array([1.5])}), "tag": Coded(np.array([0]), ["t"])})


def test_records_within_records() -> None:
    type_ = RecordType((Field("point", RecordType((Field("x", FLOAT),))), Field("tag", STR)))
    assert column(NESTED, type_, 1) == [{"point": {"x": 1.5}, "tag": "t"}]


BAD: list[tuple[Any, Type, int]] = [
    (np.array([1.0, np.nan]), FLOAT, 1),
    (np.array([np.inf]), FLOAT, 0),
    ([1.0, None, float("nan")], optional(FLOAT), 2),
    ([[1.0], [2.0, float("inf")]], ListType(FLOAT), 1),
    ([{"x": 1.0, "when": None}, {"x": float("nan"), "when": None}], POINT, 1),
    ([{}, {"a": [float("nan")]}], JSON, 1),
    ([{"k": "a", "v": float("nan")}], UnionType((RecordType((Field("k", STR), Field("v", FLOAT))),), "k"), 0),
    (["a", "half \ud83d"], STR, 1),
    (Coded(np.array([0, 1, 0]), ["a", "\udc00"]), STR, 1),
    ([1, 2**64], optional(INT), 1),
    (np.array(["2025-01-01", "NaT"], "datetime64[D]"), DATE, 1),
    (np.array(["2025-01-01", "NaT"], "datetime64[us]"), TIMESTAMP, 1),
    (np.array([1, "NaT"], "timedelta64[us]"), DURATION, 1),
    (Records({"x": np.array([0.0, np.nan]), "when": Constant(None)}), POINT, 1),
]


@pytest.mark.parametrize(("vector", "type_", "row"), BAD)
def test_what_json_cannot_hold_is_never_a_silent_null(vector: Any, type_: Type, row: int) -> None:
    with pytest.raises(Unwritable) as caught:
        column(vector, type_, row + 1 if not isinstance(vector, Coded) else 3)
    assert caught.value.key.split(".")[0] == "c"
    assert caught.value.row == row
    assert "'c" in caught.value.message


def test_a_bad_value_that_no_row_uses_is_no_failure() -> None:
    assert column(Coded(np.array([0, 0, 0]), [1.0, float("nan")]), FLOAT, 3) == [1.0, 1.0, 1.0]


def test_a_failure_names_its_row_of_the_whole_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encode_json, "SLICE", 4)
    values = np.ones(11)
    values[9] = np.nan
    with pytest.raises(Unwritable) as caught:
        column(values, FLOAT, 11)
    assert caught.value.row == 9


def test_failures_survive_the_way_home_from_a_worker() -> None:
    import pickle

    error = pickle.loads(pickle.dumps(Unwritable("It is odd.", "c", 3)))
    assert (error.message, error.key, error.row, str(error)) == ("It is odd.", "c", 3, "It is odd.")


LAYOUTS: list[tuple[str, dict[str, Type], dict[str, Any], list[Any]]] = [
    (
        "chat",
        {"system": STR, "user": STR, "assistant": STR},
        {"system": Constant("S"), "user": ["u0", "u1"], "assistant": Coded(np.array([1, 0]), ["a", "b"])},
        [
            {"messages": [{"role": "system", "content": "S"}, {"role": "user", "content": u},
                          {"role": "assistant", "content": a}]}
            for u, a in (("u0", "b"), ("u1", "a"))
        ],
    ),
    (
        "chat",
        {"system": optional(STR), "user": STR, "assistant": STR},
        {"system": ["S", None], "user": ["u0", "u1"], "assistant": Constant("a")},
        [
            {"messages": [{"role": "system", "content": "S"}, {"role": "user", "content": "u0"},
                          {"role": "assistant", "content": "a"}]},
            {"messages": [{"role": "user", "content": "u1"}, {"role": "assistant", "content": "a"}]},
        ],
    ),
    (
        "preference",
        {"prompt": MESSAGES, "chosen": STR, "rejected": STR},
        {"prompt": [[{"role": "user", "content": "hi"}]], "chosen": ["good"], "rejected": ["bad"]},
        [{"prompt": [{"role": "user", "content": "hi"}], "chosen": [{"role": "assistant", "content": "good"}],
          "rejected": [{"role": "assistant", "content": "bad"}]}],
    ),
    (
        "kto",
        {"label": BOOL, "completion": MESSAGES, "prompt": STR},
        {"label": np.array([True]), "completion": [[{"role": "assistant", "content": "x"}]], "prompt": ["p"]},
        [{"prompt": [{"role": "user", "content": "p"}], "completion": [{"role": "assistant", "content": "x"}],
          "label": True}],
    ),
    ("prompt_completion", {"completion": STR, "prompt": STR}, {"completion": ["c"], "prompt": ["p"]},
     [{"prompt": "p", "completion": "c"}]),
    ("prompt_only", {"answer": INT, "prompt": STR}, {"answer": np.array([3]), "prompt": ["p"]},
     [{"prompt": "p", "answer": 3}]),
    (
        "alpaca",
        {"instruction": STR, "output": STR, "input": optional(STR), "history": optional(ListType(ListType(STR)))},
        {"instruction": ["i", "j"], "output": ["o", "p"], "input": [None, "x"], "history": [[["a", "b"]], None]},
        [{"instruction": "i", "input": "", "output": "o", "history": [["a", "b"]]},
         {"instruction": "j", "input": "x", "output": "p", "history": []}],
    ),
    (
        "sharegpt",
        {"conversations": MESSAGES},
        {"conversations": [[{"role": "system", "content": "s"}, {"role": "user", "content": "u"},
                            {"role": "assistant", "content": "a"}, {"role": "tool", "content": "t"}]]},
        [{"conversations": [{"from": "system", "value": "s"}, {"from": "human", "value": "u"},
                            {"from": "gpt", "value": "a"}, {"from": "observation", "value": "t"}]}],
    ),
    (
        "sharegpt",
        {"system": optional(STR), "user": STR, "assistant": STR},
        {"system": Coded(np.array([0, 1]), [None, "s"]), "user": ["u", "v"], "assistant": ["a", "b"]},
        [{"conversations": [{"from": "human", "value": "u"}, {"from": "gpt", "value": "a"}]},
         {"conversations": [{"from": "system", "value": "s"}, {"from": "human", "value": "v"},
                            {"from": "gpt", "value": "b"}]}],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("format_name", "types", "columns", "expected"), LAYOUTS)
def test_layouts(format_name: str, types: dict[str, Type], columns: dict[str, Any], expected: list[Any]) -> None:
    output = spec("out/x.jsonl", format_name, types)
    data = encode_batch(output, columns, len(expected)).parts[0].data
    found = [json.loads(line) for line in data.splitlines()]
    assert found == expected
    assert [list(row) for row in found] == [list(row) for row in expected]
    assert [list(row) for row in found] == [[f.name for f in output.record.fields]] * len(expected)


def test_null_fields_of_messages_are_left_out() -> None:
    call = {"type": "function", "id": None, "function": {"name": "light", "arguments": {"room": "hall"}}}
    function = RecordType((Field("name", STR), Field("arguments", JSON)))
    calls = ListType(RecordType((Field("type", STR), Field("id", optional(STR)), Field("function", function))))
    message = RecordType((Field("role", STR), Field("content", optional(STR)), Field("tool_calls", optional(calls))))
    rows_ = [
        [
            {"role": "user", "content": "Light!", "tool_calls": None},
            {"role": "assistant", "content": None, "tool_calls": [call]},
        ]
    ]
    output = spec("out/x.jsonl", "tools", {"messages": ListType(message), "tools": JSON})
    data = encode_batch(output, {"messages": rows_, "tools": [[{"type": "function"}]]}, 1).parts[0].data
    assert json.loads(data) == {
        "messages": [
            {"role": "user", "content": "Light!"},
            {
                "role": "assistant",
                "tool_calls": [{"type": "function", "function": {"name": "light", "arguments": {"room": "hall"}}}],
            },
        ],
        "tools": [{"type": "function"}],
    }


def test_a_row_of_constants_is_written_for_each_row() -> None:
    types: dict[str, Type] = {"a": STR, "b": INT}
    assert encoded({"a": Constant("x"), "b": Constant(1)}, types, 3) == [{"a": "x", "b": 1}] * 3
    assert encoded({"a": Constant("x"), "b": Constant(1)}, types, 0) == []


def test_no_rows_of_any_kind() -> None:
    for _, vector, type_, _ in CASES:
        assert column(rows(vector, 0, 0), type_, 0) == []


TEXTS = st.text(st.characters(exclude_categories=("Cs",)), max_size=8)
ROWS = st.integers(0, 40).flatmap(
    lambda n: st.fixed_dictionaries(
        {
            "t": st.lists(TEXTS, min_size=n, max_size=n),
            "o": st.lists(st.none() | TEXTS, min_size=n, max_size=n),
            "i": st.lists(st.integers(-(2**63), 2**63 - 1), min_size=n, max_size=n),
            "f": st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=n, max_size=n),
            "k": st.lists(st.sampled_from(["a", "b", 'c"']), min_size=n, max_size=n),
            "l": st.lists(st.lists(TEXTS, max_size=3), min_size=n, max_size=n),
        }
    )
)
TYPES: dict[str, Type] = {
    "t": STR,
    "o": optional(STR),
    "i": INT,
    "f": FloatType(),
    "k": LiteralType(("a", "b", 'c"')),
    "l": ListType(STR),
}


@settings(max_examples=60, deadline=None)
@given(values=ROWS, size=st.integers(1, 9))
def test_any_batching_gives_the_bytes_of_the_values(values: dict[str, list[Any]], size: int) -> None:
    n = len(values["t"])
    choices = ["a", "b", 'c"']
    columns: dict[str, Any] = {
        **values,
        "i": np.array(values["i"], dtype=np.int64),
        "f": np.array(values["f"], dtype=np.float64),
        "k": Coded(np.array([choices.index(v) for v in values["k"]], dtype=np.int64), choices),
    }
    encoder = JsonEncoder(export_format("rows").layout(TYPES), TYPES)
    whole = encoder.encode(columns, n)
    plain = [dict(zip(values, row, strict=True)) for row in zip(*values.values(), strict=True)]
    assert [json.loads(line) for line in whole.decode().split("\n")[:-1]] == plain
    parts = [
        encoder.encode({k: rows(v, a, min(a + size, n)) for k, v in columns.items()}, min(size, n - a))
        for a in range(0, n, size)
    ]
    assert b"".join(parts) == whole
    lists = {k: to_list(v, n) for k, v in columns.items()}
    assert encoder.encode(lists, n) == whole


def test_splits_keep_their_rows_in_order() -> None:
    output = spec("out/x", "rows", {"a": INT}, {"a": INT, "split": STR})
    batch = encode_batch(output, {"a": np.arange(5)}, 5, ["test", "train", "test", "train", "train"])
    assert [(p.split, p.rows, p.data) for p in batch.parts] == [
        ("test", 2, b'{"a":0}\n{"a":2}\n'),
        ("train", 3, b'{"a":1}\n{"a":3}\n{"a":4}\n'),
    ]
    assert batch.rows == 5


@pytest.mark.parametrize("name", ["../evil", "", "a b", None, "train/x", "é"])
def test_a_split_that_is_no_file_name_fails_its_row(name: Any) -> None:
    output = spec("out/x", "rows", {"a": INT}, {"a": INT, "split": STR})
    with pytest.raises(Unwritable) as caught:
        encode_batch(output, {"a": np.arange(2)}, 2, ["train", name])
    assert (caught.value.key, caught.value.row) == ("split", 1)
    with pytest.raises(ValueError, match="splits were not given"):
        encode_batch(output, {"a": np.arange(2)}, 2)


def test_layouts_are_data() -> None:
    from synthdsl.export.layout import from_data, to_data

    seen = 0
    for format_name, types, _, _ in LAYOUTS:
        layout = export_format(format_name).layout(types)
        assert from_data(json.loads(json.dumps(to_data(layout)))) == layout
        seen += 1
    assert seen == len(LAYOUTS)
    with pytest.raises(ValueError, match="no layout"):
        from_data({"keys": "x"})
    assert FACTS.created is None
