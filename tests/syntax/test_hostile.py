"""Texts made to hurt: bounded in time and depth, and never an exception."""

from __future__ import annotations

import time

import pytest

from synthdsl.base.span import Source
from synthdsl.syntax import MAX_SOURCE, parse
from synthdsl.syntax.formatting import format_source
from synthdsl.syntax.parsing import parse_tree
from synthdsl.syntax.tree import text as tree_text

pytestmark = pytest.mark.slow

HEAD = "synth 1\n"
N = 10_000
TEXTS = {
    "brackets": HEAD + "model m = " + "[" * N,
    "closed brackets": HEAD + "model m = " + "(" * N + ")" * N,
    "record types": HEAD + "type T = " + "{ a: " * N,
    "closing": HEAD + "}" * N,
    "not": HEAD + "model m = " + "not " * N + "x",
    "minus": HEAD + "model m = " + "-" * N + "x",
    "conditionals": HEAD + "model m = " + "a if b else " * N + "x",
    "implications": HEAD + "model m = " + "a implies " * N + "x",
    "sums": HEAD + "model m = " + "a + " * N + "x",
    "calls": HEAD + "model m = f" + "()" * N,
    "attributes": HEAD + "model m = f" + ".a" * N,
    "optional types": HEAD + "type T = int" + "?" * N,
    "bodies": HEAD + "dataset d of 3 {" + "iterate x = 3 times 3 {" * N,
    "quotes": HEAD + "model m = " + '"' * (N + 1),
    "single quotes": HEAD + "'" * (N + 1),
    "backslashes": HEAD + 'model m = "' + "\\" * (N + 1),
    "open block": HEAD + 'model m = """' + "a\n" * N,
    "escapes": HEAD + 'dataset d of 3 { template x = """' + " a\\n\n" * N + '"""}',
    "nul": HEAD + "\0" * N,
    "surrogates": HEAD + "\ud800" * N + ' model m = "\udfff"',
    "zero width": HEAD + "# a" + "\u200b" * N,
    "cut off datasets": HEAD + "dataset d of 3 {\n" * N,
    "typos": HEAD + "datset d of 3 {\n}\n" * N,
    "equal signs": HEAD + "= " * N,
    "names": HEAD + "a " * N,
    "broken vars": HEAD + "dataset d of 3 {\n" + "var x = = 3\n" * N + "}",
    "words": HEAD + "dataset d of 3 {\nvar x = " + "\n rule" * N + "}",
    "comments": HEAD + "##\n" * N,
    "slashes": HEAD + "// x\n" * N,
    "digits": HEAD + "param x: int = " + "9" * N,
    "long list": HEAD + "model m = [" + "1, " * N + "]",
    "long union": HEAD + "type T = " + '"a" | ' * N + '"b"',
    "line breaks": "\n" * N,
    "carriage returns": "\r" * N,
}


@pytest.mark.parametrize("name", TEXTS)
def test_bounded(name: str) -> None:
    text = TEXTS[name]
    began = time.process_time()
    _, diagnostics = parse(Source("x", text))
    assert time.process_time() - began < 3
    assert len(diagnostics) <= 300
    assert all(0 <= d.span.start <= d.span.end <= len(text) for d in diagnostics)
    tree, _ = parse_tree(Source("x", text))
    assert tree_text(tree) == text


@pytest.mark.parametrize(
    ("name", "code"),
    [("brackets", "E0110"), ("closed brackets", "E0110"), ("record types", "E0110"), ("not", "E0110"),
     ("minus", "E0110"), ("conditionals", "E0110"), ("sums", "E0110"), ("calls", "E0110"), ("attributes", "E0110"),
     ("optional types", "E0110"), ("bodies", "E0110"), ("quotes", "E0102"), ("open block", "E0102"),
     ("digits", "E0108"), ("nul", "E0118"), ("surrogates", "E0104"), ("carriage returns", "E0118")],
)  # fmt: skip
def test_refused_with_a_reason(name: str, code: str) -> None:
    assert code in {d.code for d in parse(Source("x", TEXTS[name]))[1]}


@pytest.mark.parametrize("name", ["escapes", "zero width", "long list", "long union", "comments"])
def test_large_but_right(name: str) -> None:
    assert not [d for d in parse(Source("x", TEXTS[name]))[1] if d.code != "E0105"]


def test_too_large() -> None:
    module, diagnostics = parse(Source("x", HEAD + "#" * MAX_SOURCE))
    assert [d.code for d in diagnostics] == ["E0111"]
    assert module.items == ()
    assert format_source(Source("x", HEAD + "#" * MAX_SOURCE))[1] == diagnostics


def test_the_deepest_that_is_allowed_is_read_and_formatted() -> None:
    nested = "f(" * 48 + "[x]" + ")" * 48
    chain = " + ".join(["a"] * 95)
    for value in (nested, chain, "not " * 95 + "a"):
        text = f"synth 1\n\ndataset d of 3 {{\n  var x = {value}\n}}\n"
        formatted, diagnostics = format_source(Source("x", text))
        assert diagnostics == []
        assert format_source(Source("x", formatted))[0] == formatted


def _time(lines: int) -> float:
    text = HEAD + "dataset d of 3 {\n" + "  var x = f(a, b=[1, 2]) + c.d[0] if y > 3 else z\n" * lines + "}\n"
    began = time.process_time()
    parse(Source("x", text))
    return time.process_time() - began


def test_time_is_linear_in_length() -> None:
    _time(200)
    assert min(_time(1_000) for _ in range(3)) < 4 * 4 * min(_time(250) for _ in range(3))
