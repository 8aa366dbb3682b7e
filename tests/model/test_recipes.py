"""The order of a recipe's statements means nothing: not for names, not for draws, not for time."""

from __future__ import annotations

import random
from pathlib import Path

import synthdsl
from synthdsl.pipeline import compile_spec

STATEMENTS = [
    "var first = choice(['Ann', 'Bo', 'Cy'])".replace("'", '"'),
    'template full = """{{ first }} {{ last }}, {{ age }}"""',
    "var last = choice(['A', 'B', 'C', 'D'])".replace("'", '"'),
    "var age = integer(18, limit)",
    "var limit = integer(40, 90)",
    "give full",
]


def rows(folder: Path, statements: list[str]) -> list[str]:
    body = "\n  ".join(statements)
    (folder / "a.synth").write_text(
        f"synth 1\n\nrecipe person() -> str {{\n  {body}\n}}\n\ndataset d of 50 {{\n  var who = person()\n}}\n\n"
        'output "o.jsonl" from d\n'
    )
    return [row["who"] for row in synthdsl.load(folder / "a.synth").run().rows("d")]


def test_draws_do_not_depend_on_the_order(tmp_path: Path) -> None:
    wanted = rows(tmp_path, STATEMENTS)
    assert len(set(wanted)) > 25
    for seed in range(4):
        mixed = random.Random(seed).sample(STATEMENTS, len(STATEMENTS))
        assert rows(tmp_path, mixed) == wanted


def test_a_long_chain_written_backwards(tmp_path: Path) -> None:
    chain = [f"var v{i} = v{i + 1} + 1" for i in range(400)]
    assert rows(tmp_path, [*chain, "var v400 = 1", 'template t = "{{ v0 }}"', "give t"]) == ["401"] * 50


def test_a_name_that_is_not_there_is_named_once(tmp_path: Path) -> None:
    (tmp_path / "a.synth").write_text(
        "synth 1\n\nrecipe f() -> int {\n  give b\n  var b = c\n  var c = missing\n}\n\n"
        'dataset d of 1 {\n  var x = f() + f()\n}\n\noutput "o.jsonl" from d\n'
    )
    assert [d.code for d in compile_spec(tmp_path / "a.synth").diagnostics] == ["E0201"]
