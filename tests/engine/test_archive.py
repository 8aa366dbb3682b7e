"""Pools that are archives: of the rows with equal keys the best one stays."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from synthdsl.pipeline import RunSettings, compile_spec, run, trace

SPEC = """synth 1

dataset seeds of 4 {
  var text = choice(["one", "two"])
}

model writer = simulated()

dataset archive of CELLS accepted within 120 grow from seeds batch 9 keep best score per kind, style {
  var kind: str = choice(["a", "b", "c"])
  var style: int = integer(1, 4)
  var score: float = round(uniform(0, 1), 2)
  var better: int = len([s for s in archive.score if s > score])
  COLUMN
  rule fair: score > 0.1 else drop
}

output "out/archive.jsonl" from archive
"""

CHEAP = 'var text: str = "x"'
PAID = 'llm text: str = writer """{{ kind }} {{ style }} {{ better }}"""'


def made(folder: Path, spec: str, **settings: int) -> tuple[object, list[dict[str, object]]]:
    folder.mkdir(exist_ok=True)
    (folder / "spec.synth").write_text(spec)
    compiled = compile_spec(folder / "spec.synth")
    assert compiled.ok, compiled.diagnostics
    ran = run(compiled, RunSettings(**settings))  # type: ignore[arg-type]
    return ran, [json.loads(line) for line in (folder / "out/archive.jsonl").read_text().splitlines()]


def best_of(rows: list[dict[str, object]]) -> dict[tuple[object, object], object]:
    found: dict[tuple[object, object], object] = {}
    for row in rows:
        cell = (row["kind"], row["style"])
        if cell not in found or row["score"] > found[cell]:  # type: ignore[operator]
            found[cell] = row["score"]
    return found


@pytest.mark.parametrize("column", [CHEAP, PAID])
def test_the_best_row_of_each_kind_stays(tmp_path: Path, column: str) -> None:
    spec = SPEC.replace("COLUMN", column).replace("CELLS", "12")
    ran, rows = made(tmp_path / "a", spec)
    everything = spec.replace(" keep best score per kind, style", "").replace("of 12 accepted", "of 120 accepted")
    _, tried = made(tmp_path / "b", everything)
    assert len(tried) > 90
    assert {(r["kind"], r["style"]): r["score"] for r in rows} == best_of(tried)
    report = ran.outcome.datasets[-1]  # type: ignore[attr-defined]
    assert report.rows == len(rows) == 12 and report.candidates == 120
    assert sum(f.dropped for f in report.rules.values()) == report.candidates - report.rows
    assert report.rules["keep best"].tried == len(tried)


def test_an_archive_has_at_most_so_many_cells(tmp_path: Path) -> None:
    _, rows = made(tmp_path, SPEC.replace("COLUMN", CHEAP).replace("CELLS", "5"))
    assert len(rows) == 5 == len({(r["kind"], r["style"]) for r in rows})


def test_no_data_depend_on_batches_or_processes(tmp_path: Path) -> None:
    _, whole = made(tmp_path / "a", SPEC.replace("COLUMN", PAID).replace("CELLS", "12"))
    assert made(tmp_path / "b", SPEC.replace("COLUMN", PAID).replace("CELLS", "12"), batch_rows=2)[1] == whole
    free = SPEC.replace("COLUMN", CHEAP).replace("CELLS", "12")
    assert made(tmp_path / "c", free, workers=2)[1] == made(tmp_path / "d", free)[1]


def test_an_archive_that_nothing_makes_better_is_done(tmp_path: Path) -> None:
    spec = SPEC.replace("COLUMN", CHEAP).replace("CELLS", "12").replace("round(uniform(0, 1), 2)", "0.5")
    spec = spec.replace("120", "2_000").replace('choice(["a", "b", "c"])', 'choice({"a": 97%, "b": 2%, "c": 1%})')
    ran, rows = made(tmp_path, spec)
    report = ran.outcome.datasets[-1]  # type: ignore[attr-defined]
    assert report.barren and report.candidates < 2_000 and len(rows) == report.rows


@pytest.mark.slow
def test_a_story_tells_that_another_row_was_better(tmp_path: Path) -> None:
    _, rows = made(tmp_path, SPEC.replace("COLUMN", PAID).replace("CELLS", "12"))
    compiled = compile_spec(tmp_path / "spec.synth")
    stories = [trace(compiled, "archive", row, False) for row in range(120)]
    kept = [s.values for s in stories if s.end == "kept"]
    assert [v["score"] for v in kept] == [r["score"] for r in rows]
    assert sum("is better" in s.end for s in stories) > 50
    assert any(s.end == "dropped by 'fair'" for s in stories)
