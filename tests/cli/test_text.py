"""Text for terminals: nothing that is shown can move the cursor or change colours."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synthdsl.cli.markdown import rendered
from synthdsl.cli.rowview import view
from synthdsl.cli.style import PLAIN, Style, style_of, write
from synthdsl.cli.text import count, cut, escape, pad, size, width, wrap


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain", "plain"),
        ("a\x1b[2Jb", "a\\x1b[2Jb"),
        ("a\nb\tc\r", "a\\nb\\tc\\r"),
        ("\u202egnp.exe", "\\u202egnp.exe"),
        ("\x9b31m", "\\x9b31m"),
        ("\ufeffx\u200b", "\\ufeffx\\u200b"),
        ("\ud800", "\\ud800"),
        ("\U000e0041", "\\U000e0041"),
        ("日本 e\u0301 \u00a0", "日本 e\u0301 \u00a0"),
        ("👩\u200d👧", "👩\u200d👧"),
    ],
)
def test_escape(text: str, shown: str) -> None:
    assert escape(text) == shown


@given(st.text())
def test_what_is_escaped_is_harmless(text: str) -> None:
    shown = escape(text)
    assert not any(ord(c) < 32 or 0x7F <= ord(c) < 0xA0 for c in shown)
    assert not set(shown) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c")
    assert escape(shown) == shown
    assert escape(text, keep="\n").count("\n") == text.count("\n")


@pytest.mark.parametrize(("text", "columns"), [("abc", 3), ("日本", 4), ("e\u0301", 1), ("ｱ", 1), ("Ａ", 2), ("", 0)])
def test_width(text: str, columns: int) -> None:
    assert width(text) == columns


@given(st.text(), st.integers(1, 30))
def test_cut_fits(text: str, columns: int) -> None:
    shown = cut(escape(text), columns)
    assert width(shown) <= columns
    assert shown == escape(text) or shown.endswith("…")


@given(st.text(st.characters(categories=["L", "N", "P"])) | st.lists(st.text("abc", min_size=1)).map(" ".join))
def test_wrap_loses_nothing(text: str) -> None:
    lines = wrap(text, 10)
    assert " ".join(lines).split() == text.split()
    assert all(width(line) <= 10 or " " not in line for line in lines)


def test_small_words() -> None:
    assert (count(1, "row"), count(0, "row"), count(1_200, "child", "children")) == (
        "1 row",
        "0 rows",
        "1,200 children",
    )
    assert [size(n) for n in (0, 999, 1_000, 12_345, 999_600, 3_400_000)] == [
        "0 B", "999 B", "1.0 kB", "12 kB", "1.0 MB", "3.4 MB"
    ]  # fmt: skip
    assert pad("日", 4) == "日  " and pad("7", 3, right=True) == "  7"


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("stream", "environment", "coloured"),
    [
        (Terminal(), {}, True),
        (Terminal(), {"NO_COLOR": "1"}, False),
        (Terminal(), {"NO_COLOR": ""}, True),
        (Terminal(), {"TERM": "dumb"}, False),
        (io.StringIO(), {}, False),
        (io.StringIO(), {"FORCE_COLOR": "1"}, True),
        (io.StringIO(), {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
    ],
)
def test_colours_only_where_they_are_wanted(stream: io.StringIO, environment: dict[str, str], coloured: bool) -> None:
    assert style_of(stream, environment).coloured is coloured


def test_the_width_of_a_terminal() -> None:
    assert style_of(Terminal(), {"COLUMNS": "132"}).columns == 132
    assert style_of(io.StringIO(), {"COLUMNS": "132"}).columns == 0


def test_a_stream_that_cannot_say_it_all_gets_escapes() -> None:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding="ascii")
    write("Größe → 日本", stream)
    stream.flush()
    assert raw.getvalue() == b"Gr\\xf6\\xdfe \\u2192 \\u65e5\\u672c\n"


def test_markdown() -> None:
    text = "# Title\n\nSome `code` and\n**words**.\n\n- one\n  more\n- two\n\n```file a.csv\nx,y\n```\n"
    plain = "Title\n\nSome `code` and **words**.\n\n- one more\n- two\n\n    a.csv:\n    x,y"
    assert rendered(text, PLAIN) == plain
    assert "\x1b[36mcode\x1b[0m" in rendered(text, Style(coloured=True, columns=80))
    assert "\x1b" not in rendered("```\n\x1b[31m\n```", PLAIN)


def test_small_rows_make_a_table() -> None:
    rows = [{"name": "Ann", "age": 7}, {"name": "Bo\x1b", "age": 41}]
    assert view("people", rows, PLAIN).splitlines() == [
        "people  2 rows",
        "  name    age",
        "  Ann       7",
        "  Bo\\x1b   41",
    ]


def test_large_rows_make_blocks() -> None:
    rows = [{"text": "word " * 60, "none": None, "list": [1, "a"], "lines": "\n".join("abc" * 9)}]
    shown = view("d", rows, Style(columns=60)).splitlines()
    assert shown[2] == "  row 1"
    assert all(width(line) <= 60 for line in shown)
    assert any(line.startswith("  none   null") for line in shown)
    assert '  list   [1, "a"]' in shown
    assert shown[-1].strip() == "… 16 more lines"


def test_no_rows() -> None:
    assert view("d", [], PLAIN) == "d  0 rows"
