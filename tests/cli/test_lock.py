"""`synth.lock`: written, merged, held against what is there now; types that it pins; plans that were approved."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest

from synthdsl.approved import _seal
from synthdsl.lockfile import Lock, lock_text, parse_lock, sides_of
from synthdsl.pipeline import compile_spec
from tests.cli.conftest import Synthc

ROOT = Path(__file__).parents[2]
SPEC = """\
synth 1

source towns = csv("towns.csv")

dataset greetings from towns {
  template text = "Hello, {{ name }}."
}

output "out/greetings.jsonl" from greetings
"""


@pytest.fixture
def towns(tmp_path: Path) -> Path:
    """A spec with an undeclared source, alone in its project."""
    (tmp_path / "towns.csv").write_text("name,people,zip\nUlm,126000,89073\nBonn,331000,53111\n")
    path = tmp_path / "towns.synth"
    path.write_text(SPEC)
    return path


def test_the_lock_pins_inferred_types(synthc: Synthc, towns: Path) -> None:
    assert "W0601" in synthc("check", "towns.synth").out
    written = synthc("lock", "towns.synth")
    assert written.code == 0 and '+ source.towns.column.people = "int"' in written.out
    assert synthc("check", "towns.synth", "--frozen").out == "1 spec checked, nothing found.\n"
    assert "up to date" in synthc("lock").out


def test_a_changed_source_is_told_with_both_digests(synthc: Synthc, towns: Path) -> None:
    synthc("lock", "towns.synth")
    old = tomllib.loads((towns.parent / "synth.lock").read_text())["towns.synth"]["source"]["towns"]["digest"]
    # Read afresh this column would be text: what is pinned stays what it is.
    (towns.parent / "towns.csv").write_text("name,people,zip\nUlm,126000,089\n")
    assert "W0602" in synthc("check", "towns.synth").out
    frozen = synthc("check", "towns.synth", "--frozen")
    assert frozen.code == 1 and "W0602" not in frozen.out
    assert "towns.csv" in frozen.out and old in frozen.out and "synthc lock towns.synth" in frozen.out
    changed = synthc("lock")
    assert 'zip = "str", was "int"' in changed.out
    assert synthc("check", "towns.synth", "--frozen").code == 0


def test_a_settled_file_is_hashed_once_and_anew_after_a_change(towns: Path) -> None:
    from synthdsl.catalog import SourceCatalog
    from synthdsl.sources.digest import _hashes

    compiled = compile_spec(towns)
    assert compiled.spec is not None
    (source,) = compiled.spec.sources
    catalog = SourceCatalog(compiled.root, lambda file: file)
    file = towns.parent / "towns.csv"
    os.utime(file, (1_700_000_000, 1_700_000_000))
    first = catalog.digest_of(source.call)
    assert any(str(file.resolve()) == path for path, *_ in _hashes)
    assert catalog.digest_of(source.call) == first
    file.write_text(file.read_text().replace("Ulm", "Aalen"))
    assert catalog.digest_of(source.call) != first


def test_a_value_that_does_not_fit_the_pinned_type_is_an_error(synthc: Synthc, towns: Path) -> None:
    synthc("lock", "towns.synth")
    (towns.parent / "towns.csv").write_text("name,people,zip\nUlm,many,89073\n")
    assert "E0606" in synthc("check", "towns.synth").out


def test_where_the_digest_agrees_the_file_is_not_read(synthc: Synthc, towns: Path) -> None:
    synthc("lock", "towns.synth")
    lock = towns.parent / "synth.lock"
    lock.write_text(lock.read_text().replace('people = "int"', 'people = "float"'))
    compiled = compile_spec(towns)
    assert compiled.spec is not None and compiled.diagnostics == ()
    assert [type(f.type).__name__ for f in compiled.spec.sources[0].row.fields] == ["StrType", "FloatType", "IntType"]


def test_a_missing_lock_is_told(synthc: Synthc, towns: Path) -> None:
    done = synthc("check", "towns.synth", "--frozen")
    assert done.code == 1 and "E0616" in done.out and "synthc lock towns.synth" in done.out


def test_imports_and_models_are_facts(synthc: Synthc, towns: Path) -> None:
    head, rest = SPEC.split("\n\n", 1)
    more = 'import "./words.synth" (hello)\n\nmodel writer = openai("gpt-4o-mini", price={"input": 1, "output": 2})\n\n'
    rest = rest.replace('"Hello, {{ name }}."', '"{{ hello(name) }}"')
    use = '  llm reply: str = writer "{{ text }}"\n}\n\noutput'
    towns.write_text(f"{head}\n\n{more}" + rest.replace("}\n\noutput", use))
    words = towns.parent / "words.synth"
    words.write_text('synth 1\n\ntemplate hello(name: str) = "Hello, {{ name }}."\n')
    out = synthc("lock", "towns.synth").out
    assert 'import."words.synth"' in out and "model.writer.price.input = 1.0" in out
    words.write_text(words.read_text().replace("Hello", "Good day"))
    towns.write_text(towns.read_text().replace('"input": 1,', '"input": 3,'))
    frozen = synthc("check", "towns.synth", "--frozen").out
    assert "The import 'words.synth' changed" in frozen
    assert "'model.writer.price.input' is 3.0, locked with 1.0" in frozen


def test_a_merge_that_conflicts_is_explained_and_made_anew(synthc: Synthc, towns: Path) -> None:
    def git(*arguments: str, fine: bool = True) -> None:
        told = ["git", "-c", "user.name=a", "-c", "user.email=a@b", *arguments]
        assert subprocess.run(told, cwd=towns.parent, capture_output=True).returncode == 0 or not fine

    other = towns.with_name("other.synth")
    other.write_text(SPEC.replace("out/greetings", "out/other"))
    synthc("lock", "towns.synth", "other.synth")
    git("init", "-q", "-b", "main")
    git("add", ".")
    git("commit", "-qm", "one")
    for branch, zip_ in (("left", "1"), ("right", "2")):
        git("checkout", "-qb", branch, "main")
        (towns.parent / "towns.csv").write_text(f"name,people,zip\nUlm,1,{zip_}\n")
        synthc("lock")
        git("commit", "-qam", branch)
    git("merge", "left", fine=False)
    told = synthc("check", "other.synth")
    assert told.code == 1 and "E0614" in told.out and "source.towns.digest is" in told.out
    git("checkout", "--ours", "towns.csv")
    assert "2 specs" in synthc("lock", "towns.synth").out
    assert synthc("check", "towns.synth", "other.synth", "--frozen").code == 0


@pytest.mark.parametrize("text", ["version 1", "version = 2", 'version = 1\n["a"]\nx = [1]', "\x00"])
def test_a_file_that_is_no_lock(synthc: Synthc, towns: Path, text: str) -> None:
    (towns.parent / "synth.lock").write_text(text)
    told = synthc("check", "towns.synth")
    assert told.code == 1 and "E0615" in told.out
    assert synthc("lock", "towns.synth").code == 0


def test_reading_gives_what_was_written() -> None:
    odd = {("source", 'a "b".c', "column", "ü\x7f\n"): 'str(pattern="\\\\d")', ("deprecated",): True, ("price",): 0.1}
    lock = Lock({("faker",): "1"}, {"b/ö.synth": odd, "a.synth": {}})
    assert parse_lock(lock_text(lock)) == lock


def test_the_sides_of_a_merge() -> None:
    text = "a\n<<<<<<< x\nb\n||||||| base\nc\n=======\nd\n>>>>>>> y\ne\n"
    assert sides_of(text) == ("a\nb\ne\n", "a\nd\ne\n")


# --- approval


@pytest.fixture
def tutor(tmp_path: Path) -> Path:
    """The tutor example without its stored answers, with models that have a price and cost nothing to ask."""
    shutil.copytree(ROOT / "examples/tutor", tmp_path, dirs_exist_ok=True)
    (tmp_path / "tutor.cassette.jsonl").unlink()
    spec = tmp_path / "tutor.synth"
    priced = 'simulated(price={"input": 1, "output": 2})'
    spec.write_text(re.sub(r"^(model \w+ =) .*", rf"\1 {priced}", spec.read_text(), flags=re.MULTILINE))
    return spec


def test_a_run_keeps_to_what_was_approved(synthc: Synthc, tutor: Path) -> None:
    assert synthc("plan", "tutor.synth", "-o", "approved.json", "--max-cost", "1").code == 0
    dearer = synthc("run", "tutor.synth", "--approved", "approved.json", "--max-cost", "2")
    assert dearer.code == 1 and "may cost 2, the plan allows 1" in dearer.err
    assert synthc("run", "tutor.synth", "--approved", "approved.json").code in (0, 1)


def test_a_price_that_rose_was_not_approved(synthc: Synthc, tutor: Path) -> None:
    # The price in the spec is part of the plan's digest; one of a list is not.
    synthc("plan", "tutor.synth", "-o", "approved.json")
    kept = json.loads(Path("approved.json").read_text())
    assert kept["prices"]["writer"] == {"input": 1.0, "output": 2.0, "cached": 1.0}
    tutor.write_text(tutor.read_text().replace('"output": 2', '"output": 3'))
    assert "E0814" in synthc("run", "tutor.synth", "--approved", "approved.json").err


def test_a_list_price_that_rose_was_not_approved(synthc: Synthc, tutor: Path) -> None:
    synthc("plan", "tutor.synth", "-o", "approved.json")
    kept = json.loads(Path("approved.json").read_text())
    del kept["approval"]
    kept["prices"]["judge"]["output"] = 1.5
    Path("approved.json").write_text(json.dumps({**kept, "approval": _seal(kept)}))
    told = synthc("run", "tutor.synth", "--approved", "approved.json").err
    assert "The price of 'judge' is 1 in and 2 out, the plan has 1 in and 1.5 out." in told


def test_a_lock_that_changed_was_not_approved(synthc: Synthc, tutor: Path) -> None:
    synthc("plan", "tutor.synth", "-o", "approved.json")
    synthc("lock", "tutor.synth")
    assert "synth.lock" in synthc("run", "tutor.synth", "--approved", "approved.json").err


def test_a_plan_changed_by_hand_was_not_approved(synthc: Synthc, tutor: Path) -> None:
    synthc("plan", "tutor.synth", "-o", "approved.json", "--max-cost", "1")
    kept = json.loads(Path("approved.json").read_text())
    Path("approved.json").write_text(json.dumps({**kept, "budget": 100}))
    assert "by hand" in synthc("run", "tutor.synth", "--approved", "approved.json").err


def test_a_budget_stops_an_approved_run(synthc: Synthc, tutor: Path) -> None:
    synthc("plan", "tutor.synth", "-o", "approved.json", "--max-cost", "0.000001")
    assert "E0826" in synthc("run", "tutor.synth", "--approved", "approved.json").err
