"""Every code has a page; its failing example gives the code, the mended one no errors. Run-time codes are run for."""

from __future__ import annotations

import datetime
import re
from functools import cache
from pathlib import Path

import pytest

import synthdsl
from synthdsl.base.codes import CODES
from synthdsl.base.diagnostic import Diagnostic
from synthdsl.base.span import NOWHERE
from synthdsl.explain.page import SPEC, Example, codes_with_page, page, read_page
from synthdsl.lint.run import linted
from synthdsl.pipeline import Settings, compile_spec, estimated, run
from synthdsl.verdict import shortfalls

PACKAGE = Path(synthdsl.__file__).parent
TODAY = datetime.date(2026, 1, 1)
AT_RUN_TIME = ("E06", "E08")
WITH_EXAMPLES = [code for code in codes_with_page() if page(code).fails.spec]


@cache
def emitted() -> set[str]:
    """The codes that stand in the compiler's own text, the table of codes aside."""
    found: set[str] = set()
    for path in PACKAGE.rglob("*.py"):
        if path.name != "codes.py":
            found.update(re.findall(r'"([ELW]0\d{3})"', path.read_text(encoding="utf-8")))
    return found


def findings(example: Example, folder: Path, to_the_end: bool) -> list[Diagnostic]:
    """What is said of an example; `to_the_end` runs it where it compiles."""
    for name, text in example.files.items():
        place = folder / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")
    compiled = estimated(compile_spec(folder / SPEC, Settings(example.settings)))
    found = list(compiled.diagnostics)
    if compiled.ok:
        found += linted(compiled, TODAY)
    if not compiled.ok or not to_the_end:
        return found
    assert compiled.plan is not None
    try:
        outcome = run(compiled).outcome
        causes = [Diagnostic(lost.code, lost.message, NOWHERE) for lost in outcome.lost]
        return [*found, *shortfalls(outcome, compiled.plan), *causes]
    except Exception as error:
        diagnostic = getattr(error, "diagnostic", None)
        if not isinstance(diagnostic, Diagnostic):
            raise
        return [*found, diagnostic]


def test_all_codes_are_given_by_something() -> None:
    assert sorted(set(CODES) - emitted()) == []


def test_all_codes_that_are_given_are_in_the_table() -> None:
    assert sorted(emitted() - set(CODES)) == []


def test_all_codes_have_a_page() -> None:
    assert sorted(set(CODES) - set(codes_with_page())) == []


def test_pages_name_their_code() -> None:
    for code in codes_with_page():
        assert (page(code).code, page(code).name) == (code, CODES[code].name)


def test_most_pages_show_an_example() -> None:
    assert len(WITH_EXAMPLES) >= 60


@pytest.mark.parametrize("code", WITH_EXAMPLES)
def test_the_failing_example_fails(code: str, tmp_path: Path) -> None:
    found = findings(page(code).fails, tmp_path, code.startswith(AT_RUN_TIME))
    assert code in {d.code for d in found}, [f"{d.code} {d.message}" for d in found]


@pytest.mark.parametrize("code", WITH_EXAMPLES)
def test_the_mended_example_is_fine(code: str, tmp_path: Path) -> None:
    found = findings(page(code).mended, tmp_path, code.startswith(AT_RUN_TIME))
    # What can stand in an `llm` column only is shown in one, though it cannot run.
    fine = [d for d in found if not d.is_error or (d.code.startswith("E09") and not code.startswith("E09"))]
    assert [f"{d.code} {d.message}" for d in found if d not in fine or d.code == code] == []


def test_only_expected_findings_stand_beside_the_code(tmp_path: Path) -> None:
    """An example shows one thing: no errors of another family beside it."""
    noisy = {}
    for code in WITH_EXAMPLES:
        folder = tmp_path / code
        folder.mkdir()
        found = findings(page(code).fails, folder, code.startswith(AT_RUN_TIME))
        other = {d.code for d in found if d.is_error and d.code[:3] not in (code[:3], "E09")}
        if other and not code.startswith(("E01", "W")):
            noisy[code] = sorted(other)
    assert noisy == {}


def test_reading_a_page() -> None:
    text = (
        "# E0201 unknown-name\n\nProse.\n\n## Fails\n\n```synth\nsynth 1\n\n## Not a heading\n```\n\n"
        "```file a/b.csv\nx,y\n1,2\n```\n\n```set\nrows=3\n```\n\n## Mended\n\n```synth\nsynth 1\n```\n"
    )
    read = read_page(text)
    assert read.fails.spec == "synth 1\n\n## Not a heading\n"
    assert read.fails.files["a/b.csv"] == "x,y\n1,2\n"
    assert read.fails.settings == {"rows": "3"}
    assert read.mended.spec == "synth 1\n"


@pytest.mark.parametrize(
    "text",
    [
        "no heading",
        "# E0201 unknown-name\n\nProse.\n",
        "# E0201 unknown-name\n\n## Fails\n\n```synth\nsynth 1\n```\n",
    ],
)
def test_a_page_of_another_form_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"a page|an example"):
        read_page(text)
