"""What is in a picture: blocks in order, columns with what they need wherever that was made."""

from __future__ import annotations

from pathlib import Path

import pytest

from synthdsl.graph.picture import Together
from tests.graph.pictures import SPEC, picture

SAMPLES = Path(__file__).parent.parent / "samples"


def needs(block: str) -> dict[str, tuple[str, ...]]:
    """The needs of each vertex of a block, by name."""
    found = next(b for b in picture().blocks if b.id == block)
    return {v.name: v.needs for v in found.vertices}


def test_blocks_stand_after_their_parents() -> None:
    made = [(b.kind, b.id, b.headline, b.parents) for b in picture().blocks]
    assert made == [
        ("dataset", "people", "100 rows", ()),
        ("dataset", "pets", "2 per row of people", ("people",)),
        ("dataset", "toys", "one for each letter of pets", ("pets", "people")),
        ("output", "output out/toys.jsonl", "chat", ("toys",)),
    ]


def test_needs_lead_to_where_a_column_was_made() -> None:
    assert needs("people")["text"] == ("people.size", "people.age")
    assert needs("people")["grown"] == ("people.tenure", "people.age")
    assert needs("pets")["label"] == ("pets.name", "people.text")
    assert needs("toys")["letter"] == ("pets.name", "people.size")
    assert needs("toys")["toy"] == ("toys.letter", "people.size")
    assert needs("output out/toys.jsonl") == {"user": ("pets.label",), "assistant": ("toys.toy",)}


def test_columns_drawn_together_share_a_mark() -> None:
    people = picture().blocks[0]
    assert people.groups == (Together("a", ("grown",)),)
    assert {v.name for v in people.vertices if v.mark == "a"} == {"age", "tenure", "grown"}


def test_one_dataset_with_its_parents() -> None:
    shown = picture(only="pets")
    assert [b.id for b in shown.blocks] == ["people", "pets"]
    assert all(not v.needs for v in shown.blocks[0].vertices)


def test_no_such_dataset() -> None:
    with pytest.raises(KeyError):
        picture(only="nobody")


def test_a_dataset_used_whole_is_a_need_itself() -> None:
    whole = SPEC.replace("choice(people.size)", "choice([p.size for p in people])")
    toy = next(v for b in picture(whole).blocks for v in b.vertices if v.id == "toys.toy")
    assert toy.needs == ("toys.letter", "people")


def test_the_order_written_is_kept_where_needs_allow() -> None:
    swapped = SPEC.replace("var size", "var zzz").replace("size", "zzz")
    assert [v.name for v in picture(swapped).blocks[0].vertices][:3] == ["zzz", "age", "tenure"]


def test_columns_of_sources_that_nothing_reads_are_counted(tmp_path: Path) -> None:
    from synthdsl.graph.picture import picture_of
    from synthdsl.pipeline import compile_spec

    (tmp_path / "t.csv").write_text("a,b,c\n1,2,3\n")
    spec = tmp_path / "t.synth"
    spec.write_text('synth 1\nsource t = csv("t.csv")\ndataset d from t {\n var x = b\n}\noutput "o.csv" from d\n')
    compiled = compile_spec(spec)
    assert compiled.spec is not None and compiled.graph is not None
    source = picture_of(compiled.spec, compiled.graph).blocks[0]
    # The output writes all columns of `d`, those of `t` among them.
    assert [v.name for v in source.vertices] == ["a", "b", "c"] and source.hidden == 0
    spec.write_text(spec.read_text().replace("from d\n", "from d as rows {\n x = x\n}\n"))
    compiled = compile_spec(spec)
    assert compiled.spec is not None and compiled.graph is not None
    source = picture_of(compiled.spec, compiled.graph).blocks[0]
    assert [v.name for v in source.vertices] == ["b"] and source.hidden == 2
