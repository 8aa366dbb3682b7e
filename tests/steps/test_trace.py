"""The story of a row of a pipeline leads back through all steps to the rows of datasets that it was made from."""

from __future__ import annotations

from pathlib import Path

import pytest

from synthdsl.engine.trace import NoRowError, Story
from synthdsl.pipeline import compile_spec, run, trace

SPEC = """synth 1

source towns: { town: str, size: int } = jsonl("towns.jsonl")
source others: { town: str, size: int } = jsonl("others.jsonl")

dataset people of 3 from towns {
  var age = integer(1, 90)
}
dataset back = people |> filter(age > 0) |> sort(by=age) |> regroup(ages=collect(age)) |> shuffle()
dataset all = union(others, back) |> sort(by=size) |> select(town=town, ages=ages)
dataset sizes = people |> group(by=size, n=count())
dataset next from all { var text = town }

output "out/next.jsonl" from next
output "out/sizes.jsonl" from sizes
"""


@pytest.fixture
def spec(tmp_path: Path) -> Path:
    (tmp_path / "towns.jsonl").write_text('{"town": "Ulm", "size": 3}\n{"town": "Bonn", "size": 1}\n')
    (tmp_path / "others.jsonl").write_text('{"town": "Mainz", "size": 2}\n')
    (tmp_path / "spec.synth").write_text(SPEC)
    return tmp_path / "spec.synth"


def shape(story: Story) -> tuple[str, int | None, list[object]]:
    return story.dataset, story.number, [shape(p) for p in story.parents]


def test_back_to_the_source(spec: Path) -> None:
    compiled = compile_spec(spec)
    run(compiled)
    story = trace(compiled, "next", 2, False)
    assert story.values["town"] == "Ulm"
    (all_,) = story.parents
    assert (all_.dataset, all_.number) == ("all", 2)
    assert [s.name for s in all_.steps if s.kind == "step"] == ["union", "sort", "select"]
    (back,) = all_.parents
    assert back.dataset == "back"
    assert back.values["town"] == "Ulm"
    assert [s.value for s in back.steps if s.name == "regroup"] == ["6 to 2 rows"]
    town, *people = back.parents
    assert shape(town) == ("towns", 0, [])
    assert [p.values["age"] for p in people] == back.values["ages"]
    assert all(shape(p) == ("people", None, [("towns", 0, [])]) for p in people)
    assert trace(compiled, "all", all_.key, True).values == all_.values


def test_of_many_rows_some_are_told(spec: Path) -> None:
    (spec.parent / "towns.jsonl").write_text('{"town": "Ulm", "size": 3}\n' * 3)
    story = trace(compile_spec(spec), "sizes", 0, False)
    assert len(story.parents) == 5
    assert story.others == 4


def test_no_such_row(spec: Path) -> None:
    with pytest.raises(NoRowError):
        trace(compile_spec(spec), "back", 2, False)
