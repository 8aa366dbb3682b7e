"""Trees: level by level, the same whatever the batches; told of, counted, gone on with."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from synthdsl.engine.failing import RunError
from synthdsl.pipeline import Ran, RunSettings, compile_spec, run, surveyed, trace

SPEC = """synth 1

model writer = simulated()

source roots: { topic: str, parts: list[str] } = jsonl("roots.jsonl")

dataset tree from roots levels 4 each part in parent.parts KEEP{
  var topic: str = part
  var parts: list[str] = [part + "a", part + "b", part + "c"]
  var mark: float = round(uniform(0, 1), 2)
  var kind: int = integer(1, 3)
  COLUMN
  rule some: mark > 0.3 else drop
}

output "out/tree.jsonl" from tree
"""

FREE = 'var text: str = "x"'
PAID = 'llm text: str = writer """{{ parent.topic }} {{ topic }}"""'
ROOTS = '{"topic": "s", "parts": ["p", "q"]}\n{"topic": "t", "parts": ["r"]}\n{"topic": "u", "parts": []}\n'


def made(folder: Path, spec: str, roots: str = ROOTS, **settings: int) -> tuple[Ran, list[dict[str, object]]]:
    folder.mkdir(exist_ok=True)
    (folder / "roots.jsonl").write_text(roots)
    (folder / "spec.synth").write_text(spec)
    compiled = compile_spec(folder / "spec.synth")
    assert compiled.ok, compiled.diagnostics
    ran = run(compiled, RunSettings(**settings))  # type: ignore[arg-type]
    return ran, [json.loads(line) for line in (folder / "out/tree.jsonl").read_text().splitlines()]


def spec(column: str, keep: str = "") -> str:
    return SPEC.replace("COLUMN", column).replace("KEEP", keep)


def test_children_stand_below_rows_that_were_kept(tmp_path: Path) -> None:
    ran, rows = made(tmp_path, spec(FREE))
    levels = [row["level"] for row in rows]
    assert levels == sorted(levels) and set(levels) == {1, 2, 3, 4}  # type: ignore[type-var]
    topics = {row["topic"] for row in rows}
    assert all(str(row["topic"])[:-1] in topics for row in rows if row["level"] != 1)
    report = ran.outcome.datasets[-1]
    parents = [row for row in rows if row["level"] != 4]
    assert report.candidates == 3 + 3 * len(parents)
    assert report.rules["some"].dropped == report.candidates - len(rows)


@pytest.mark.slow
def test_no_data_depend_on_batches_workers_or_other_branches(tmp_path: Path) -> None:
    _, whole = made(tmp_path / "a", spec(PAID))
    assert made(tmp_path / "b", spec(PAID), batch_rows=3)[1] == whole
    free = made(tmp_path / "c", spec(FREE))[1]
    assert made(tmp_path / "d", spec(FREE), workers=2, batch_rows=5)[1] == free
    more = made(tmp_path / "e", spec(FREE), ROOTS.replace('["r"]', '["r", "z"]'))[1]
    here = [r for r in free if str(r["topic"])[0] in "pq"]
    assert here and here == [r for r in more if str(r["topic"])[0] in "pq"]


def test_a_level_without_rows_is_the_last(tmp_path: Path) -> None:
    _, rows = made(tmp_path / "a", spec(FREE).replace('[part + "a", part + "b", part + "c"]', "[]"))
    assert {row["level"] for row in rows} == {1}
    _, rows = made(tmp_path / "b", spec(FREE), '{"topic": "u", "parts": []}\n')
    assert rows == []


def test_the_best_of_each_level_stays(tmp_path: Path) -> None:
    _, rows = made(tmp_path, spec(FREE, "keep best mark per kind "))
    cells = [(row["level"], row["kind"]) for row in rows]
    assert len(cells) == len(set(cells)) > 6


def test_a_run_that_stops_in_a_level_goes_on(tmp_path: Path) -> None:
    undisturbed, whole = made(tmp_path / "a", spec(PAID))
    asked = sum(s.answered for s in undisturbed.spent)
    total = 0
    for _ in range(60):
        try:
            ran, rows = made(tmp_path / "b", spec(PAID), max_calls=9)
        except RunError as stopped:
            assert stopped.diagnostic.code == "E0826"
            total += 9
        else:
            total += sum(s.answered for s in ran.spent)
            break
    assert rows == whole and total == asked


def test_calls_are_counted_as_far_as_answers_are_there(tmp_path: Path) -> None:
    (tmp_path / "roots.jsonl").write_text(ROOTS)
    path = tmp_path / "spec.synth"
    path.write_text(spec(PAID))
    (before,) = surveyed(compile_spec(path))
    assert before.calls <= 3 and before.more is None
    run(compile_spec(path))
    (after,) = surveyed(compile_spec(path))
    assert after.calls == 0 and after.more == 0 and after.stored > 20


@pytest.mark.parametrize("column", [FREE, PAID])
def test_a_story_leads_up_to_the_root(tmp_path: Path, column: str) -> None:
    _, rows = made(tmp_path, spec(column))
    compiled = compile_spec(tmp_path / "spec.synth")
    stories = [trace(compiled, "tree", row, False) for row in range(12)]
    kept = [s.values["topic"] for s in stories if s.end == "kept"]
    assert kept == [row["topic"] for row in rows[: len(kept)]] and len(kept) > 4
    assert any(s.end == "dropped by 'some'" for s in stories)
    deep = next(s for s in stories if s.end == "kept" and len(str(s.values["topic"])) == 2)
    (above,) = deep.parents
    assert above.dataset == "tree" and str(deep.values["topic"]).startswith(str(above.values["topic"]))
    assert above.parents[0].dataset == "roots"
