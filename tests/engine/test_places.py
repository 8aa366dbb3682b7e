"""What a run finds has the narrowest place in the spec: each spec marks it with « and »."""

from __future__ import annotations

from pathlib import Path

import pytest

from synthdsl.base.diagnostic import Diagnostic
from synthdsl.pipeline import RunSettings, compile_spec, run
from synthdsl.verdict import shortfalls

BODY = "synth 1\n\ndataset d of 40 {{\n  var n = integer(0, 5)\n  {}\n}}\n\noutput {} from d\n"

COLUMNS = {
    "the whole column": "var m = «[1, 2][n]»",
    "an argument": "var m = 1 + max(2, «7 / n»)",
    "a draw": "var m = integer(1, [2, 3, 4][«mod(9, n)»])",
    "the branch that is taken": "var m = (1 / n if n > 0 else «3 / n»)",
    "the arm that is taken": "var m = match { n > 0 => 4 / n, _ => «5 / n» }",
    "the other side of and": "var m = n < 9 and «8 / n» > 1",
    "a comprehension": "var m = [«x / n» for x in [1, 2]]",
    "its condition": "var m = [x for x in [1, 2] if «x / n» > 0]",
    "an item that it leaves out": "var m = [«6 / x» for x in [1, 0, 2] if x != 1 and n > 2]",
    "draws of a comprehension": "var m = [«1 / (y - 1)» for y in [integer(1, 2) for x in [1, 2]]]",
    "a template": 'template m = """{{ «[1, 2][n]» }}"""',
    "a loop of a template": 'template m = """{% for x in [3, 4] %}{{ loop.index }}{{ «x / n» }}{% endfor %}"""',
    "what a template sets": 'template m = """{% set k = n - 1 %}{{ «7 / k» }}"""',
    "an arm of a template": (
        'template m = """{% if n > 2 %}{% set a = 1 %}{% else %}{% set a = 2 %}{% endif %}{{ «7 / (a - 1)» }}"""'
    ),
    "a rule that drops": "rule r: «9 / n» > 1 else drop",
    "a rule over draws": "rule r: «9 / n» > 1",
    "a rule that fails": "rule r: «n < 3» else fail",
    "a rule that never holds": "var f = normal(mean=0, sd=1)\n  rule r: «f * f + n < -1»",
    "a column of a joint draw": "var u = uniform(0, [5, 6][«mod(1, n)»])\n  rule r: n < 4 and u < 4",
    "a declared type": "var m: int(0..3) = «n + 0»",
}


def found(folder: Path, marked: str, workers: int = 1) -> tuple[Diagnostic, str, str]:
    """The error of a run, what stands at its place, and what is marked."""
    text = marked.replace("«", "").replace("»", "")
    wanted = marked[marked.index("«") + 1 : marked.index("»")]
    (folder / "a.synth").write_text(text)
    compiled = compile_spec(folder / "a.synth")
    assert compiled.plan is not None, compiled.diagnostics
    try:
        errors = shortfalls(run(compiled, RunSettings(workers=workers)).outcome, compiled.plan)
    except Exception as failure:
        errors = [failure.diagnostic]  # type: ignore[attr-defined]
    assert len(errors) == 1
    return errors[0], compiled.texts[errors[0].span.file].slice(errors[0].span), wanted


@pytest.mark.parametrize("name", COLUMNS)
def test_what_fails_in_a_row(name: str, tmp_path: Path) -> None:
    error, place, wanted = found(tmp_path, BODY.format(COLUMNS[name], '"o.jsonl"'))
    assert place == wanted
    assert error.code in ("E0801", "E0802", "E0804", "E0809")
    assert "row" in error.message


def test_the_first_row_is_named_with_any_workers(tmp_path: Path) -> None:
    spec = BODY.format(COLUMNS["the whole column"], '"o.jsonl"').replace("of 40", "of 40_000")
    alone, place, wanted = found(tmp_path, spec)
    assert found(tmp_path, spec, workers=2) == (alone, place, wanted)
    assert place == wanted


@pytest.mark.parametrize(
    "marked",
    [
        'output "o.jsonl" from d { x = «[1, 2][n]» }',
        'output "o.jsonl" from d { x = «sqrt(n - 3)» }',
        'expect d { good: mean(«[1, 2][n]») > 1 }\noutput "o.jsonl" from d',
        'expect d { good: «mean(n) > 6» }\noutput "o.jsonl" from d',
        'expect d { good: «count() / (count() - 40) > 1» }\noutput "o.jsonl" from d',
        'dataset e from d each x in «[[1, 2], [3]][n]» { var y = x }\noutput "o.jsonl" from e',
    ],
)
def test_outputs_and_expectations(marked: str, tmp_path: Path) -> None:
    _, place, wanted = found(tmp_path, f"synth 1\n\ndataset d of 40 {{\n  var n = integer(0, 5)\n}}\n\n{marked}\n")
    assert place == wanted


def test_a_source_of_a_finished_dataset(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("a\n1\n0\n")
    spec = 'synth 1\n\nsource t: { a: int } = csv("t.csv")\n\noutput "o.jsonl" from t { x = «1 / a» }\n'
    error, place, wanted = found(tmp_path, spec)
    assert place == wanted
    assert "row with key" in error.message


def test_too_few_rows(tmp_path: Path) -> None:
    spec = (
        "synth 1\n\ndataset d «of 30 accepted within 40» {\n  var n = integer(0, 5)\n  rule r: n < 2 else drop\n}\n\n"
        'output "o.jsonl" from d\n'
    )
    error, place, wanted = found(tmp_path, spec)
    assert (error.code, place) == ("E0803", wanted)


def test_a_recipe_is_shown_with_its_use(tmp_path: Path) -> None:
    spec = (
        "synth 1\n\nrecipe part(a: int, b: int) -> float {\n  var c = «a / b»\n  give c + 1\n}\n\n"
        'dataset d of 40 {\n  var n = integer(0, 5)\n  var m = 2 + part(3, n)\n}\n\noutput "o.jsonl" from d\n'
    )
    error, place, wanted = found(tmp_path, spec)
    assert place == wanted
    text = (tmp_path / "a.synth").read_text()
    assert [text[label.span.start : label.span.end] for label in error.labels] == ["2 + part(3, n)"]


def test_a_source_that_broke_since(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("a\n1\n" + "2\n" * 20_000 + "x\n")
    spec = 'synth 1\n\nsource t: { a: int } = «csv("t.csv")»\n\noutput "o.jsonl" from t\n'
    error, place, wanted = found(tmp_path, spec)
    assert (error.code, place) == ("E0606", wanted)


def test_an_output_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "o.jsonl").mkdir()
    error, place, wanted = found(tmp_path, BODY.format("var m = n", '«"o.jsonl"»'))
    assert (error.code, place) == ("E0806", wanted)
