"""`synthc run` and `preview`: data, summaries, exit codes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Synthc


def rows(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_a_run(synthc: Synthc, people: Path, tmp_path: Path) -> None:
    answer = synthc("run", "people.synth")
    assert (answer.code, answer.err) == (0, "")
    lines = answer.out.splitlines()
    made = len(rows(tmp_path / "out" / "people.jsonl"))
    assert lines[0].split() == ["dataset", "people", str(made), "rows", "of", "20", "tried"] or made == 20
    assert any(line.startswith("  rule   grown") and "draws refused" in line for line in lines)
    assert any(line.startswith("  rule   young") for line in lines)
    assert any(line.startswith("expect   people.some") and f"holds  count() = {made}" in line for line in lines)
    assert any(line.startswith("output   out/people.jsonl") and f"{made} rows, " in line for line in lines)
    assert lines[-1].startswith(f"{made} rows made in ")
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == ["people.jsonl", "people.manifest.json"]


def test_the_choices_of_a_run(synthc: Synthc, people: Path, tmp_path: Path) -> None:
    assert synthc("run", "people.synth", "--set", "rows=50", "--seed", "7", "--out", "elsewhere", "-q").code == 0
    first = (tmp_path / "elsewhere" / "out" / "people.jsonl").read_bytes()
    assert not (tmp_path / "out").exists()
    again = synthc("run", "people.synth", "--set", "rows=50", "--seed", "7", "--batch-rows", "3", "--quiet")
    assert (again.code, again.out, again.err) == (0, "", "")
    assert (tmp_path / "out" / "people.jsonl").read_bytes() == first
    synthc("run", "people.synth", "--set", "rows=50", "--seed", "8")
    assert (tmp_path / "out" / "people.jsonl").read_bytes() != first


def test_json(synthc: Synthc, people: Path, tmp_path: Path) -> None:
    answer = synthc("run", "people.synth", "--format", "json")
    told = json.loads(answer.out)
    assert (answer.code, answer.err, told["findings"]) == (0, "", [])
    made = rows(tmp_path / "out" / "people.jsonl")
    assert told["datasets"][0]["rows"] == len(made) and told["datasets"][0]["tried"] == 20
    assert {r["name"] for r in told["datasets"][0]["rules"]} == {"grown", "young"}
    assert told["expectations"][0] | {"text": ""} == {
        "dataset": "people", "name": "some", "text": "", "holds": True, "measured": {"count()": len(made)}
    }  # fmt: skip
    (output,) = told["outputs"]
    assert Path(output["place"]).samefile(tmp_path / "out" / "people.jsonl")
    assert output["bytes"] == (tmp_path / "out" / "people.jsonl").stat().st_size


def test_a_failed_expectation_keeps_the_data(synthc: Synthc, people: Path, tmp_path: Path) -> None:
    people.write_text(people.read_text().replace("count() > 3", "count() > 3_000"))
    answer = synthc("run", "people.synth")
    assert answer.code == 1
    made = len(rows(tmp_path / "out" / "people.jsonl"))
    assert f"does not hold  count() = {made}" in answer.out
    assert "error[E0805] expectation-failed" in answer.err and "  some: count() > 3_000" in answer.err
    assert f"Measured: count() = {made}." in answer.err
    answer = synthc("run", "people.synth", "--format", "json")
    assert answer.code == 1
    assert [d["code"] for d in json.loads(answer.out)["findings"]] == ["E0805"]


def test_too_few_rows_keep_the_data(synthc: Synthc, people: Path, tmp_path: Path) -> None:
    people.write_text(people.read_text().replace("of rows", "of rows accepted within 21"))
    answer = synthc("run", "people.synth", "--set", "rows=20")
    assert answer.code in (0, 1)
    short = len(rows(tmp_path / "out" / "people.jsonl")) < 20
    assert (answer.code == 1) == short == ("E0803" in answer.err)


def test_a_row_that_fails_leaves_nothing(synthc: Synthc, people: Path, tmp_path: Path) -> None:
    assert synthc("run", "people.synth").code == 0
    before = (tmp_path / "out" / "people.jsonl").read_bytes()
    people.write_text(people.read_text().replace("rule grown:", "var x = 1 / (age - age)\n  rule grown:"))
    answer = synthc("run", "people.synth")
    assert answer.code == 1 and "error[E0801] row-failed: people.x, row 0:" in answer.err
    assert "Traceback" not in answer.err
    assert (tmp_path / "out" / "people.jsonl").read_bytes() == before
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == ["people.jsonl", "people.manifest.json"]
    assert [p.name for p in (tmp_path / ".synth").iterdir()] == [".gitignore"]


def test_a_spec_with_errors_does_not_run(synthc: Synthc, people: Path, tmp_path: Path) -> None:
    people.write_text(people.read_text().replace("uniform(0, 20)", "uniform(0, nothing)"))
    answer = synthc("run", "people.synth")
    assert (answer.code, answer.out) == (1, "") and "E0201" in answer.err
    assert not (tmp_path / "out").exists()


def test_only_one_dataset(synthc: Synthc, people: Path, tmp_path: Path) -> None:
    people.write_text(people.read_text() + '\ndataset b of 2 {\n  var x = 1\n}\noutput "out/b.jsonl" from b\n')
    assert synthc("run", "people.synth", "--only", "b").code == 0
    assert not (tmp_path / "out" / "people.jsonl").exists() and rows(tmp_path / "out" / "b.jsonl") == [{"x": 1}] * 2
    answer = synthc("run", "people.synth", "--only", "peple")
    assert answer.code == 2 and "Did you mean 'people'?" in answer.err


@pytest.mark.parametrize("place", ["/proc/nowhere", "people.synth/x"])
def test_a_place_that_cannot_be_written(synthc: Synthc, people: Path, place: str) -> None:
    answer = synthc("run", "people.synth", "--out", place)
    assert answer.code == 3 and "error[E0806]" in answer.err and "Traceback" not in answer.err


def test_the_spec_of_a_folder(synthc: Synthc, people: Path, tmp_path: Path) -> None:
    (tmp_path / ".synth").mkdir()
    assert synthc("run", ".").code == 0
    (tmp_path / "other.synth").write_text("synth 1\n")
    answer = synthc("run", ".")
    assert answer.code == 2 and "has 2 specs: other.synth, people.synth" in answer.err


def test_preview_shows_the_rows_of_a_run(synthc: Synthc, people: Path, tmp_path: Path) -> None:
    answer = synthc("preview", "people.synth", "-n", "3", "--format", "json")
    assert answer.code == 0 and not (tmp_path / "out").exists()
    shown = json.loads(answer.out)["people"]
    synthc("run", "people.synth")
    assert shown == rows(tmp_path / "out" / "people.jsonl")[:3]
    assert [p.name for p in (tmp_path / ".synth").iterdir()] == [".gitignore"]


def test_preview_as_text(synthc: Synthc, people: Path) -> None:
    answer = synthc("preview", "people.synth", "-n", "2")
    assert answer.out.splitlines()[0] == "people  2 rows"
    assert answer.out.splitlines()[1].split() == ["id", "age", "tenure"]
    assert synthc("preview", "people.synth", "--dataset", "nobody").code == 2


def test_preview_tries_more_where_rows_are_dropped(synthc: Synthc, people: Path) -> None:
    people.write_text(people.read_text().replace("age < 80 else drop", "mod(age, 5) == 0 else drop"))
    answer = synthc("preview", "people.synth", "-n", "4", "--set", "rows=100", "--format", "json")
    assert len(json.loads(answer.out)["people"]) == 4


def test_hostile_values_do_not_reach_the_terminal(synthc: Synthc, tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("name\n\x1b[31mred\u202e\n")
    (tmp_path / "t.synth").write_text(
        'synth 1\nsource t: { name: str } = csv("t.csv")\ndataset d from t {\n  var x = name + "!"\n}\n'
        'output "o.jsonl" from d\n'
    )
    answer = synthc("preview", "t.synth")
    assert answer.code == 0 and "\\x1b[31mred\\u202e!" in answer.out and "\x1b" not in answer.out
