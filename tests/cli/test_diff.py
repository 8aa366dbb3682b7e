"""What a change means: by spec pairs, from git revisions, in each form."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from synthdsl.diff.changes import Difference
from synthdsl.diff.compare import compare
from synthdsl.pipeline import compile_spec
from tests.cli.conftest import Synthc

BASE = """synth 1

model writer = simulated(temperature=0.5)

param rows: int = 20

dataset people of rows {
  var town = choice(["Ulm", "Bonn"])
  var age = integer(18, 90)
  var decade = floor(age / 10)
  rule grown: age > 20 else drop
  llm bio: str = writer \"\"\"A life of {{ age }} years in {{ town }}.\"\"\"
  llm short: str = writer \"\"\"Shorter: {{ bio }}\"\"\"
}

dataset friends of 2 from people {
  var near = decade + 1
}

dataset best = people |> sort(by=age) |> take(5)

output "out/people.jsonl" from people as chat {
  user = bio
  assistant = short
}
output "out/friends.csv" from friends as rows {
  town = town
  near = near
}
output "out/best.jsonl" from best as rows {
  age = age
}
"""


def difference(folder: Path, *changes: tuple[str, str], base: str = BASE) -> Difference:
    """What replacing some texts of the spec means."""
    text = base
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    plans = []
    for name, spec in (("old.synth", base), ("new.synth", text)):
        (folder / name).write_text(spec)
        compiled = compile_spec(folder / name)
        assert compiled.plan is not None, compiled.diagnostics
        plans.append(compiled.plan)
    return compare(*plans)


def levels(found: Difference) -> dict[str, str]:
    return {d.dataset: d.level for d in found.data}


def columns(found: Difference, dataset: str) -> dict[str, str]:
    return {c.column: c.kind for d in found.data if d.dataset == dataset for c in d.columns}


def test_nothing_but_meaning_counts(tmp_path: Path) -> None:
    assert difference(tmp_path).is_empty
    line = "  var age = integer(18, 90)\n"
    moved = difference(tmp_path, (line, ""), ("  llm bio", f"  # how old\n{line}  ## Their life.\n  llm bio"))
    assert moved.is_empty
    assert difference(tmp_path, ("temperature=0.5", "temperature=0.5, concurrency=4")).is_empty


def test_a_prompt_changes_its_column_and_what_follows(tmp_path: Path) -> None:
    found = difference(tmp_path, ("A life of", "The life of"))
    assert levels(found) == {"people": "partial", "friends": "partial", "best": "partial"}
    assert columns(found, "people") == {"bio": "direct", "short": "inherited"}
    assert columns(found, "friends") == {"bio": "inherited", "short": "inherited"}
    assert found.contract == ()
    assert columns(difference(tmp_path, ("Shorter:", "In short:")), "people") == {"short": "direct"}


def test_a_model_changes_all_that_it_writes(tmp_path: Path) -> None:
    found = difference(tmp_path, ("temperature=0.5", "temperature=0.9"))
    assert columns(found, "people") == {"bio": "direct", "short": "direct"}


def test_a_draw_changes_what_is_computed_sorted_and_judged_by_it(tmp_path: Path) -> None:
    found = difference(tmp_path, ("integer(18, 90)", "integer(18, 99)"))
    assert columns(found, "people") == {
        "age": "direct", "decade": "inherited", "bio": "inherited", "short": "inherited",
    }  # fmt: skip
    assert levels(found)["people"] == "filter"
    assert levels(found)["best"] == "append"
    assert "step sort reads age, which changes" in next(d.why for d in found.data if d.dataset == "best")
    assert columns(found, "friends")["near"] == "inherited"


def test_rows_come_and_go(tmp_path: Path) -> None:
    more = difference(tmp_path, ("rows: int = 20", "rows: int = 30"))
    assert levels(more) == {"people": "append", "friends": "append", "best": "append"}
    assert all(not d.columns for d in more.data)
    rule = difference(tmp_path, ("age > 20 else drop", "age > 30 else drop"))
    assert levels(rule) == {"people": "filter", "friends": "append", "best": "append"}
    step = difference(tmp_path, ("take(5)", "take(6)"))
    assert levels(step) == {"best": "filter"}


def test_what_was_moved_is_the_same(tmp_path: Path) -> None:
    changes = (("llm bio", "llm life"), ("{{ bio }}", "{{ life }}"), ("user = bio", "user = life"))
    told = difference(tmp_path, *changes, ("output", "moved people.bio -> people.life\n\noutput"))
    assert columns(told, "people") == {"life": "renamed"}
    assert levels(told)["people"] == "none"
    silent = difference(tmp_path, *changes)
    assert columns(silent, "people") == {"life": "added", "short": "direct", "bio": "removed"}


CHAT = ("as chat {\n  user = bio\n  assistant", "as prompt_completion {\n  prompt = bio\n  completion")


@pytest.mark.parametrize(
    ("change", "effects"),
    [
        (("  town = town\n", ""), {"breaking"}),
        (("  near = near\n", "  near = near\n  age = age\n"), {"additive"}),
        (("as rows {\n  town = town", "as rows {\n  town = age"), {"breaking"}),
        (("  assistant = short", "  assistant = short\n  system = town"), {"additive"}),
        (CHAT, {"training"}),
        (('output "out/friends.csv"', 'output "out/others.csv"'), {"breaking", "additive"}),
        (('["Ulm", "Bonn"]', '["Ulm", "Bonn", "Mainz"]'), {"training"}),
        (('["Ulm", "Bonn"]', '["Ulm"]'), {"additive"}),
    ],
)
def test_contracts(change: tuple[str, str], effects: set[str], tmp_path: Path) -> None:
    assert {c.effect for c in difference(tmp_path, change).contract} == effects


# --- the command ---------------------------------------------------------------------------------


def git(folder: Path, *arguments: str) -> None:
    who = ["-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", "-C", str(folder), *who, *arguments], check=True, capture_output=True)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with one commit; the spec in it was changed since."""
    source = (
        'source towns: { town: str } = csv("towns.csv")\n\ndataset seen from towns {\n  var length = len(town)\n}\n'
    )
    (tmp_path / "main.synth").write_text(BASE + "\n" + source + '\noutput "out/seen.csv" from seen\n')
    (tmp_path / "towns.csv").write_text("town\nUlm\n")
    git(tmp_path, "init", "-q", "-b", "main")
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-q", "-m", "one")
    text = (tmp_path / "main.synth").read_text().replace("A life of", "A `long` life | of")
    (tmp_path / "main.synth").write_text(text)
    return tmp_path


def test_a_revision_and_the_file_of_today(synthc: Synthc, repository: Path) -> None:
    answer = synthc("diff", "HEAD", "main.synth")
    assert answer.code == 0
    assert "[-A-] {+A `long`+}" in answer.out or "{+`long`+} life {+|+} of" in answer.out
    assert "short" in answer.out and "asked again" in answer.out
    assert "20 calls to make" in answer.out or "calls to make" in answer.out
    same = synthc("diff", "HEAD:main.synth", "HEAD:main.synth")
    assert same.out == "main.synth at HEAD and main.synth at HEAD mean the same.\n"
    assert synthc("diff", "main.synth", "--against", "main").out.splitlines()[2:] == answer.out.splitlines()[2:]


def test_the_content_of_a_source(synthc: Synthc, repository: Path) -> None:
    git(repository, "commit", "-qam", "two")
    (repository / "towns.csv").write_text("town\nUlm\nBonn\n")
    found: dict[str, Any] = json.loads(synthc("diff", "HEAD", "main.synth", "--format", "json").out)
    assert {d["dataset"]: d["level"] for d in found["data"]} == {"towns": "append", "seen": "append"}


def test_a_comment_for_a_pull_request(synthc: Synthc, repository: Path) -> None:
    text = synthc("diff", "HEAD", "main.synth", "--format", "markdown").out
    assert text.startswith("<!-- synthc diff -->\n")
    # What a spec says is shown, not rendered.
    assert "<ins>&#96;long&#96;</ins> life <ins>&#124;</ins>" in text
    assert synthc("diff", "HEAD:main.synth", "HEAD:main.synth", "--format", "markdown").out == ""


def test_gates(synthc: Synthc, repository: Path) -> None:
    assert synthc("diff", "HEAD", "main.synth", "--compat", "schema").code == 0
    assert synthc("diff", "HEAD", "main.synth", "--compat", "rows").code == 1
    text = (repository / "main.synth").read_text().replace(*CHAT)
    (repository / "main.synth").write_text(text)
    assert synthc("diff", "HEAD", "main.synth", "--compat", "training").code == 1
    assert synthc("diff", "HEAD", "main.synth", "--budget", "0").code == 0


@pytest.mark.parametrize(
    "arguments",
    [
        ("main.synth",),
        ("nobody", "main.synth"),
        ("--", "-x", "main.synth"),
        ("HEAD:other.synth", "main.synth"),
        ("main.synth", "main.synth", "--against", "main"),
        ("nobody.synth", "nothing.synth"),
    ],
)
def test_wrong_usage(synthc: Synthc, repository: Path, arguments: tuple[str, ...]) -> None:
    assert synthc("diff", *arguments).code == 2


def test_a_side_that_is_wrong(synthc: Synthc, repository: Path) -> None:
    (repository / "main.synth").write_text(BASE.replace("floor(age", "floor(agee"))
    answer = synthc("diff", "HEAD", "main.synth")
    assert answer.code == 1
    assert "E0201" in answer.err


SENT = """synth 1

model writer = simulated(temperature=0.5)

## Tells the weather.
type Weather = {
  ## A town.
  town: str
}

type Grade = {
  ## From bad to good.
  score: int(1..5)
}

dataset d of 3 {
  var n = integer(1, 9)
  llm asked = writer {
    user "{{ n }}?"
    tools = [Weather]
  }
  llm grade: Grade = writer "{{ n }}!"
}

output "out/d.jsonl" from d
"""


@pytest.mark.parametrize(
    ("old", "new", "column"),
    [
        ("## Tells the weather.", "## Tells the weather of a town.", "asked"),
        ("## A town.", "## The name of a town.", "asked"),
        ("## From bad to good.", "## From 1 (bad) to 5 (good).", "grade"),
    ],
)
def test_what_models_are_told_by_documentation_is_made_again(tmp_path: Path, old: str, new: str, column: str) -> None:
    found = difference(tmp_path, (old, new), base=SENT)
    assert [c.column for d in found.data for c in d.columns] == [column]


DRAWN = """synth 1

dataset d of 3 {
  var n = integer(5, 5)
  var text = "a | b"
}

output "out/d.jsonl" from d as rows {
  n = n
}
"""


def test_rows_stand_side_by_side(synthc: Synthc, tmp_path: Path) -> None:
    (tmp_path / "old.synth").write_text(DRAWN)
    (tmp_path / "new.synth").write_text(DRAWN.replace("(5, 5)", "(6, 6)").replace("of 3", "of 4"))
    text = synthc("diff", "old.synth", "new.synth", "--rows", "9").out
    assert text.count("- 5\n") == 3 and text.count("+ 6\n") == 4 and "no such row" in text
    shown = synthc("diff", "old.synth", "new.synth", "--rows", "2", "--format", "markdown").out
    assert shown.count("| `n` | 5 | 6 |") == 2
    found = json.loads(synthc("diff", "old.synth", "new.synth", "--rows", "1", "--format", "json").out)
    assert found["rows"]["d"][0]["values"] == [{"column": "n", "before": "5", "after": "6"}]
    assert "rows of" not in synthc("diff", "old.synth", "new.synth").out


def test_rows_of_answers_that_are_missing_are_left_out(synthc: Synthc, tmp_path: Path) -> None:
    (tmp_path / "old.synth").write_text(BASE)
    (tmp_path / "new.synth").write_text(BASE.replace("A life of", "One life of"))
    assert "rows of" not in synthc("diff", "old.synth", "new.synth", "--rows", "2").out
    assert synthc("run", "old.synth").code == 0 and synthc("run", "new.synth").code == 0
    text = synthc("diff", "old.synth", "new.synth", "--rows", "2").out
    assert "rows of people" in text and "bio" in text


def test_results_for_code_scanning(synthc: Synthc, tmp_path: Path) -> None:
    (tmp_path / "old.synth").write_text(DRAWN)
    (tmp_path / "new.synth").write_text(DRAWN.replace("(5, 5)", "(6, 6)").replace("  n = n", "  m = n"))
    found = json.loads(synthc("diff", "old.synth", "new.synth", "--format", "sarif").out)
    results = found["runs"][0]["results"]
    assert {(r["ruleId"], r["level"]) for r in results} == {
        ("contract", "error"),
        ("contract", "note"),
        ("data", "note"),
    }
    assert all(r["locations"][0]["physicalLocation"]["region"]["startLine"] > 2 for r in results)
