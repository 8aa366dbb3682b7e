"""The linter: waivers, mends, the command. What each rule finds is shown by its page and tested with the pages."""

from __future__ import annotations

import datetime
import json
from pathlib import Path

import pytest

from synthdsl.base.codes import CODES
from synthdsl.explain.page import codes_with_page
from synthdsl.lint.run import linted
from synthdsl.lint.table import RULES
from synthdsl.pipeline import compile_spec
from tests.cli.conftest import Synthc, synthc

__all__ = ["synthc"]

ROOT = Path(__file__).parents[2]
TODAY = datetime.date(2026, 6, 1)

SPEC = """synth 1

## Notes.

model writer = simulated()

## A line for each row.
dataset d of 20 {
  var topic = choice(["tea", "jam", "oil", "rice", "salt"])
  llm text: str = writer \"\"\"Write about {topic}.\"\"\"WAIVER
}

expect d { enough: count() >= 20 }

output "out/d.jsonl" from d
"""


def codes(folder: Path, text: str, today: datetime.date = TODAY, ignored: tuple[str, ...] = ()) -> list[str]:
    (folder / "d.synth").write_text(text)
    compiled = compile_spec(folder / "d.synth")
    assert compiled.ok, compiled.diagnostics
    return [d.code for d in linted(compiled, today, ignored)]


def test_there_are_enough_rules_each_with_a_code_and_a_page() -> None:
    assert len(RULES) >= 25 and len({r.code for r in RULES}) == len(RULES)
    assert {r.code for r in RULES} | {"L0001", "L0002", "L0003"} == {c for c in CODES if c.startswith("L")}
    assert {r.code for r in RULES} <= set(codes_with_page())


def test_what_is_found_stands_at_its_place(tmp_path: Path) -> None:
    (tmp_path / "d.synth").write_text(SPEC.replace("WAIVER", ""))
    found = linted(compile_spec(tmp_path / "d.synth"), TODAY)
    assert [d.code for d in found] == ["L0201", "L0202"]
    text = SPEC.replace("WAIVER", "")
    assert text[found[1].span.start : found[1].span.end] == "{topic}"


WAIVED = "  # lint: allow L0201, L0202 until 2027-01-01: to be mended with the others"


def test_waivers_hold_until_their_day(tmp_path: Path) -> None:
    text = SPEC.replace("WAIVER", WAIVED)
    assert codes(tmp_path, text) == []
    assert codes(tmp_path, text, datetime.date(2027, 1, 1)) == ["L0201", "L0202", "L0002"]
    above = SPEC.replace("WAIVER", "").replace("  llm text", f"{WAIVED}\n  llm text")
    assert codes(tmp_path, above) == []
    elsewhere = SPEC.replace("WAIVER", "").replace("  var topic", f"{WAIVED}\n  var topic")
    assert codes(tmp_path, elsewhere) == ["L0003", "L0201", "L0202"]


@pytest.mark.parametrize(
    "waiver",
    [
        "# lint: allow L0201",
        "# lint: allow L0201 until 2027-01-01",
        "# lint: allow L0201 until 2027-01-01:",
        "# lint: allow L0201 until soon: because",
        "# lint: allow L0999 until 2027-01-01: because",
        "# lint: off",
    ],
)
def test_a_waiver_without_reason_and_end_is_none(tmp_path: Path, waiver: str) -> None:
    found = codes(tmp_path, SPEC.replace("WAIVER", f"  {waiver}"))
    assert found == ["L0201", "L0202", "L0001"]


def test_text_in_strings_is_no_waiver(tmp_path: Path) -> None:
    prompt = SPEC.replace("WAIVER", "").replace("Write about", "# lint: off\n    Write about")
    assert codes(tmp_path, prompt) == ["L0201", "L0202"]
    short = SPEC.replace("WAIVER", "").replace('"tea"', '"# lint: off"')
    assert codes(tmp_path, short) == ["L0201", "L0202"]


def test_quotes_in_comments_hide_no_waiver(tmp_path: Path) -> None:
    text = SPEC.replace("WAIVER", WAIVED).replace("## Notes.", '## Notes with """ and " in them.\n# And """ here.')
    assert codes(tmp_path, text) == []


def test_a_code_may_be_left_out(tmp_path: Path) -> None:
    assert codes(tmp_path, SPEC.replace("WAIVER", ""), TODAY, ("L0201",)) == ["L0202"]
    assert codes(tmp_path, SPEC.replace("WAIVER", WAIVED), TODAY, ("L0201", "L0202")) == []


def test_imported_files_are_looked_at_where_they_are_maintained(tmp_path: Path) -> None:
    (tmp_path / "lib.synth").write_text(SPEC.replace("WAIVER", "").partition("expect")[0])
    text = (
        'synth 1\n\n## More.\n\nimport "./lib.synth" as lib\n\n## All.\ndataset d = lib.d\n\noutput "o.jsonl" from d\n'
    )
    assert codes(tmp_path, text) == []


# --- the command ---------------------------------------------------------------------------------


def test_the_command_tells_and_mends(synthc: Synthc, tmp_path: Path) -> None:
    (tmp_path / "d.synth").write_text(SPEC.replace("WAIVER", ""))
    answer = synthc("lint", "d.synth")
    assert answer.code == 1 and "warning[L0202] single-braces" in answer.out
    assert synthc("lint", "d.synth", "--fix").code == 1
    assert (tmp_path / "d.synth").read_text() == SPEC.replace("WAIVER", "")
    answer = synthc("lint", "d.synth", "--unsafe-fixes")
    assert (answer.code, answer.out) == (0, "1 spec looked at, nothing found.\n1 mend made.\n")
    assert "about {{ topic }}." in (tmp_path / "d.synth").read_text()
    (tmp_path / "d.synth").write_text((tmp_path / "d.synth").read_text().replace('"""\n', f'"""{WAIVED}\n', 1))
    assert synthc("lint", "d.synth").code == 1
    assert synthc("lint", "d.synth", "--fix").code == 0
    assert "lint:" not in (tmp_path / "d.synth").read_text()


def test_a_mend_that_does_harm_is_not_made(synthc: Synthc, tmp_path: Path) -> None:
    text = SPEC.replace("WAIVER", "").replace("{topic}.", "{topic}, unlike {text}.")
    (tmp_path / "d.synth").write_text(text)
    answer = synthc("lint", "d.synth", "--unsafe-fixes")
    assert answer.code == 1 and "1 mend made." in answer.out and "L0202" in answer.out
    assert (tmp_path / "d.synth").read_text() == text.replace("{topic}", "{{ topic }}")
    assert synthc("check", "d.synth").code == 0


def test_codes_may_be_chosen(synthc: Synthc, tmp_path: Path) -> None:
    (tmp_path / "d.synth").write_text(SPEC.replace("WAIVER", ""))
    found = json.loads(synthc("lint", "d.synth", "--select", "L0202", "--format", "json").out)
    assert [d["code"] for d in found] == ["L0202"]
    assert synthc("lint", "d.synth", "--select", "L0302").code == 0
    assert synthc("lint", "d.synth", "--select", "E0201").code == 2


def test_a_choice_between_answers_is_a_verdict(tmp_path: Path) -> None:
    text = SPEC.replace("WAIVER", "").replace("{topic}", "{{ topic }}")
    judge = '  llm winner: { reason: str, side: "A" | "B" } = writer """Which? {{ text }} {{ topic }}"""\n}\n\nexpect'
    assert codes(tmp_path, text.replace("}\n\nexpect", judge)) == ["L0101"]


def test_the_forms_for_machines(synthc: Synthc, tmp_path: Path) -> None:
    (tmp_path / "d.synth").write_text(SPEC.replace("WAIVER", ""))
    found = json.loads(synthc("lint", "d.synth", "--format", "json").out)
    assert "L0202" in json.dumps(found)
    assert "::warning file=d.synth,line=10" in synthc("lint", "d.synth", "--format", "github").out
    sarif = json.loads(synthc("lint", "d.synth", "--format", "sarif").out)
    assert {r["ruleId"] for r in sarif["runs"][0]["results"]} == {"L0201", "L0202"}


def test_what_does_not_compile_is_told_instead(synthc: Synthc, tmp_path: Path) -> None:
    (tmp_path / "d.synth").write_text(SPEC.replace("WAIVER", "").replace('writer "', 'wrter "'))
    answer = synthc("lint", "d.synth")
    assert answer.code == 1 and "E0201" in answer.out and "L0" not in answer.out
    assert synthc("lint", "d.synth", "--ignore", "E0201").code == 2
    assert synthc("lint", "missing.synth").code in (1, 2)
    assert synthc("explain", "L0101").code == 0


def test_the_shipped_library_has_no_findings() -> None:
    for path in sorted((ROOT / "specs").glob("*.synth")):
        compiled = compile_spec(path)
        assert [(d.code, d.message) for d in linted(compiled, TODAY)] == [], path.name


def test_the_examples_have_no_findings() -> None:
    for path in sorted((ROOT / "examples").rglob("*.synth")):
        compiled = compile_spec(path)
        assert [(d.code, d.message) for d in linted(compiled, TODAY)] == [], path.name
