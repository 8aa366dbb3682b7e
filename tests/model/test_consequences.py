"""What a mistake in the text may have hidden is not reported as missing; mistakes of their own are."""

from __future__ import annotations

from pathlib import Path

import pytest

from synthdsl.pipeline import compile_spec

HEAD = "synth 1\n\n"
OUT = '\noutput "o.jsonl" from d\n'


def codes(folder: Path, text: str) -> list[str]:
    (folder / "a.synth").write_text(text)
    (folder / "t.csv").write_text("a\n1\n")
    return [d.code for d in compile_spec(folder / "a.synth").diagnostics]


@pytest.mark.parametrize(
    "text",
    [
        'dataset d of 3 {\n  var a = 1\n}\n\noutptu "o.jsonl" from d\n',
        'dataset d of 3 {\n  var a = 1\n}\n\noutput "o.jsonl" form d {\n  x = a\n}\n',
        "dataset d of 3 {\n  var a = 1\n  vra b = 2\n  var c = b\n}\n" + OUT,
        "dataset d of 3 {\n  var a = 1\n  var c = a\n}\n\nparam p int = 3\n" + OUT,
        "type Kind Kind = \"a\" | \"b\"\n\ndataset d of 3 {\n  var a: Kind = choice(['a', 'b'])\n}\n".replace("'", '"')
        + OUT,
        'source t: { a: int } = csv csv("t.csv")\n\ndataset d from t {\n  var b = a\n}\n' + OUT,
        "dataset d of 3 {\n  var a: int(min=1 1) = 3\n}\n" + OUT,
        'dataset d of 3 {\n  var a = choice({"x": 5, : 3})\n}\n\noutput "o.jsonl" from d as chat chat {\n  q = a\n}\n',
        "dataset d of 3 {\n  var a = 1\n}\n\ndataset e of 3 {\n  var a = [1, 2\n}\n" + OUT,
    ],
)
def test_one_mistake_gives_one_family_of_messages(text: str, tmp_path: Path) -> None:
    found = codes(tmp_path, HEAD + text)
    assert found
    assert {c[:3] for c in found} == {"E01"}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("dataset d of 3 {\n  vra b = 2\n  var c = missing + 1\n}\n" + OUT, "E0201"),
        ('dataset d of 3 {\n  vra b = 2\n  var c = 1 + "x"\n}\n' + OUT, "E0302"),
        ('dataset d of 3 {\n  var c = 1\n}\n\nparam p int = 3\n\noutput "../o.jsonl" from d\n', "E0706"),
    ],
)
def test_mistakes_elsewhere_are_reported_too(text: str, code: str, tmp_path: Path) -> None:
    found = codes(tmp_path, HEAD + text)
    assert code in found
    assert any(c.startswith("E01") for c in found)


def test_a_missing_first_line_hides_nothing(tmp_path: Path) -> None:
    assert codes(tmp_path, "dataset d of 3 {\n  var a = 1\n}\n") == ["E0105", "W0701"]


def test_another_file_is_not_excused(tmp_path: Path) -> None:
    (tmp_path / "b.synth").write_text("synth 1\n\nparam p int = 3\n\ntype T = int(1..5)\n")
    found = codes(tmp_path, 'synth 1\n\nimport "./b.synth" (T)\n\ndataset d of 3 {\n  var a: T = 1\n}\n')
    assert "W0701" in found
