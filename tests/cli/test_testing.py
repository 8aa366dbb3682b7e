"""`synthc test`: what it prints, its exit codes, snapshots, forms for machines."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest

from synthdsl.snapshots import read_snapshots, snapshots_text
from tests.cli.conftest import Synthc

SPEC = """\
synth 1

model writer = openai("small")

dataset tickets of 100 {
  var product = choice(["router", "sim"])
  var severity: "low" | "high" = choice(["low", "high"])
  rule sim_is_minor: product == "sim" implies severity != "high"
  var fault = match product {
    "router" => "no signal",
    "sim" => "not recognised",
  }
  llm body: str = writer \"\"\"
    Complain of {{ fault }}.
    Be {{ severity }}.
    \"\"\"
  rule short: len(body) < 30 else retry body 1
}

test "a body is asked for again" {
  given tickets { product = "sim", severity = "low" }
  reply body = "A text that is far longer than it may be here."
  reply body = "Dead."
  assert body == "Dead."
  assert snapshot(prompt(body))
}

test "faults" {
  given tickets { product = "router" }
  assert fault == "no signal"
}

output "out/tickets.jsonl" from tickets {
  body = body
}
"""


@pytest.fixture
def tickets(tmp_path: Path) -> Path:
    """A spec with tests."""
    path = tmp_path / "tickets.synth"
    path.write_text(SPEC)
    return path


def test_tests_pass_once_their_snapshots_are_kept(synthc: Synthc, tickets: Path) -> None:
    first = synthc("test", "tickets.synth")
    assert first.code == 1 and "E0852" in first.out and "has no snapshot yet" in first.out
    kept = synthc("test", "tickets.synth", "--update")
    assert kept.code == 0 and "+ Complain of not recognised." in kept.out
    again = synthc("test", "tickets.synth")
    assert again.code == 0 and again.out.endswith("\n2 tests passed.\n")
    assert not list(tickets.parent.glob(".synth/answers*"))


def test_what_was_seen_is_told(synthc: Synthc, tickets: Path) -> None:
    told = synthc("test", "tickets.synth", "--update").out
    assert "2 of 2 rules seen to hold, 1 to fail; 2 of 2 match arms taken" in told
    assert "rule tickets.sim_is_minor never seen to fail (line 8)" in told
    tickets.write_text(SPEC.replace('product = "router" }', 'product = "sim" }'))
    assert "match of tickets.fault, arm 1 never taken (line 10)" in synthc("test", "tickets.synth").out


def test_a_changed_prompt_is_shown_and_kept(synthc: Synthc, tickets: Path) -> None:
    synthc("test", "tickets.synth", "--update")
    tickets.write_text(SPEC.replace("Be {{", "Be very {{"))
    differs = synthc("test", "tickets.synth")
    assert differs.code == 1 and "+ Be very low." in differs.out and "- Be low." in differs.out
    assert synthc("test", "tickets.synth", "--update").code == 0
    assert "Be very low." in (tickets.parent / "tickets.snapshots.md").read_text()


def test_snapshots_of_tests_that_are_gone_are_removed(synthc: Synthc, tickets: Path) -> None:
    synthc("test", "tickets.synth", "--update")
    tickets.write_text(SPEC.replace("  assert snapshot(prompt(body))\n", ""))
    assert "snapshot removed" in synthc("test", "tickets.synth", "--update").out
    assert not (tickets.parent / "tickets.snapshots.md").exists()


def test_the_values_of_parts_are_printed(synthc: Synthc, tickets: Path) -> None:
    tickets.write_text(SPEC.replace('body == "Dead."', "len(body) + 1 == asked(body)"))
    out = synthc("test", "tickets.synth").out
    for part in ('body = "Dead."', "len(body) = 5", "len(body) + 1 = 6", "asked(body) = 2"):
        assert part in out


def test_only_tests_with_a_word_are_run(synthc: Synthc, tickets: Path) -> None:
    some = synthc("test", "tickets.synth", "-k", "FAULT")
    assert some.code == 0 and "1 test passed." in some.out
    none = synthc("test", "tickets.synth", "-k", "nothing")
    assert none.code == 2 and "nothing" in none.err


def test_errors_of_the_spec_stop_it(synthc: Synthc, tickets: Path) -> None:
    tickets.write_text(SPEC.replace("Complain of {{ fault", "Complain of {{ falt"))
    done = synthc("test", "tickets.synth")
    assert done.code == 1 and "E0201" in done.err


def test_a_spec_without_tests_is_fine(synthc: Synthc, people: Path) -> None:
    done = synthc("test", "people.synth")
    assert (done.code, done.out) == (0, "There is no test.\n")


def test_forms_for_machines(synthc: Synthc, tickets: Path) -> None:
    (whole,) = json.loads(synthc("test", "tickets.synth", "--format", "json").out)
    assert [t["passed"] for t in whole["tests"]] == [False, True]
    assert whole["tests"][0]["findings"][0]["code"] == "E0852" and whole["coverage"]["taken"] == 2
    suite = ElementTree.fromstring(synthc("test", "tickets.synth", "--format", "junit").out)[0]
    assert suite.attrib == {"name": "tickets.synth", "tests": "2", "failures": "1"}
    assert [case.attrib["name"] for case in suite] == ["a body is asked for again", "faults"]


def test_an_answer_that_never_fits_stops_the_row(synthc: Synthc, tickets: Path) -> None:
    spec = SPEC.replace("llm body: str", "llm body: int(1..5)").replace("len(body) < 30", "body < 4")
    spec = spec.replace('"A text that is far longer than it may be here."', '"many"').replace('"Dead."', '"9"')
    tickets.write_text(spec.replace('assert body == "9"', "assert body == 3"))
    out = synthc("test", "tickets.synth").out
    assert "There is no reply to call 3 of 'body'" in out


def test_a_row_that_looks_into_what_models_write_is_refused(synthc: Synthc, tmp_path: Path) -> None:
    spec = SPEC[: SPEC.index("test ")] + (
        "dataset more of 3 {\n  var other = choice(tickets).body\n}\n\n"
        'test "other" {\n  given more {}\n  assert other != ""\n}\n\n'
        'test "given" {\n  given more { other = "x" }\n  assert other == "x"\n}\n'
        '\noutput "out/more.jsonl" from more\n'
    )
    (tmp_path / "more.synth").write_text(spec)
    out = synthc("test", "more.synth").out
    assert "FAIL  other" in out and "E0851" in out and "ok    given" in out


def test_free_tables_are_made_for_a_test(synthc: Synthc, tmp_path: Path) -> None:
    (tmp_path / "names.csv").write_text("name\nAda\n")
    (tmp_path / "look.synth").write_text(
        'synth 1\n\nsource names: { name: str } = csv("names.csv")\n\ndataset twice from names {\n'
        "  var long = name + name\n}\n\ndataset picks of 5 {\n  var pick = choice(twice).long\n}\n\n"
        'test "a pick" {\n  given picks {}\n  assert pick == "AdaAda" and pick in twice.long\n}\n'
        '\noutput "out/picks.jsonl" from picks\n'
    )
    done = synthc("test", "look.synth")
    assert (done.code, "1 test passed." in done.out) == (0, True), done.out


def test_reading_snapshots_gives_what_was_kept(tmp_path: Path) -> None:
    kept = {("a", "x"): "one\n\n  two \n## three\n", ("a", "y"): "", ("b", "x"): "\n\nend"}
    path = tmp_path / "a.snapshots.md"
    path.write_text(snapshots_text("a.synth", kept))
    assert read_snapshots(path) == kept


def test_tests_are_run_from_python(tickets: Path) -> None:
    import synthdsl

    report = synthdsl.load(tickets).test("faults")
    assert [(r.title, r.findings) for r in report.results] == [("faults", ())]


def test_calls_of_imported_datasets_are_scripted(synthc: Synthc, tickets: Path) -> None:
    (tickets.parent / "more.synth").write_text(
        'synth 1\n\nimport "./tickets.synth" as lib\n\nmoved rows_.old -> rows_.new\n\nmodel gpt = openai("small")\n\n'
        'dataset rows_ of 3 {\n  llm new: str = gpt """Hi"""\n  rule kind: new != "" else flag\n}\n\n'
        'test "imported" {\n  given lib.tickets { product = "sim", severity = "low" }\n  reply body = "Dead."\n'
        '  assert prompt(body) == "Complain of not recognised.\\nBe low.\\n" or asked(body) == 1\n}\n\n'
        'test "moved" {\n  given rows_ {}\n  reply new = "x"\n  assert new == "x" and len(flags) == 0\n}\n\n'
        'output "out/more.jsonl" from rows_ {\n  new = new\n}\n'
    )
    done = synthc("test", "more.synth")
    assert (done.code, "2 tests passed." in done.out) == (0, True), done.out + done.err
