"""The one layout, by example."""

from __future__ import annotations

import pytest

from synthdsl.base.span import Source
from synthdsl.syntax.formatting import format_source
from tests.syntax.samples import EVERYTHING


def formatted(text: str) -> str:
    out, diagnostics = format_source(Source("x", text))
    assert diagnostics == []
    assert format_source(Source("x", out))[0] == out
    return out


def test_canonical_text_stays() -> None:
    assert formatted(EVERYTHING) == EVERYTHING.replace("\nparam rows", "\nparam rows")


CASES = {
    "runs of spaces": ("model   a  =  f( 1,2 )", "model a = f(1, 2)"),
    "trailing commas go": ("model a = f(1, [2,],)", "model a = f(1, [2])"),
    "records and maps": ('model a = f({a:1,...b}, {"c":2})', 'model a = f({ a: 1, ...b }, {"c": 2})'),
    "operators": ("model a = -b*(c+d)-e if not f else g", "model a = -b * (c + d) - e if not f else g"),
    "ranges": ("model a = f(1 .. 5, 2025-01-01..2025-01-02)", "model a = f(1..5, 2025-01-01 .. 2025-01-02)"),
    "slices": ("model a = b[ 1 : ] [ : - 1 ] [0]", "model a = b[1:][:-1][0]"),
    "records are a field a line": ("type T = {a:int,b:str?}", "type T = {\n  a: int\n  b: str?\n}"),
    "inner records on one line": ("source s:{a:int b:str}=f()", "source s: { a: int, b: str } = f()"),
    "unions": ('type T=|"a"|"b"', 'type T = "a" | "b"'),
    "empty bodies": ("dataset d of 3 {\n\n}", "dataset d of 3 {}"),
    "statements": (
        "dataset d of 3 { var a = 1 rule r: a>0 else drop }",
        "dataset d of 3 {\n  var a = 1\n  rule r: a > 0 else drop\n}",
    ),
    "blank lines": (
        "dataset d of 3 {\n\n\n  var a = 1\n\n\n\n  var b = 2\n  var c = 3\n\n}",
        "dataset d of 3 {\n  var a = 1\n\n  var b = 2\n  var c = 3\n}",
    ),
    "match": (
        'dataset d of 3 { var a = match b {"x"|"y"=>1,_=>2} }',
        'dataset d of 3 {\n  var a = match b {\n    "x" | "y" => 1,\n    _ => 2,\n  }\n}',
    ),
    "long calls": (
        f"model a = f({'b' * 40}, {'c' * 40}, d={'d' * 20})",
        f"model a = f(\n  {'b' * 40},\n  {'c' * 40},\n  d={'d' * 20},\n)",
    ),
    "a sole list is hugged": (
        f'model a = choice(["{"b" * 50}", "{"c" * 50}"])',
        f'model a = choice([\n  "{"b" * 50}",\n  "{"c" * 50}",\n])',
    ),
    "long pipelines": (
        f"dataset a = b |> f({'c' * 40}) |> g({'d' * 50})",
        f"dataset a = b\n  |> f({'c' * 40})\n  |> g({'d' * 50})",
    ),
    "long conditions": (
        f"dataset d of 3 {{ rule r: {'a' * 50} and {'b' * 50} else drop }}",
        f"dataset d of 3 {{\n  rule r: {'a' * 50}\n    and {'b' * 50} else drop\n}}",
    ),
    "long unions": (
        "type T = " + "|".join(f'"{c * 30}"' for c in "abcd"),
        "type T =\n" + "\n".join(f'  | "{c * 30}"' for c in "abcd"),
    ),
    "long headers": (
        f"dataset d of {'n' * 30} accepted within {'m' * 30} grow from seeds batch 200 {{}}",
        f"dataset d of {'n' * 30}\n    accepted within {'m' * 30}\n    grow from seeds batch 200 {{}}",
    ),
    "blocks are indented anew": (
        'dataset d of 3 {\nllm a: str = m """\n  one\n     two\n\n  three"""\n}',
        'dataset d of 3 {\n  llm a: str = m """\n    one\n       two\n\n    three\n    """\n}',
    ),
    "one line blocks stay": ('template a = """x {{ y }}"""', 'template a = """x {{ y }}"""'),
    "a margin that is content stays": ('template a = """  x\n  """', 'template a = """  x\n  """'),
    "a block with text behind its quotes": ('template a = """x\n      y\n"""', 'template a = """\n  x\n  y\n  """'),
    "settings and messages": (
        'dataset d of 3 { llm a = m {system "x", user "y" n=2,} }',
        'dataset d of 3 {\n  llm a = m {\n    system "x"\n    user "y"\n    n = 2\n  }\n}',
    ),
    "given": ("test 't' { given d {a=1 b=2} }".replace("'", '"'), 'test "t" {\n  given d { a = 1, b = 2 }\n}'),
    "outputs are a key a line": ('output "x" from d as chat {user=a}', 'output "x" from d as chat {\n  user = a\n}'),
}


@pytest.mark.parametrize("name", CASES)
def test_layout(name: str) -> None:
    text, expected = CASES[name]
    assert formatted(f"synth 1\n\n{text}\n") == f"synth 1\n\n{expected}\n"


COMMENTS = {
    "at the end of a line": ("model a = b    # c", "model a = b  # c"),
    "above": ("  # c\n  # d\nmodel a = b", "# c\n# d\nmodel a = b"),
    "in a list": ("model a = [1, # one\n2, # two\n# end\n]", "model a = [\n  1,  # one\n  2,  # two\n  # end\n]"),
    "before a step": (
        "dataset a = b # c\n|> f() # d\n|> g()",
        "dataset a = b  # c\n  |> f()  # d\n  |> g()",
    ),
    "at the end of a body": (
        "dataset d of 3 { # a\nvar x = 1 # b\n# c\n\n# d\n}",
        "dataset d of 3 {  # a\n  var x = 1  # b\n  # c\n\n  # d\n}",
    ),
    "in an empty body": ("dataset d of 3 {\n# c\n}", "dataset d of 3 {\n  # c\n}"),
    "amid an expression": ("model a = b + # c\nd", "model a = b  # c\n  + d"),
    "behind a block": ('template a = """\n  x\n  """ # c', 'template a = """\n  x\n  """  # c'),
    "in a condition": (
        "dataset d of 3 {\nrule r: a # one\nand b # two\nelse drop\n}",
        "dataset d of 3 {\n  rule r: a  # one\n    and b  # two\n    else drop\n}",
    ),
}


@pytest.mark.parametrize("name", COMMENTS)
def test_comments(name: str) -> None:
    text, expected = COMMENTS[name]
    assert formatted(f"synth 1\n\n{text}\n") == f"synth 1\n\n{expected}\n"


def test_the_edition_stands_apart() -> None:
    assert formatted("synth 1 # one\n# c\nmodel a = b") == "synth 1  # one\n\n# c\nmodel a = b\n"
    assert formatted("# first\nsynth 1\nmodel a = b") == "# first\nsynth 1\n\nmodel a = b\n"
    assert formatted("synth 1") == "synth 1\n"
    assert formatted("synth 1\n\n\n# end") == "synth 1\n\n# end\n"


def test_line_breaks_of_other_systems() -> None:
    text = 'synth 1\r\n\r\ntemplate a = """\r\n  x\r\n  y\r\n  """\r\n'
    assert formatted(text) == text.replace("\r\n", "\n")


def test_a_text_with_mistakes_is_given_back() -> None:
    for text in ("synth 1\nmodel  a = = b\n", "synth 1\nmodel a  = 'b'\n", "synth 1\nmodel a = " + "[" * 99):
        out, diagnostics = format_source(Source("x", text))
        assert out == text
        assert diagnostics


def test_a_text_without_edition_is_formatted() -> None:
    out, diagnostics = format_source(Source("x", "model  a=b"))
    assert out == "model a = b\n"
    assert [d.code for d in diagnostics] == ["E0105"]
