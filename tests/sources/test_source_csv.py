"""csv and tsv: what is kept, what is typed, and where it says that a file is broken."""

from __future__ import annotations

import csv
import datetime
import io

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from synthdsl.sources import delimited
from synthdsl.types.terms import (
    BOOL,
    DATE,
    FLOAT,
    INT,
    STR,
    TIMESTAMP,
    Field,
    IntType,
    ListType,
    LiteralType,
    OptionalType,
    RecordType,
)
from tests.sources.project import Project


def test_text_is_kept_as_it_stands(project: Project) -> None:
    name = project.write("t.csv", "a,b,c,d\nNO,02134,12:30, x \n1e5,1_000,TRUE,\n")
    kept = {"a": "NO", "b": "02134", "c": "12:30", "d": " x "}
    assert project.rows(project.call("csv", name), a=STR, b=STR, c=STR, d=STR)[0] == kept
    assert project.rows(project.call("csv", name))[0] == kept


def test_declared_types_are_read(project: Project) -> None:
    name = project.write(
        "t.csv",
        "i,f,b,d,t,o,u,l,r\n"
        '007, 1.50 ,True,2024-02-29,2024-02-29T12:30:00+02:00,,low,"[1, 2]","{""x"": 1, ""y"": 2}"\n'
        '-5,.5e1,false,0001-01-01,2024-02-29 12:30,3,high,[],"{""x"": null}"\n',
    )
    rows = project.rows(
        project.call("csv", name),
        i=INT,
        f=FLOAT,
        b=BOOL,
        d=DATE,
        t=TIMESTAMP,
        o=OptionalType(INT),
        u=LiteralType(("low", "high")),
        l=ListType(INT),
        r=RecordType((Field("x", OptionalType(INT)),)),
    )
    assert rows == [
        {
            "i": 7,
            "f": 1.5,
            "b": True,
            "d": datetime.date(2024, 2, 29),
            "t": datetime.datetime(2024, 2, 29, 10, 30),
            "o": None,
            "u": "low",
            "l": [1, 2],
            "r": {"x": 1},
        },
        {
            "i": -5,
            "f": 5.0,
            "b": False,
            "d": datetime.date(1, 1, 1),
            "t": datetime.datetime(2024, 2, 29, 12, 30),
            "o": 3,
            "u": "high",
            "l": [],
            "r": {"x": None},
        },
    ]


def test_inference_is_careful(project: Project) -> None:
    name = project.write(
        "t.csv",
        "n,zip,yes,price,gap,day,flag,code,empty,big\n"
        "1,02134,yes,1.5,,2024-01-31,true,1e5,,1\n"
        "-2,10115,NO,2,4,2024-02-29,false,2e5,,99999999999999999999\n",
    )
    types = project.types(project.call("csv", name))
    assert types == {
        "n": INT,
        "zip": STR,
        "yes": STR,
        "price": FLOAT,
        "gap": OptionalType(INT),
        "day": DATE,
        "flag": BOOL,
        "code": STR,
        "empty": STR,
        "big": STR,
    }


@pytest.mark.parametrize("suffix", ["", ".gz", ".zst"])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_byte_order_mark_line_ends_and_compression(project: Project, suffix: str, ending: str) -> None:
    text = "\ufeffname,age\nAda,36\n\n\nKurt,71".replace("\n", ending)
    rows = project.rows(project.call("csv", project.write(f"t.csv{suffix}", text)), name=STR, age=INT)
    assert rows == [{"name": "Ada", "age": 36}, {"name": "Kurt", "age": 71}]


@pytest.mark.parametrize("encoding", ["latin-1", "cp1252", "utf-16", "utf-16-le", "utf-32", "utf-8"])
def test_encodings(project: Project, encoding: str) -> None:
    name = project.write("t.csv", "name;age\nZoë;7\n".encode(encoding))
    call = project.call("csv", name, delimiter=";", encoding=encoding)
    assert project.rows(call, name=STR, age=INT) == [{"name": "Zoë", "age": 7}]
    assert project.types(call) == {"name": STR, "age": INT}


def test_columns_are_chosen_and_may_come_without_a_header(project: Project) -> None:
    name = project.write("t.csv", ",a,b,a\n0,1,2,3\n")
    assert project.rows(project.call("csv", name), b=INT) == [{"b": 2}]
    assert project.refused_alike(project.call("csv", name), a=INT).message == (
        "t.csv:1: the header holds 'a' more than once."
    )
    bare = project.call("csv", project.write("u.csv", "1,x\n2,y\n"), header=False)
    assert project.rows(bare, n=INT, s=STR) == [{"n": 1, "s": "x"}, {"n": 2, "s": "y"}]
    assert project.types(bare) == {"column_1": INT, "column_2": STR}
    assert "2 fields a row, 1 columns" in project.refused_alike(bare, n=INT).message
    unnamed = project.call("csv", project.write("v.csv", ",a\n0,1\n"))
    assert project.types(unnamed) == {"a": INT}


def test_tsv(project: Project) -> None:
    name = project.write("t.tsv", 'a\tb\n"x\ty"\t1\n')
    assert project.rows(project.call("tsv", name), a=STR, b=INT) == [{"a": "x\ty", "b": 1}]
    plain = project.write("u.tsv", 'a\tb\n5" pipe\t"\n')
    assert project.rows(project.call("tsv", plain, quotes=False), a=STR, b=STR) == [{"a": '5" pipe', "b": '"'}]


@pytest.mark.parametrize(
    ("text", "code", "message"),
    [
        ("a,b\n1,2\n3\n", "E0604", "t.csv:3: 1 field, where the header has 2."),
        ('a,b\n"x\ny",2\n\n3,4,5\n', "E0604", "t.csv:5: 3 fields, where the header has 2."),
        ('a,b\n1,2\n3,"x\n5,6\n', "E0604", "t.csv:3: the quote that opens here is never closed."),
        ('a,b\n"x\ny",2\n"x"z,6\n', "E0604", "t.csv:4: a closing quote is followed by more text."),
        (b"a,b\n1,2\n3,\x00\n", "E0604", "t.csv:3: there is a NUL byte, so this is no text in this encoding."),
        (b"a,b\n1,2\nZo\xeb,4\n", "E0603", "t.csv:3: byte 10 (0xeb) is no utf-8."),
        ("", "E0607", "'t.csv' is empty."),
        ("\n\n", "E0607", "'t.csv' is empty."),
        ("a,b\n", "E0607", "'t.csv' has no rows."),
        ("a,c\n1,2\n", "E0605", "'t.csv' has no column 'b'."),
        ('a,b\n"1\n",2\n1,2\nx,3\n', "E0606", "t.csv:5: column 'a': \"x\" is no int."),
        ("a,b\n,3\n", "E0606", "t.csv:2: column 'a': \"\" is no int."),
        ("a,b\n1.0,3\n", "E0606", "t.csv:2: column 'a': \"1.0\" is no int."),
        ("a,b\n9223372036854775808,3\n", "E0606", "t.csv:2: column 'a': 9223372036854775808 is above"),
        ("a,b\n1,0\n", "E0606", "t.csv:2: column 'b': 0 is below 1."),
    ],
)
def test_what_is_wrong_is_said_with_its_line(project: Project, text: str | bytes, code: str, message: str) -> None:
    found = project.refused_alike(project.call("csv", project.write("t.csv", text)), a=INT, b=IntType(1, None))
    assert found.code == code
    assert found.message.startswith(message)


def test_late_mistakes_have_their_line_too(project: Project) -> None:
    lines = [f"{i},x{i}" for i in range(30_000)]
    for wrong, message in [
        ("oops,x", "t.csv:30002: column 'a': \"oops\" is no int."),
        ("1,2,3", "t.csv:30002: 3 fields, where the header has 2."),
        ('1,"x', "t.csv:30002: the quote that opens here is never closed."),
        ('"1"2,x', "t.csv:30002: a closing quote is followed by more text."),
    ]:
        name = project.write("t.csv", "\n".join(["a,b", *lines, wrong, "1,2", ""]))
        assert project.describe(project.call("csv", name), a=INT, b=STR)[1] == []
        found = project.refusal(project.call("csv", name), a=INT, b=STR)
        assert found.message == message


def test_inferred_types_that_fail_later_say_so(project: Project) -> None:
    name = project.write("t.csv", "a\n" + "1\n" * 5_000 + "n/a\n")
    found = project.refusal(project.call("csv", name))
    assert found.message == "t.csv:5002: column 'a': \"n/a\" is no int."
    assert "inferred" in found.notes[0]


def test_hints(project: Project) -> None:
    name = project.write("t.csv", "name;age\nAda;36\n")
    found = project.refused_alike(project.call("csv", name), name=STR)
    assert 'It may be separated by ";": delimiter=";".' in found.notes
    name = project.write("u.csv", "name,agee\nAda,36\n")
    assert "Did you mean 'agee'?" in project.refused_alike(project.call("csv", name), age=INT).notes
    name = project.write("v.csv", "name,age\nAda,\n")
    assert any("age: int?" in note for note in project.refused_alike(project.call("csv", name), age=INT).notes)


def test_a_field_of_many_megabytes_is_refused(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delimited, "FIELD_LIMIT", 1 << 20)
    limit = csv.field_size_limit(1 << 20)
    try:
        for quote in ("", '"'):
            name = project.write("t.csv", f"a,b\n1,2\n3,{quote}{'x' * (2 << 20)}{quote}\n")
            found = project.refusal(project.call("csv", name), a=INT, b=STR)
            assert found.message == "t.csv:3: a field has more than 1 million characters."
    finally:
        csv.field_size_limit(limit)


def test_bad_arguments(project: Project) -> None:
    name = project.write("t.csv", "a\n1\n")
    for arguments in ({"delimiter": ""}, {"delimiter": '"'}, {"encoding": "klingon"}, {"encoding": "base64"}):
        assert project.refused_alike(project.call("csv", name, **arguments), a=INT).code == "E0309"


CELL = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=6) | st.sampled_from(
    ['"', "\n", ",", ""]
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(
    st.lists(st.lists(CELL, min_size=2, max_size=2), min_size=1, max_size=8),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    st.integers(4, 60),
)
def test_what_the_csv_module_writes_is_read_back(
    project: Project, rows: list[list[str]], ending: str, quoting: int, size: int
) -> None:
    # The module does not quote a carriage return unless it is part of its line end.
    assume(quoting == csv.QUOTE_ALL or not any("\r" in cell for row in rows for cell in row))
    out = io.StringIO()
    writer = csv.writer(out, lineterminator=ending, quoting=quoting)  # type: ignore[arg-type]
    writer.writerows([["a", "b"], *rows])
    name = project.write("t.csv", out.getvalue())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(delimited, "_BLOCK_CHARS", size)
        read = project.rows(project.call("csv", name), a=STR, b=STR)
    assert read == [{"a": a, "b": b} for a, b in rows]
