"""Datasets that grow: rounds see what was accepted before them, rules over the pool see all before each row."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from synthdsl.engine.failing import RunError
from synthdsl.pipeline import Ran, RunSettings, Settings, compile_spec, run, trace

HEAD = """synth 1

dataset seeds of 4 {
  var text = choice(["one red car", "two blue cars"])
}
"""

FREE = (
    HEAD
    + """
dataset pool of 25 accepted within 400 grow from seeds batch 8 {
  var noun: str = choice(["car", "house", "tree", "road", "boat"])
  var text: str = choice(["one", "two", "no"]) + " " + choice(["red", "blue", "old"]) + " " + noun
  var before: int = len(pool.text)
  rule novel: max_similarity(text, TEXTS, metric="METRIC") < 0.75 else drop
  rule some_of_each: len([n for n in pool.noun if n == noun]) < 6 else drop
}
output "out/pool.jsonl" from pool
"""
)

PAID = (
    HEAD
    + """
model writer = simulated()

dataset pool of 30 accepted within 200 grow from seeds batch 7 {
  var shots = sample(seeds.text, 2) + sample(pool.text, 2)
  llm text: str = writer \"\"\"{{ shots | join("; ") }}\"\"\"
  llm note: str = writer \"\"\"On {{ text }}\"\"\"
  rule novel: max_similarity(text, seeds.text + pool.text) < 0.6 else drop
  rule short: len(note) < 90 else drop
}
output "out/pool.jsonl" from pool
"""
)


def made(folder: Path, spec: str, **settings: int) -> tuple[Ran, list[dict[str, object]]]:
    folder.mkdir(exist_ok=True)
    (folder / "spec.synth").write_text(spec)
    compiled = compile_spec(folder / "spec.synth")
    assert compiled.ok, compiled.diagnostics
    ran = run(compiled, RunSettings(**settings))  # type: ignore[arg-type]
    return ran, [json.loads(line) for line in (folder / "out/pool.jsonl").read_text().splitlines()]


def free(texts: str, metric: str = "rouge_l") -> str:
    return FREE.replace("TEXTS", texts).replace("METRIC", metric)


@pytest.mark.parametrize("metric", ["rouge_l", "token_set", "levenshtein"])
def test_the_index_gives_what_comparing_with_all_gives(metric: str, tmp_path: Path) -> None:
    quick, rows = made(tmp_path / "a", free("seeds.text + pool.text", metric))
    slow, same = made(tmp_path / "b", free("seeds.text + [t for t in pool.text]", metric))
    assert rows == same
    assert quick.outcome.datasets[-1].rules == slow.outcome.datasets[-1].rules
    assert len(rows) > 5


def test_rounds_see_what_was_accepted_before_them(tmp_path: Path) -> None:
    _, rows = made(tmp_path, free("pool.text"))
    sizes = [row["before"] for row in rows]
    assert sizes == sorted(sizes)  # type: ignore[type-var]
    assert sizes[0] == 0
    for size in set(sizes):
        assert sizes.index(size) == size


def test_no_data_depend_on_batches_or_processes(tmp_path: Path) -> None:
    _, whole = made(tmp_path / "a", PAID)
    assert len(whole) == 30
    assert made(tmp_path / "b", PAID, batch_rows=3)[1] == whole
    _, drawn = made(tmp_path / "c", free("pool.text"))
    assert made(tmp_path / "d", free("pool.text"), batch_rows=2, workers=2)[1] == drawn


def test_a_run_that_stops_in_a_round_goes_on(tmp_path: Path) -> None:
    undisturbed, whole = made(tmp_path / "a", PAID)
    asked = sum(s.answered for s in undisturbed.spent)
    total = 0
    for _ in range(40):
        try:
            ran, rows = made(tmp_path / "b", PAID, max_calls=17)
        except RunError as stopped:
            assert stopped.diagnostic.code == "E0826"
            total += 17
        else:
            total += sum(s.answered for s in ran.spent)
            break
    assert rows == whole
    assert total == asked
    again, _ = made(tmp_path / "b", PAID)
    assert sum(s.answered for s in again.spent) == 0


def test_a_pool_that_stops_growing_is_told_of(tmp_path: Path) -> None:
    ran, rows = made(tmp_path, free("seeds.text + pool.text").replace("25 acc", "100 acc"))
    report = ran.outcome.datasets[-1]
    assert report.barren
    assert report.rows == len(rows) <= 30
    assert report.candidates < 400
    assert sum(f.dropped for f in report.rules.values()) == report.candidates - report.rows


def test_a_story_tells_which_rule_over_the_pool_dropped_a_row(tmp_path: Path) -> None:
    _, rows = made(tmp_path, free("pool.text"))
    compiled = compile_spec(tmp_path / "spec.synth")
    stories = [trace(compiled, "pool", number, False) for number in range(24)]
    kept = [s.values["text"] for s in stories if s.end == "kept"]
    assert kept == [row["text"] for row in rows][: len(kept)]
    assert {s.end for s in stories} == {"kept", "dropped by 'novel'"}


def test_the_sample_grows_from_its_seeds(tmp_path: Path) -> None:
    tests = Path(__file__).parents[1]
    (tmp_path / "seed_tasks.jsonl").write_bytes((tests / "samples_data/seed_tasks.jsonl").read_bytes())
    spec = (tests / "samples/self_instruct.synth").read_text().replace("5_000 accepted", "60 accepted")
    (tmp_path / "spec.synth").write_text(spec.replace("batch 200", "batch 20"))
    compiled = compile_spec(tmp_path / "spec.synth", Settings(models={"writer": "simulated()"}))
    ran = run(compiled)
    assert ran.outcome.datasets[-1].rows == 60
    lines = [json.loads(line) for line in (tmp_path / "out/self_instruct.jsonl").read_text().splitlines()]
    assert len({line["instruction"] for line in lines}) == 60
    assert all(line["output"] for line in lines)
