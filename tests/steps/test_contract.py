"""One contract for all steps of pipelines: what every entry of the table promises."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from synthdsl.engine.failing import RunError
from synthdsl.ops.steps.table import HEADS, STEPS, step
from synthdsl.pipeline import Compiled, RunSettings, compile_spec, run

BEFORE = {"schedule": "union(a, b)"}
"""What a step stands after, where it does not stand after any dataset."""

ALL = (*STEPS, *HEADS)
RUN = [n for n in ALL if step(n).work is not None]

PREAMBLE = """synth 1

type Verdict = { good: bool }

dataset root of ROOTS { var root_word = choice(["tea", "oil", "jam"]) }

dataset base from root each x in range(COUNT) {
  var word = choice(["ape", "bee", "cow", "doe", "elk"])
  var id = x
}

dataset other of ROOTS {
  var word = choice(["ape", "bee", "fox"])
  var id = row
  var more = uniform(0, 1)
}
dataset a from base { var y = x / 2 }
dataset b from other { var y = more }
"""


def compiled(folder: Path, name: str, roots: int = 8, count: int = 5) -> Compiled:
    """The example of a step over a few rows."""
    folder.mkdir(parents=True, exist_ok=True)
    found = step(name)
    chain = found.example if found.kind == "head" else f"{BEFORE.get(name, 'base')} |> {found.example}"
    preamble = PREAMBLE.replace("ROOTS", str(roots)).replace("COUNT", str(count))
    path = folder / "spec.synth"
    path.write_text(f'{preamble}\ndataset made = {chain}\noutput "out/made.jsonl" from made\n')
    return compile_spec(path)


def rows(folder: Path, name: str, roots: int = 8, count: int = 5, **settings: int) -> list[str]:
    """The lines that come out."""
    made = compiled(folder, name, roots, count)
    assert made.ok, made.diagnostics
    run(made, RunSettings(**settings))  # type: ignore[arg-type]
    return (folder / "out/made.jsonl").read_text().splitlines()


@pytest.mark.parametrize("name", ALL)
def test_an_entry_is_whole(name: str, tmp_path: Path) -> None:
    found = step(name)
    assert found.name == name
    assert found.kind == ("head" if name in HEADS else "step")
    texts = [found.doc, *(p.doc for p in found.parameters)] + ([found.rest_doc] if found.rest else [])
    assert all(t.strip().endswith(".") for t in texts)
    assert "you" not in re.findall(r"[a-z]+", " ".join(texts).lower())
    codes = {d.code for d in compiled(tmp_path, name).diagnostics if d.code.startswith("E")}
    assert codes == (set() if found.work is not None else {"E0905"})


@pytest.mark.parametrize("name", RUN)
def test_rows_do_not_depend_on_batches(name: str, tmp_path: Path) -> None:
    whole = rows(tmp_path / "a", name)
    assert whole
    assert rows(tmp_path / "b", name, batch_rows=3) == whole


@pytest.mark.parametrize("name", RUN)
def test_rows_are_of_the_type_that_was_told(name: str, tmp_path: Path) -> None:
    made = compiled(tmp_path, name)
    assert made.spec is not None
    fields = [f.name for f in made.spec.dataset("made").row.fields]
    assert all(list(json.loads(line)) == fields for line in rows(tmp_path, name))


@pytest.mark.parametrize("name", RUN)
@pytest.mark.parametrize(("roots", "count"), [(0, 3), (1, 1), (2, 0)])
def test_few_rows_or_none(name: str, roots: int, count: int, tmp_path: Path) -> None:
    rows(tmp_path, name, roots, count)


@pytest.mark.slow
def test_rows_do_not_depend_on_processes(tmp_path: Path) -> None:
    whole = rows(tmp_path / "a", "regroup", 40, 300)
    assert rows(tmp_path / "b", "regroup", 40, 300, workers=2) == whole


def test_a_join_of_too_many_pairs_stops_before_it_makes_them(tmp_path: Path) -> None:
    path = tmp_path / "spec.synth"
    path.write_text(
        "synth 1\ndataset a of 20_000 { var k = 1 }\ndataset b of 20_000 { var k = 1 }\n"
        'dataset made = join(a, b, on=k)\noutput "out/made.jsonl" from made\n'
    )
    with pytest.raises(RunError) as stopped:
        run(compile_spec(path))
    assert stopped.value.diagnostic.code == "E0817"
    assert "400,000,000 rows" in stopped.value.diagnostic.message
