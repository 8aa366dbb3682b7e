"""The same spec and seed give the same data: whatever the batch size, the workers, the length, the other columns."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from synthdsl.pipeline import RunSettings, Settings, compile_spec, run

SPEC = """synth 1

param rows: int = 300

source people: { name: str, likes: list[str] } = jsonl("people.jsonl")

dataset base of rows {
  var id = sequence("B-{:04d}")
  var a = integer(1, 6)
  var b = integer(1, 6)
  var x = normal(mean=0, sd=1)
  var y = uniform(0, 1) if a > 3 else x
  var when = timestamp(2025-01-01 .. 2025-12-31)
  var kind = choice({"p": 3, "q": 1})
  var tags = [choice(["u", "v", "w"]) for k in ["1", "2", "3"] if bernoulli(0.7)]
  rule more: a > b
  rule small: abs(x) < 1.5
  rule kept: y < 0.9 else drop
  rule seen: kind == "q" else flag
  violate more 10%
}

dataset fan from people each thing in likes {
  var friend = choice(base).id
  var weight = uniform(0, 10)
  rule heavy: weight > 2
}

output "base.jsonl" from base
output "fan.csv" from fan as rows {
  name = name
  thing = thing
  friend = friend
  weight = weight
}
"""

PEOPLE = "".join(
    f'{{"name": "n{i}", "likes": {str(["tea", "jam", "oil"][: i % 4]).replace(chr(39), chr(34))}}}\n' for i in range(40)
)


def _files(folder: Path, spec: str, run_settings: RunSettings | None = None, **params: Any) -> dict[str, bytes]:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "people.jsonl").write_text(PEOPLE)
    (folder / "spec.synth").write_text(spec)
    compiled = compile_spec(folder / "spec.synth", Settings({k: str(v) for k, v in params.items()}))
    assert compiled.ok, [d.message for d in compiled.diagnostics if d.is_error]
    ran = run(compiled, run_settings)
    return {place.name: place.read_bytes() for _, place in ran.outputs}


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    return _files(tmp_path_factory.mktemp("plain"), SPEC)


def test_the_data_are_worth_comparing(plain: dict[str, bytes]) -> None:
    lines = plain["base.jsonl"].splitlines()
    assert 200 < len(lines) < 300
    assert b'"violated":"more"' in plain["base.jsonl"]
    assert len(plain["fan.csv"].splitlines()) == 61


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(batch=st.integers(1, 400))
def test_any_batch_size_gives_the_same_bytes(plain: dict[str, bytes], tmp_path: Path, batch: int) -> None:
    assert _files(tmp_path / str(batch), SPEC, RunSettings(batch_rows=batch)) == plain


@pytest.mark.slow
def test_any_number_of_workers_gives_the_same_bytes(plain: dict[str, bytes], tmp_path: Path) -> None:
    assert _files(tmp_path, SPEC, RunSettings(workers=2, batch_rows=37)) == plain


@pytest.mark.slow
def test_workers_stop_at_the_wanted_rows(tmp_path: Path) -> None:
    spec = SPEC.replace("of rows {", "of 50 accepted within 300 {")
    alone = _files(tmp_path / "one", spec)
    assert len(alone["base.jsonl"].splitlines()) == 50
    assert _files(tmp_path / "two", spec, RunSettings(workers=2, batch_rows=23)) == alone


def test_a_longer_run_begins_with_the_shorter(plain: dict[str, bytes], tmp_path: Path) -> None:
    longer = _files(tmp_path, SPEC, rows=1000)["base.jsonl"]
    assert longer.startswith(plain["base.jsonl"])


def test_comments_layout_and_order_change_nothing(plain: dict[str, bytes], tmp_path: Path) -> None:
    lines = SPEC.splitlines()
    first, last = lines.index("  var a = integer(1, 6)"), lines.index("  var x = normal(mean=0, sd=1)")
    lines[first], lines[last] = "  # a comment\n\n" + lines[last], "   var   a=integer( 1,6 )"
    moved = _files(tmp_path, "\n".join(lines))
    assert sorted(_fields(moved["base.jsonl"])) == sorted(_fields(plain["base.jsonl"]))


def _fields(text: bytes) -> list[str]:
    import json

    return [json.dumps(json.loads(line), sort_keys=True) for line in text.splitlines()]


def _column(text: bytes, name: str) -> list[Any]:
    import json

    return [json.loads(line)[name] for line in text.splitlines()]


def test_other_columns_stay_when_one_is_edited(plain: dict[str, bytes], tmp_path: Path) -> None:
    edited = _files(tmp_path, SPEC.replace('choice({"p": 3, "q": 1})', 'choice({"p": 1, "q": 1, "r": 1})'))
    for name in ("id", "a", "b", "x", "y", "when", "tags"):
        assert _column(edited["base.jsonl"], name) == _column(plain["base.jsonl"], name)
    assert _column(edited["base.jsonl"], "kind") != _column(plain["base.jsonl"], "kind")


def test_a_moved_column_keeps_its_draws(plain: dict[str, bytes], tmp_path: Path) -> None:
    renamed = SPEC.replace("var kind =", "var sort =").replace("kind == ", "sort == ")
    drawn_anew = _files(tmp_path / "anew", renamed)
    assert _column(drawn_anew["base.jsonl"], "sort") != _column(plain["base.jsonl"], "kind")
    moved = _files(tmp_path / "moved", renamed.replace("synth 1\n", "synth 1\n\nmoved base.kind -> base.sort\n", 1))
    assert _column(moved["base.jsonl"], "sort") == _column(plain["base.jsonl"], "kind")


def test_another_seed_gives_other_data(plain: dict[str, bytes], tmp_path: Path) -> None:
    (tmp_path / "people.jsonl").write_text(PEOPLE)
    (tmp_path / "spec.synth").write_text(SPEC)
    compiled = compile_spec(tmp_path / "spec.synth", Settings(seed=1))
    ran = run(compiled)
    assert ran.outputs[0][1].read_bytes() != plain["base.jsonl"]


EXTRAS = """synth 1

model writer = simulated()

type Weather = { town: str, days: int(1..5) }

dataset d of 60 {
  var n = integer(1, 9)
  llm asked = writer {
    user "{{ n }}?"
    tools = [Weather]
    logprobs = true
    reasoning = true
  }
  llm next: str = writer "{{ asked.text }} {{ asked.calls | length }}"
  rule called: len(asked.calls) > 0 else drop
}

output "d.jsonl" from d
"""


def test_answers_with_tools_are_the_same_in_any_batches(tmp_path: Path) -> None:
    whole = _files(tmp_path / "whole", EXTRAS)
    assert 30 < len(whole["d.jsonl"].splitlines()) < 60
    assert _files(tmp_path / "seven", EXTRAS, RunSettings(batch_rows=7)) == whole
