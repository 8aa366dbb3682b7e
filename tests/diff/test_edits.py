"""Small edits whose meaning is known: what `diff` says of each; that data differ nowhere else is proved by two runs.

The proof goes one way: where `diff` says that a dataset or a column stays as it is, both runs have the same values for
the same rows. What it says to change may by chance come out the same.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from synthdsl.diff.changes import Difference
from synthdsl.diff.compare import compare
from synthdsl.pipeline import Compiled, RunSettings, compile_spec, run

BASE = '''synth 1

## Lives of people.

model writer = simulated(temperature=0.5)
model judge = simulated(temperature=0)

param rows: int = 30

type Grade = {
  ## From bad to good.
  score: int(1..5)
}

template asked(age: int, town: str) = """A life of {{ age }} years in {{ town }}."""

source hints: { topic: str, weight: int } = jsonl("hints.jsonl")

dataset people of rows {
  var town = choice(["Ulm", "Bonn"])
  var age = integer(18, 90)
  var decade = floor(age / 10)
  var mark = uniform(0, 1)
  rule grown: age > 20 else drop
  llm bio: str = writer """{{ asked(age, town) }}"""
  llm grade: Grade = judge """Grade {{ bio }}"""
}

dataset friends of 2 from people {
  var near = decade + integer(0, 3)
}

dataset facts from hints {
  var label = upper(topic)
  var drawn = integer(1, 6)
}

dataset best = people |> filter(mark > 0.3) |> sort(by=age) |> take(9)

expect people { enough: count() >= 5 }

output "out/people.jsonl" from people as chat {
  user = town
  assistant = bio
}
output "out/friends.jsonl" from friends
output "out/facts.jsonl" from facts
output "out/best.jsonl" from best as rows {
  age = age
  score = grade.score
}
'''

HINTS = "".join(f'{{"topic": "t{i % 7}", "weight": {i}}}\n' for i in range(12))

DATASETS = ("people", "friends", "facts", "best")


@dataclass(frozen=True)
class Edit:
    """One edit. levels: of the datasets that change. columns: those told of, by dataset; None where they do not matter.

    contract: the effects on outputs. changes: texts and what takes their place.
    """

    name: str
    changes: tuple[tuple[str, str], ...]
    levels: dict[str, str]
    contract: tuple[str, ...] = ()
    hints: str = HINTS


def edit(name: str, old: str, new: str, contract: tuple[str, ...] = (), **levels: str) -> Edit:
    return Edit(name, ((old, new),), levels, contract)


LINE = "  var mark = uniform(0, 1)\n"
EDITS = [
    # what means nothing
    edit("a comment", "  var age", "  # how old\n  var age"),
    edit("layout", "  var age = integer(18, 90)", "  var   age=integer( 18,90 )"),
    edit("a trailing comma", 'choice(["Ulm", "Bonn"])', 'choice([\n    "Ulm",\n    "Bonn",\n  ])'),
    edit("documentation of the file", "## Lives of people.", "## Lives of some people."),
    Edit("order of statements", ((LINE, ""), ("  var town", LINE + "  var town")), {}),
    edit("a number written otherwise", "rows: int = 30", "rows: int = 3_0"),
    edit("a share written otherwise", "mark > 0.3", "mark > 30%"),
    edit("how often is tried again", "temperature=0.5)", "temperature=0.5, retries=5)"),
    edit("how many calls at once", "temperature=0.5)", "temperature=0.5, concurrency=3)"),
    edit("a price", "temperature=0.5)", 'temperature=0.5, price={"input": 1, "output": 2})'),
    edit("an expectation", "count() >= 5", "count() >= 6"),
    Edit("a param by another name", (("param rows", "param many"), ("of rows {", "of many {")), {}),
    Edit("a template's parameter", (("asked(age: int", "asked(old: int"), ("of {{ age }} y", "of {{ old }} y")), {}),
    # rows come and go
    edit("more rows", "rows: int = 30", "rows: int = 40", people="append", friends="append", best="append"),
    edit("fewer rows", "rows: int = 30", "rows: int = 20", people="append", friends="append", best="append"),
    edit("more copies", "of 2 from", "of 3 from", friends="append"),
    edit("a rule is looser", "age > 20", "age > 19", people="filter", friends="append", best="append"),
    edit("a rule is gone", "  rule grown: age > 20 else drop\n", "", people="filter", friends="append", best="append"),
    edit("a new rule", LINE, LINE + "  rule odd: mod(age, 2) == 1 else drop\n",
         people="filter", friends="append", best="append"),
    edit("a rule only flags", "age > 20 else drop", "age > 20 else flag", ("additive",),
         people="filter", friends="append", best="append"),
    edit("another filter", "mark > 0.3", "mark > 0.4", best="filter"),
    edit("another length", "take(9)", "take(8)", best="filter"),
    edit("another order", "sort(by=age)", "sort(by=decade)", best="filter"),
    Edit("a line more in a source", (), {"facts": "append"}, (), HINTS + '{"topic": "new", "weight": 99}\n'),
    # other values
    edit("a draw", "integer(18, 90)", "integer(18, 80)", ("additive",),
         people="filter", friends="append", best="append"),
    edit("what is chosen from", '["Ulm", "Bonn"]', '["Ulm", "Bern"]', ("training",),
         people="partial", friends="partial", best="partial"),
    edit("a draw that nothing reads on", "integer(1, 6)", "integer(1, 7)", ("additive",), facts="partial"),
    edit("an expression", "floor(age / 10)", "floor(age / 5)", people="partial", friends="partial", best="partial"),
    edit("a word of a prompt", "years in", "full years in", people="partial", friends="partial", best="partial"),
    edit("a word of the last prompt", "Grade {{", "Mark {{", people="partial", friends="partial", best="partial"),
    edit("a temperature", "simulated(temperature=0.5)", "simulated(temperature=0.6)",
         people="partial", friends="partial", best="partial"),
    edit("another model", "llm bio: str = writer", "llm bio: str = judge",
         people="partial", friends="partial", best="partial"),
    edit("what a model is told of a field", "## From bad to good.", "## From awful to good.",
         people="partial", friends="partial", best="partial"),
    edit("a new column", LINE, LINE + "  var size = integer(1, 9)\n", ("additive",),
         people="partial", friends="partial", best="partial"),
    edit("another function", "upper(topic)", "lower(topic)", facts="partial"),
    Edit("a value in a source", (), {"facts": "append"}, (), HINTS.replace('"weight": 3}', '"weight": 33}')),
    # what other names mean
    Edit("a column by another name", (("var mark", "var luck"), ("mark > 0.3", "luck > 0.3"),
         ("expect people", "moved people.mark -> people.luck\n\nexpect people")), {}, ("additive", "breaking")),
    Edit("a column by another name that is not told", (("var mark", "var luck"), ("mark > 0.3", "luck > 0.3")),
         {"people": "partial", "friends": "partial", "best": "filter"}, ("additive", "breaking")),
    # outputs
    edit("a key more", "  age = age\n", "  age = age\n  town = town\n", ("additive",)),
    edit("a key less", "  age = age\n", "", ("breaking",)),
    edit("a key by another name", "  age = age\n", "  years = age\n", ("breaking", "additive")),
    edit("a role that is another", "as chat {\n  user = town\n", 'as chat {\n  user = "x"\n', ("training",)),
    edit("a role more", "  user = town\n", '  system = "Be brief."\n  user = town\n', ("additive",)),
    edit("an output less", 'output "out/facts.jsonl" from facts\n', "", ("breaking",)),
    edit("another type", "score: int(1..5)", "score: int(1..9)", ("additive",),
         people="partial", friends="partial", best="partial"),
]  # fmt: skip


def side(folder: Path, text: str, hints: str) -> Compiled:
    folder.mkdir()
    (folder / "hints.jsonl").write_text(hints)
    (folder / "d.synth").write_text(text)
    compiled = compile_spec(folder / "d.synth")
    assert compiled.plan is not None, [d.message for d in compiled.diagnostics]
    return compiled


Rows = dict[Hashable, dict[str, Any]]


def rows_of(compiled: Compiled) -> dict[str, list[tuple[int, dict[str, Any]]]]:
    """The rows of all datasets, each with its key, in order."""
    assert compiled.plan is not None
    names = tuple(n for n in DATASETS if n in compiled.plan.rows)
    tables = run(compiled, RunSettings(collect=names, write=False)).outcome.tables
    found = {}
    for name, table in tables.items():
        columns = {c: table.column(c) for c in table.names}
        keys = [int(k) for k in table.batch(0, table.rows).keys]
        found[name] = [(key, {c: v[i] for c, v in columns.items()}) for i, key in enumerate(keys)]
    return found


def told(before: Compiled, after: Compiled, hints_changed: bool) -> Difference:
    assert before.plan is not None and after.plan is not None
    return compare(before.plan, after.plan, frozenset({"hints"}) if hints_changed else frozenset())


def test_there_are_enough_edits() -> None:
    assert len(EDITS) >= 40 and len({e.name for e in EDITS}) == len(EDITS)


@pytest.mark.parametrize("one", EDITS, ids=lambda e: e.name)
def test_an_edit_means_what_is_told_of_it(one: Edit, tmp_path: Path) -> None:
    text = BASE
    for old, new in one.changes:
        assert old in text, old
        text = text.replace(old, new)
    before, after = side(tmp_path / "old", BASE, HINTS), side(tmp_path / "new", text, one.hints)
    found = told(before, after, one.hints != HINTS)
    levels = {d.dataset: d.level for d in found.data if d.level != "none"}
    levels.pop("hints", None)
    assert levels == one.levels
    assert tuple(sorted({c.effect for c in found.contract})) == tuple(sorted(one.contract))
    proved(found, rows_of(before), rows_of(after))


def proved(found: Difference, old: dict[str, Any], new: dict[str, Any]) -> None:
    """What is not told of is the same in both runs."""
    data = {d.dataset: d for d in found.data}
    for name in old.keys() & new.keys():
        change = data.get(name)
        if change is None or change.level == "none":
            renamed = {c.column: c.before for c in (change.columns if change else ()) if c.kind == "renamed"}
            values = [{renamed.get(c, c): v for c, v in row.items()} for _, row in new[name]]
            assert values == [row for _, row in old[name]], name
            assert [k for k, _ in new[name]] == [k for k, _ in old[name]], name
            continue
        if change.level == "full":
            continue
        others = {c.column for c in change.columns} | {c.before for c in change.columns} | {"flags"}
        before = dict(old[name])
        for key, row in new[name]:
            if key in before:
                same = {c: v for c, v in row.items() if c not in others}
                assert same == {c: before[key][c] for c in same}, (name, key)
            else:
                assert change.level in ("append", "filter") or others, (name, key)
        if change.level == "partial" and len(old[name]) != len(new[name]):
            assert any("rule" in why or "rows" in why or "kept" in why for why in change.why), (name, change.why)
