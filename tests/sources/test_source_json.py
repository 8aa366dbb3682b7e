"""jsonl and json."""

from __future__ import annotations

import datetime
import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from synthdsl.types.terms import (
    BOOL,
    DATE,
    FLOAT,
    INT,
    JSON,
    MESSAGES,
    STR,
    TIMESTAMP,
    Field,
    ListType,
    LiteralType,
    OptionalType,
    RecordType,
    UnionType,
)
from tests.sources.project import Project


def lines(*values: Any) -> str:
    return "".join(json.dumps(v) + "\n" for v in values)


READERS = [("jsonl", lambda rows: lines(*rows)), ("json", lambda rows: json.dumps(rows, indent=1))]


@pytest.mark.parametrize(("reader", "dump"), READERS)
@pytest.mark.parametrize("suffix", ["", ".gz", ".zst"])
def test_values_keep_their_types(project: Project, reader: str, dump: Any, suffix: str) -> None:
    value = {
        "s": "NO",
        "i": 3,
        "whole": 4.0,
        "f": 2,
        "b": True,
        "d": "2024-02-29",
        "t": "2024-02-29T10:00:00Z",
        "l": [1, 2],
        "r": {"a": 1, "extra": 0, "day": "2024-01-01"},
        "u": {"kind": "y", "n": 1},
        "m": [{"role": "user", "content": "Hi", "name": "x"}],
        "any": {"z": [None, 1.5]},
        "other": 1,
    }
    name = project.write(f"t.{reader}{suffix}", dump([value]))
    union = UnionType(
        (
            RecordType((Field("kind", LiteralType(("x",))),)),
            RecordType((Field("kind", LiteralType(("y",))), Field("n", FLOAT))),
        ),
        "kind",
    )
    rows = project.rows(
        project.call(reader, name),
        s=STR,
        i=INT,
        whole=INT,
        f=FLOAT,
        b=BOOL,
        d=DATE,
        t=TIMESTAMP,
        l=ListType(INT),
        r=RecordType((Field("a", INT), Field("day", DATE), Field("no", OptionalType(STR)))),
        u=union,
        m=MESSAGES,
        any=JSON,
        absent=OptionalType(STR),
    )
    day = datetime.date(2024, 2, 29)
    assert rows == [
        {
            "s": "NO",
            "i": 3,
            "whole": 4,
            "f": 2.0,
            "b": True,
            "d": day,
            "t": datetime.datetime(2024, 2, 29, 10),
            "l": [1, 2],
            "r": {"a": 1, "day": datetime.date(2024, 1, 1), "no": None},
            "u": {"kind": "y", "n": 1.0},
            "m": [{"role": "user", "content": "Hi"}],
            "any": {"z": [None, 1.5]},
            "absent": None,
        }
    ]


@pytest.mark.parametrize(("reader", "dump"), READERS)
def test_inference(project: Project, reader: str, dump: Any) -> None:
    rows = [
        {"s": "2024-01-01", "n": 1, "f": 1, "o": None, "l": [], "r": {"a": 1}, "mix": 1, "e": {}},
        {"s": "x", "n": 2, "f": 0.5, "o": 7, "l": ["a"], "r": {"a": 2, "b": True}, "mix": "a", "e": {}, "late": "y"},
    ]
    call = project.call(reader, project.write(f"t.{reader}", dump(rows)))
    assert project.types(call) == {
        "s": STR,
        "n": INT,
        "f": FLOAT,
        "o": OptionalType(INT),
        "l": ListType(STR),
        "r": RecordType((Field("a", INT), Field("b", OptionalType(BOOL)))),
        "mix": JSON,
        "e": JSON,
        "late": OptionalType(STR),
    }
    assert [row["mix"] for row in project.rows(call)] == [1, "a"]


@pytest.mark.parametrize(
    ("text", "code", "message"),
    [
        ('{"a": 1}\n\n{"a": x}\n', "E0604", "t.jsonl:3, character 7: this is no JSON."),
        ('{"a": 1}\n[1]\n', "E0604", "t.jsonl:2: [1] is no JSON object."),
        ('{"a": NaN}\n', "E0604", "t.jsonl:1"),
        ('{"a": 1}\n' + "[" * 5_000 + "\n", "E0604", "t.jsonl:2"),
        (b'{"a": 1}\n{"a": "\xff"}\n', "E0603", "t.jsonl:2: byte 16 (0xff) is no utf-8."),
        (b'{"a": 1}\n{"a": "\x00"}\n', "E0604", "t.jsonl:2: there is a NUL byte"),
        ('{"a": 1}\n{"a": "1"}\n', "E0606", "t.jsonl:2: column 'a': \"1\" is no int."),
        ('{"a": 1}\n{"a": null}\n', "E0606", "t.jsonl:2: column 'a': null is no int."),
        ('{"a": 1}\n{"b": 1}\n', "E0606", "t.jsonl:2: column 'a': null is no int."),
        ('{"a": 1.5}\n', "E0606", "t.jsonl:1: column 'a': 1.5 is no int."),
        ('{"a": true}\n', "E0606", "t.jsonl:1: column 'a': true is no int."),
        ('{"a": 36893488147419103232}\n', "E0606", "t.jsonl:1: column 'a': 3"),
        ("", "E0607", "'t.jsonl' has no rows."),
        ("[\n{}\n]", "E0604", "t.jsonl:1"),
    ],
)
def test_what_is_wrong_in_json_lines(project: Project, text: str | bytes, code: str, message: str) -> None:
    call = project.call("jsonl", project.write("t.jsonl", text))
    found = project.refusal(call, a=INT)
    assert (found.code, found.message[: len(message)]) == (code, message)
    assert [d.code for d in project.describe(call, a=INT)[1]] == [code]


def test_a_column_that_no_row_has(project: Project) -> None:
    call = project.call("jsonl", project.write("t.jsonl", lines({"title": 1}, {"title": 2, "b": 3})))
    row, findings = project.describe(call, titel=INT)
    assert [(d.code, d.message) for d in findings] == [("E0605", "'t.jsonl' has no column 'titel'.")]
    assert findings[0].notes == ("Did you mean 'title'?", "There are 'title', 'b'.")
    assert [f.name for f in row.fields] == ["titel"]
    assert project.describe(call, b=OptionalType(INT), c=OptionalType(INT))[1] == []


@pytest.mark.parametrize(
    ("text", "code", "message"),
    [
        ('[{"a": 1},\n{"a": x}]', "E0604", "t.json:2: this is no JSON."),
        ('[{"a": 1},\n\n 5]', "E0604", "t.json:3: 5 is no JSON object."),
        ('[{"a": 1}\n {"a": 2}]', "E0604", "t.json:2: a comma or the end of the list is missing."),
        ('[{"a": 1},\n {"a": 2}', "E0604", "t.json:2: a comma or the end of the list is missing."),
        ('[{"a": 1}]\n[]', "E0604", "t.json:2: there is more text after the list."),
        ('{"a": 1}', "E0604", "t.json:1: the file is not a list."),
        ('[{"a": Infinity}]', "E0604", "t.json:1: this is no JSON."),
        ('[{"a": "' + "x" * 200_000 + "\n", "E0604", "t.json:1: this is no JSON."),
        (" \n ", "E0607", "'t.json' is empty."),
        ("[ ]", "E0607", "'t.json' has no rows."),
        ('[{"a": 1},\n{"a": 2},\n{"a": []}]', "E0606", "t.json:3: column 'a': [] is no int."),
    ],
)
def test_what_is_wrong_in_a_list(project: Project, text: str, code: str, message: str) -> None:
    found = project.refused_alike(project.call("json", project.write("t.json", text)), a=INT)
    assert (found.code, found.message) == (code, message)


def test_a_list_larger_than_the_window(project: Project) -> None:
    rows = [{"a": i, "t": "x" * (i % 977) * 40} for i in range(300)]
    name = project.write("t.json", json.dumps(rows))
    assert project.rows(project.call("json", name), a=INT, t=STR) == rows
    wrong = [*rows, {"a": "b", "t": ""}]
    name = project.write("t.json", "[" + ",\n".join(map(json.dumps, wrong)) + "]")
    assert project.refusal(project.call("json", name), a=INT).message == "t.json:301: column 'a': \"b\" is no int."


SCALARS = st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False)
VALUES = st.recursive(
    SCALARS | st.text(st.characters(codec="utf-8")),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(st.characters(codec="utf-8")), inner, max_size=3)
    ),
    max_leaves=8,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=40)
@given(st.lists(VALUES, min_size=1, max_size=6))
def test_any_json_is_read_back_by_both(project: Project, values: list[Any]) -> None:
    rows = [{"v": v} for v in values]
    for reader, dump in READERS:
        name = project.write(f"t.{reader}", dump(rows))
        read = project.rows(project.call(reader, name), v=JSON)
        assert repr(read) == repr(rows)
