"""What is said of broken texts: the code, the exact place, and that the rest is still read."""

from __future__ import annotations

import pytest

from synthdsl.base.diagnostic import Diagnostic
from synthdsl.base.span import Source
from synthdsl.syntax import ast, parse
from tests.syntax.samples import read

BODY = "dataset d of 3 {{\n  {}\n  var last = 2\n}}\n"

IN_A_BODY = [
    ("var x = 1 2", "E0101", "2"),
    ("var x = (1, 2)", "E0101", ","),
    ("vra x = 1", "E0116", "vra"),
    ("let x = 1", "E0116", "let"),
    ("x = 1", "E0116", "x"),
    ("blah blah", "E0116", "blah"),
    ("var x == 1", "E0101", "=="),
    ("rule r: a = 3", "E0101", "="),
    ("var x := 1", "E0101", ":="),
    ("var x = a && b", "E0101", "&&"),
    ("var x = a || b", "E0101", "||"),
    ("var x = !a", "E0101", "!"),
    ("var x = 'hello'", "E0104", "'hello'"),
    ("var x = “hello”", "E0104", "“hello”"),
    ("var x = 1;", "E0104", ";"),
    ("var x = $a", "E0104", "$"),
    ("// a comment", "E0101", "//"),
    ("/* a comment */", "E0101", "/*"),
    ("var x = a // b", "E0101", "//"),
    ("var x = a % b", "E0101", "%"),
    ("var x = 10%3", "E0101", "%"),
    ("var x = 2 ** 3", "E0101", "**"),
    ("var x = None", "E0101", "None"),
    ("var x = True", "E0101", "True"),
    ("var x = a is null", "E0101", "is"),
    ("var x = a AND b", "E0101", "AND"),
    ("var x = a === b", "E0101", "==="),
    ("var x = a <> b", "E0101", "<>"),
    ("rule r: a => 3", "E0101", "=>"),
    ("var x = a ? 1 : 2", "E0101", "?"),
    ("var x = a ?? b", "E0101", "?"),
    ("x += 1", "E0101", "x"),
    ("var x = if a then b else c", "E0101", "if"),
    ("var x = a if b", "E0101", "var"),
    ("var x = a if b elif c", "E0101", "elif"),
    ("var x = choice([1, 2", "E0103", "["),
    ("var x = choice([1, 2)", "E0103", "["),
    ("var x = f(1", "E0103", "("),
    ("var x = 1)", "E0117", ")"),
    ("var x = f(a b)", "E0101", "b"),
    ("var x = [1, 2,, 3]", "E0101", ","),
    ("var x = match y { 1 => 2 _ => 3 }", "E0101", "_"),
    ("var x = match y { 1: 2 }", "E0101", ":"),
    ("var x =", "E0101", "var"),
    ("var x = 1 +", "E0101", "var"),
    ("var x: = 3", "E0101", "="),
    ("var x 3", "E0101", "3"),
    ("rule adult age >= 18", "E0101", "age"),
    ("rule r: a > 3 else", "E0101", "var"),
    ("rule r: a > 3 else retry", "E0101", "var"),
    ("var if = 3", "E0115", "if"),
    ("var x = { in: 3 }", "E0115", "in"),
    ("var x = y.match", "E0115", "match"),
    ('var x = { a: 1, "b": 2 }', "E0114", '{ a: 1, "b": 2 }'),
    ('var x = "abc', "E0102", '"'),
    ('var x = f("abc)', "E0102", '"'),
    ('var x = r"abc', "E0102", 'r"'),
    (r'var x = "a\d"', "E0107", r"\d"),
    ("var x = .5", "E0108", ".5"),
    ("var x = 007", "E0108", "007"),
    ("var x = 1__0", "E0108", "1__0"),
    ("var x = 0x1F", "E0108", "0x1F"),
    ("var x = 5km", "E0108", "5km"),
    ("var x = 1e999", "E0108", "1e999"),
    ("var x = 2025-02-30", "E0109", "2025-02-30"),
    ("var x = 2025-1-5", "E0109", "2025-1-5"),
    ("var x = 2025-01-05T10:00", "E0109", "2025-01-05T10:00"),
    ("var x = D |> sample(3)", "E0101", "|>"),
    ('var x = f"{a}"', "E0101", "f"),
    ("var\u200bx = 1", "E0118", "\u200b"),
    ("var\u00a0x = 1", "E0118", "\u00a0"),
    ("# a comment \u202e", "E0118", "\u202e"),
    ("llm x = m { temperature: 0 }", "E0101", ":"),
    ("chat t 2..3 {}", "E0101", "2"),
    ("iterate t = a 4 { next t }", "E0101", "4"),
    ('var x = "a"("b")', "E0101", '"a"'),
    ("var x = " + "[" * 51 + "]" * 51, "E0110", "["),
    ("var x = " + "f(" * 60 + "1" + ")" * 60 + " + 1", "E0110", "("),
    ("var x = " + " + ".join("a" * 150), "E0110", " + ".join("a" * 150)),
]

AT_THE_TOP = [
    ("datset d of 3 {}", "E0116", "datset"),
    ("var x = 1", "E0101", "var"),
    ("param rows = 5", "E0101", "="),
    ("param rows int = 5", "E0101", "int"),
    ('model m openai("x")', "E0101", "openai"),
    ("type T = { a = int }", "E0101", "="),
    ("type T = { a int }", "E0101", "int"),
    ("dataset d 3 {}", "E0101", "3"),
    ("dataset d {}", "E0101", "{"),
    ("dataset d of 3\n  var x = 1\n}", "E0101", "var"),
    ("dataset d of 3 {\n  var x = 1\n", "E0103", "{"),
    ("dataset d of 3 {}\n}", "E0117", "}"),
    ('output "x" tickets', "E0101", "tickets"),
    ('output "x" from d as chat { user: a }', "E0101", ":"),
    ("expect d { a = 1 }", "E0101", "="),
    ("moved a.b => c.d", "E0101", "=>"),
    ("recipe f(a: str) : str { give a }", "E0101", ":"),
    ("recipe f(a str) -> str { give a }", "E0101", "str"),
    ('test "x" {\n  givn d {}\n}', "E0116", "givn"),
    ('import "./x.synth" as', "E0101", "model"),
    ("import std.judge (a,", "E0103", "("),
    ("synth 1", "E0101", "synth"),
]


def _one(text: str) -> tuple[ast.Module, Diagnostic]:
    module, diagnostics = read(text)
    assert [d.code for d in diagnostics] == [diagnostics[0].code], diagnostics
    return module, diagnostics[0]


@pytest.mark.parametrize(("text", "code", "place"), IN_A_BODY, ids=[text[:30] for text, _, _ in IN_A_BODY])
def test_mistake_in_a_body(text: str, code: str, place: str) -> None:
    whole = "model m = f()\n" + BODY.format(text) + 'output "x" from d\n'
    module, found = _one(whole)
    whole = "synth 1\n" + whole
    assert (found.code, whole[found.span.start : found.span.end]) == (code, place)
    assert [type(item).__name__ for item in module.items] == ["ModelDecl", "DatasetDecl", "Output"]
    body = module.items[1].body  # type: ignore[union-attr]
    assert body[-1].name.text == "last"


@pytest.mark.parametrize(("text", "code", "place"), AT_THE_TOP, ids=[text[:30] for text, _, _ in AT_THE_TOP])
def test_mistake_at_the_top(text: str, code: str, place: str) -> None:
    whole = f"{text}\nmodel m = f()\n"
    module, found = _one(whole)
    whole = "synth 1\n" + whole
    assert (found.code, whole[found.span.start : found.span.end]) == (code, place)
    assert type(module.items[-1]) is ast.ModelDecl


@pytest.mark.parametrize(("text", "code", "place"), IN_A_BODY + AT_THE_TOP)
def test_messages_are_one_sentence_in_the_words_of_the_language(text: str, code: str, place: str) -> None:
    _, diagnostics = read(BODY.format(text) if (text, code, place) in IN_A_BODY else text + "\nmodel m = f()")
    for found in diagnostics:
        assert found.message.endswith(".")
        assert found.message[0].isupper() or found.message[0] == "`"
        for terminal in ("LBRACE", "RPAR", "STRING", "NAME", "ASSIGN", "$END", "_star", " you"):
            assert terminal not in found.message


@pytest.mark.parametrize(
    ("text", "code"),
    [("model m = f()", "E0105"), ("", "E0105"), ("# only a comment", "E0105"), ("synth 2\nmodel m = f()", "E0106"),
     ("synth one\nmodel m = f()", "E0101"), ("synth 1\nmodel m =", "E0113"), ("synth 1\noutput", "E0113")],
)  # fmt: skip
def test_beginning_and_end(text: str, code: str) -> None:
    _, diagnostics = parse(Source("x", text))
    assert [d.code for d in diagnostics] == [code]


def test_several_mistakes_in_one_run() -> None:
    module, diagnostics = read("""
model m = = f()
dataset d of 3 {
  vra a = 1
  var b = [1, 2
  var c = 'x'
  rule r: b = 3
  var e = 1
}
type T = { a: int, b str }
dataset f of 2 {
  var x = 1

output "x" from d
""")
    expected = ["E0101", "E0116", "E0103", "E0104", "E0101", "E0101", "E0103"]
    assert [d.code for d in diagnostics] == expected
    assert [type(item).__name__ for item in module.items] == [
        "ModelDecl", "DatasetDecl", "TypeDecl", "DatasetDecl", "Output",
    ]  # fmt: skip
    assert [s.name.text for s in module.items[1].body] == ["a", "b", "c", "r", "e"]  # type: ignore[union-attr]


def test_a_value_that_cannot_be_read_is_missing_and_its_column_stays() -> None:
    module, _ = read("dataset d of 3 {\n  var x = 1 2\n  var y: int = * 3\n}")
    x, y = module.items[0].body  # type: ignore[union-attr]
    assert isinstance(x.value, ast.Missing)
    assert (y.name.text, y.type.name.text) == ("y", "int")


def test_an_unclosed_body_is_found_by_its_indentation() -> None:
    text = "dataset d of 3 {\n  iterate t = s times 3 {\n    next t\n  var y = 1\n}\noutput 'x' from d".replace(
        "'", '"'
    )
    _, found = _one(text)
    whole = "synth 1\n" + text
    assert whole[: found.span.start].endswith("times 3 ")
    assert whole[found.labels[0].span.start : found.labels[0].span.end] == "output"


def test_an_unclosed_block_ends_with_its_declaration() -> None:
    text = '''dataset d of 3 {
  llm x: str = m """
    Never closed, with a word like dataset in it.
}
dataset e of 3 {
  llm y: str = m """Closed"""
}
output "a" from e as chat {
  user = """x"""
}
'''
    module, found = _one(text)
    assert found.code == "E0102"
    assert Source("x", "synth 1\n" + text).position(found.span.start) == (3, 18)
    assert [type(item).__name__ for item in module.items] == ["DatasetDecl", "DatasetDecl", "Output"]


def test_fixes_mend() -> None:
    for text in ("var x := 1", "var x = a && b", "var x == 1", "vra x = 1", "x = 1", "var x = 'a'", "var x = .5",
                 "var x = f(a b)", "rule r a > 1", "var x = None", "var x = 2025-1-5"):  # fmt: skip
        whole = "synth 1\n" + BODY.format(text)
        _, (found, *_) = parse(Source("x", whole))
        (edit,) = found.fixes[0].edits
        mended = whole[: edit.span.start] + edit.text + whole[edit.span.end :]
        assert parse(Source("x", mended))[1] == [], mended


def test_missing_edition_is_mended_by_its_fix() -> None:
    _, (found,) = parse(Source("x", "model m = f()"))
    assert found.fixes[0].edits[0].text + "model m = f()" == "synth 1\n\nmodel m = f()"
    assert found.fixes[0].safe


@pytest.mark.parametrize(("word", "meant"), [("datset", "dataset"), ("vra", "var"), ("itterate", "iterate")])
def test_did_you_mean(word: str, meant: str) -> None:
    text = f"{word} d of 3 {{}}" if meant == "dataset" else BODY.format(f"{word} x = 1 times 2 {{}}")
    _, diagnostics = read(text)
    assert diagnostics[0].notes == (f"Did you mean `{meant}`?",)
