"""CSV: RFC 4180, and nothing a spreadsheet would run."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from exporting import spec, write

from synthdsl.dataset.vector import Coded, Constant
from synthdsl.export.encode import encode_batch
from synthdsl.export.problems import Unwritable
from synthdsl.types.relations import optional
from synthdsl.types.terms import BOOL, DATE, DURATION, FLOAT, INT, STR, TIMESTAMP, LiteralType, Type


def cells(vector: Any, type_: Type, n: int) -> list[str]:
    """The raw text of the second column of each line."""
    output = spec("out/x.csv", "rows", {"k": INT, "c": type_})
    data = encode_batch(output, {"k": np.zeros(n, dtype=np.int64), "c": vector}, n).parts[0].data.decode()
    assert data.endswith("\r\n")
    return [line[2:] for line in data[:-2].split("\r\n0,") for line in [line if line[:2] == "0," else "0," + line]]


INJECTIONS = [
    ("=1+1", "'=1+1"),
    ("=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"),
    ("+49 30 1234", "'+49 30 1234"),
    ("-5 degrees", "'-5 degrees"),
    ("@SUM(A1)", "'@SUM(A1)"),
    ("\t=1", "'\t=1"),
    ("\r=1", '"\'\r=1"'),
    ("\n=1", '"\'\n=1"'),
    ("＝1", "'＝1"),
    ('=HYPERLINK("http://x","y")', '"\'=HYPERLINK(""http://x"",""y"")"'),
    ("a=1", "a=1"),
    (" =1", " =1"),
    ("'=1", "'=1"),
]


@pytest.mark.parametrize(("text", "written"), INJECTIONS)
def test_formulas_are_defused(text: str, written: str) -> None:
    assert cells([text], STR, 1) == [written]
    assert cells(Constant(text), STR, 1) == [written]
    assert cells(Coded(np.array([0]), [text]), LiteralType((text,)), 1) == [written]


QUOTED = [
    ("plain", "plain"),
    ("a,b", '"a,b"'),
    ('say "hi"', '"say ""hi"""'),
    ("two\nlines", '"two\nlines"'),
    ("é世😀", "é世😀"),
    ("", '""'),
    (None, ""),
]


@pytest.mark.parametrize(("text", "written"), QUOTED)
def test_quotes_only_where_needed(text: str | None, written: str) -> None:
    assert cells([text], optional(STR), 1) == [written]


def test_numbers_dates_and_bools_stay() -> None:
    assert cells(np.array([-5, 3]), INT, 2) == ["-5", "3"]
    assert cells(np.array([-0.5, 1e6]), FLOAT, 2) == ["-0.5", "1000000.0"]
    assert cells([-1, None], optional(INT), 2) == ["-1", ""]
    assert cells(np.array([True, False]), BOOL, 2) == ["true", "false"]
    assert cells(np.array(["2025-01-31"], "datetime64[D]"), DATE, 1) == ["2025-01-31"]
    assert cells(np.array(["2025-01-31T12:00"], "datetime64[us]"), TIMESTAMP, 1) == ["2025-01-31T12:00:00"]
    assert cells(np.array([1_500_000], "timedelta64[us]"), DURATION, 1) == ["1.5"]


def test_the_text_null_is_not_null() -> None:
    assert cells(["null", None], optional(STR), 2) == ["null", ""]


def test_what_a_cell_cannot_hold_fails() -> None:
    with pytest.raises(Unwritable) as caught:
        cells(["a", "\ud800"], STR, 2)
    assert (caught.value.key, caught.value.row) == ("c", 1)
    with pytest.raises(Unwritable):
        cells(np.array([np.nan]), FLOAT, 1)


def test_a_file_reads_back(tmp_path: Path) -> None:
    texts = [f'row {i}, "quoted"\nand é' if i % 3 else "" for i in range(20)]
    output = spec("out/x.csv", "rows", {"id": INT, "text": STR})
    place, report = write(tmp_path, output, {"id": np.arange(20), "text": texts}, 20)
    raw = place.read_bytes()
    assert raw.startswith(b"id,text\r\n")
    found = list(csv.DictReader(io.StringIO(raw.decode(), newline="")))
    assert found == [{"id": str(i), "text": t} for i, t in enumerate(texts)]
    assert (report.rows, report.bytes) == (20, len(raw))


def test_one_column_has_no_blank_lines(tmp_path: Path) -> None:
    output = spec("out/x.csv", "rows", {"c": optional(STR)})
    place, _ = write(tmp_path, output, {"c": ["a", None, ""]}, 3)
    assert place.read_bytes() == b'c\r\na\r\n""\r\n""\r\n'


def test_no_rows_is_a_header(tmp_path: Path) -> None:
    place, _ = write(tmp_path, spec("out/x.csv", "alpaca", {"instruction": STR, "output": STR}), {}, 0)
    assert place.read_bytes() == b"instruction,output\r\n"


def test_null_inputs_of_alpaca_are_empty_text() -> None:
    output = spec("out/x.csv", "alpaca", {"instruction": STR, "input": optional(STR), "output": STR})
    batch = encode_batch(output, {"instruction": ["a"], "input": [None], "output": ["b"]}, 1)
    assert batch.parts[0].data == b'a,"",b\r\n'
