"""Expressions: every form, and how tightly each binds."""

from __future__ import annotations

import datetime

import pytest

from tests.syntax.samples import expression, shown, statement

CASES = {
    "1_000": 1000,
    "0.5": 0.5,
    "2.5e-3": 0.0025,
    "1e5": 1e5,
    "60%": 0.6,
    "0.7%": 0.007,
    "2025-01-31": datetime.date(2025, 1, 31),
    "2025-01-31 .. 2025-02-01": (datetime.date(2025, 1, 31), "..", datetime.date(2025, 2, 1)),
    "10-3-2": ((10, "-", 3), "-", 2),
    "true": True,
    "null": None,
    "a": "$a",
    "größe": "$größe",
    "-a": ("-", "$a"),
    "--1": ("-", ("-", 1)),
    "-a.b": ("-", ("$a", ".", "b")),
    "not not a": ("not", ("not", "$a")),
    "a + b * c": ("$a", "+", ("$b", "*", "$c")),
    "a - b - c": (("$a", "-", "$b"), "-", "$c"),
    "a / -b": ("$a", "/", ("-", "$b")),
    "(a + b) * c": (("$a", "+", "$b"), "*", "$c"),
    "a + 1 .. b - 1": (("$a", "+", 1), "..", ("$b", "-", 1)),
    "1..5": (1, "..", 5),
    "a < b": ("$a", "<", "$b"),
    "0 <= x < 1": (0, "<=", "$x", "<", 1),
    "a in b": ("$a", "in", "$b"),
    "a not in b": ("$a", "not in", "$b"),
    "a in 1..5": ("$a", "in", (1, "..", 5)),
    "not a == b": ("not", ("$a", "==", "$b")),
    "(a < b) < c": (("$a", "<", "$b"), "<", "$c"),
    "not a in b": ("not", ("$a", "in", "$b")),
    "a and b or c and d": (("$a", "and", "$b"), "or", ("$c", "and", "$d")),
    "not a and b": (("not", "$a"), "and", "$b"),
    "a or b implies c": (("$a", "or", "$b"), "implies", "$c"),
    "a implies b implies c": ("$a", "implies", ("$b", "implies", "$c")),
    "a if b else c": ("if", "$b", "$a", "$c"),
    "a if b else c if d else e": ("if", "$b", "$a", ("if", "$d", "$c", "$e")),
    "a implies b if c else d": ("if", "$c", ("$a", "implies", "$b"), "$d"),
    "f()": ("$f", "()"),
    "f(a, b=c,)": ("$f", "()", "$a", ("b=", "$c")),
    "f(a).g(b)": ((("$f", "()", "$a"), ".", "g"), "()", "$b"),
    "a[0]": ("$a", "[]", 0),
    "a[1:2]": ("$a", "[:]", 1, 2),
    "a[:-1]": ("$a", "[:]", None, ("-", 1)),
    "a[1:]": ("$a", "[:]", 1, None),
    "a[:]": ("$a", "[:]", None, None),
    "a[-1].content": (("$a", "[]", ("-", 1)), ".", "content"),
    "a.b.c": (("$a", ".", "b"), ".", "c"),
    "[]": [],
    "[a, 1,]": ["$a", 1],
    "[f(x) for x in xs if c]": ("for", ("$f", "()", "$x"), "x", "$xs", "$c", False),
    "[x for x in a if b if c else d]": None,
    "all(x > 1 for x in xs)": ("$all", "()", ("for", ("$x", ">", 1), "x", "$xs", None, True)),
    "{}": {},
    "{ name: x, age: 3, }": {"name": "$x", "age": 3},
    "{ ...r, a: 1 }": {"...": "$r", "a": 1},
    '{"router": 5, "sim": 2,}': {"router": 5, "sim": 2},
    "{1: 2, -1: 3, true: 4}": {1: 4, -1: 3},
    'match x { "a" | "b" => 1, _ => 2 }': ("match", "$x", (("a", "b"), 1), ((), 2)),
    "match { a > 1 => 1, _ => 2, }": ("match", None, ((("$a", ">", 1),), 1), ((), 2)),
    "match { a => 1 }": ("match", None, (("$a",), 1)),
    "match x.y { 1 => {} }": ("match", ("$x", ".", "y"), ((1,), {})),
    't"{{ a }}"': "t:{{ a }}",
}


@pytest.mark.parametrize("text", [text for text, expected in CASES.items() if expected is not None or text == "null"])
def test_expression(text: str) -> None:
    assert shown(expression(text)) == CASES[text]


def test_a_condition_of_a_comprehension_is_no_conditional() -> None:
    from tests.syntax.samples import read

    _, diagnostics = read("dataset d of 3 {\n  var x = [x for x in a if b if c else d]\n}")
    assert [d.code for d in diagnostics] == ["E0101"]


def test_a_pipeline_is_a_value_of_a_setting() -> None:
    llm = statement("llm x: str = m {\n  examples = D |> sample(3)\n}")
    assert shown(llm.settings[0].value) == ("$D", "|>", ("$sample", "()", 3))


def test_spans_cover_what_was_written() -> None:
    text = "synth 1\ndataset d of 3 {\nvar x = (a + f(b, c=[1])[0]) if not d else 1\n}"
    node = expression("(a + f(b, c=[1])[0]) if not d else 1")
    assert text[node.span.start : node.span.end] == "(a + f(b, c=[1])[0]) if not d else 1"
    assert text[node.then.span.start : node.then.span.end] == "a + f(b, c=[1])[0]"
    call = node.then.right.base
    assert text[call.span.start : call.span.end] == "f(b, c=[1])"
    assert text[call.arguments[1].span.start : call.arguments[1].span.end] == "c=[1]"
    assert text[node.test.span.start : node.test.span.end] == "not d"
