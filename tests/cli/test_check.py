"""`synthc check`: findings of all files, in all formats, with the right exit code."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.conftest import Synthc

BROKEN = 'synth 1\ndataset d of 3 {\n  var a = unknown_thing\n  var b = clmp(1, 2, 3)\n}\noutput "o.jsonl" from d\n'


def test_nothing_wrong(synthc: Synthc, people: Path) -> None:
    answer = synthc("check", "people.synth")
    assert (answer.code, answer.out, answer.err) == (0, "1 spec checked, nothing found.\n", "")


def test_all_mistakes_of_all_files(synthc: Synthc, people: Path, tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "broken.synth").write_text(BROKEN)
    (tmp_path / "a.synth").write_text(BROKEN)
    answer = synthc("check", ".")
    assert answer.code == 1
    assert answer.out.count("error[E0201]") == 2 and answer.out.count("error[E0204]") == 2
    assert answer.out.index("--> a.synth:3:11") < answer.out.index("--> b/broken.synth:3:11")
    assert answer.out.endswith("4 errors. `synthc explain E0201` says more.\n")


def test_folders_are_searched_but_not_hidden_ones(synthc: Synthc, people: Path, tmp_path: Path) -> None:
    for hidden in (".git", ".synth", "node_modules/x"):
        (tmp_path / hidden).mkdir(parents=True)
        (tmp_path / hidden / "bad.synth").write_text(BROKEN)
    answer = synthc("check", ".", "people.synth", str(people))
    assert (answer.code, answer.out) == (0, "1 spec checked, nothing found.\n")


def test_a_folder_without_specs_is_wrong_usage(synthc: Synthc, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    answer = synthc("check", "empty")
    assert answer.code == 2 and "The folder 'empty' has no spec." in answer.err


def test_a_missing_spec_is_wrong_usage(synthc: Synthc, people: Path) -> None:
    answer = synthc("check", "peple.synth")
    assert answer.code == 2
    assert "error[E0601]" in answer.out and "Did you mean 'people.synth'?" in answer.out


def test_warnings(synthc: Synthc, tmp_path: Path) -> None:
    (tmp_path / "w.synth").write_text("synth 1\ndataset d of 3 {\n  var a = 1\n}\n")
    assert synthc("check", "w.synth").code == 0
    assert synthc("check", "w.synth", "--warnings-as-errors").code == 1


def test_json(synthc: Synthc, people: Path, tmp_path: Path) -> None:
    (tmp_path / "a.synth").write_text(BROKEN)
    answer = synthc("check", "a.synth", "--format", "json")
    assert answer.code == 1
    assert [(d["code"], d["line"], d["col"]) for d in json.loads(answer.out)] == [("E0201", 3, 11), ("E0204", 4, 11)]
    assert synthc("check", "people.synth", "--format", "json").out == "[]\n"


def test_github_and_sarif(synthc: Synthc, people: Path, tmp_path: Path) -> None:
    (tmp_path / "a.synth").write_text(BROKEN)
    answer = synthc("check", "a.synth", "--format", "github")
    assert answer.code == 1 and answer.out.startswith("::error file=a.synth,line=3,endLine=3,col=11,endColumn=23,")
    answer = synthc("check", "a.synth", "--format", "sarif")
    assert [r["ruleId"] for r in json.loads(answer.out)["runs"][0]["results"]] == ["E0201", "E0204"]
    assert json.loads(synthc("check", "people.synth", "--format", "sarif").out)["runs"][0]["results"] == []
    assert synthc("check", "people.synth", "--format", "github").out == ""


def test_settings(synthc: Synthc, people: Path) -> None:
    assert synthc("check", "people.synth", "--set", "rows=7").code == 0
    answer = synthc("check", "people.synth", "--set", "rows=0")
    assert answer.code == 1 and "E0315" in answer.out
    answer = synthc("check", "people.synth", "--set", "row=7")
    assert answer.code == 1 and "Did you mean 'rows'?" in answer.out
    for wrong in ("rows", "=7"):
        assert synthc("check", "people.synth", "--set", wrong).code == 2
    assert synthc("check", "people.synth", "--set", "rows=1", "--set", "rows=2").code == 2


def test_hostile_text_does_not_reach_the_terminal(synthc: Synthc, tmp_path: Path) -> None:
    hostile = "\x1b]0;owned\x07\x9b31m\u202e"
    (tmp_path / "a.synth").write_text(f'synth 1\ndataset d of 3 {{\n  var a = "{hostile}" + 1 # {hostile}\n}}\n')
    (tmp_path / "t.csv").write_text(f"a{hostile}\n1\n")
    (tmp_path / "b.synth").write_text('synth 1\nsource t: { b: int } = csv("t.csv")\n')
    for form in ("text", "json", "sarif", "github"):
        answer = synthc("check", "a.synth", "b.synth", "--format", form)
        assert answer.code == 1 and not set(answer.out) & set(hostile[:1] + "\x07\x9b\u202e"), form
