"""Whatever well-formed spec comes, the compiler answers; what it lets through, runs, or says why not."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from synthdsl.base.diagnostic import Diagnostic
from synthdsl.base.span import Source
from synthdsl.pipeline import Compiled, RunSettings, compile_spec, run
from synthdsl.syntax.formatting import format_source
from synthdsl.verdict import shortfalls
from tests.model.random_specs import TABLE, random_spec


def compiled(folder: Path, text: str) -> Compiled:
    (folder / "t.csv").write_text(TABLE)
    (folder / "a.synth").write_text(text)
    return compile_spec(folder / "a.synth")


def answered(folder: Path, seed: int) -> bool:
    """Check and run one spec, format every third; whether it ran to its end."""
    text = random_spec(random.Random(seed))
    try:
        made = compiled(folder, text)
        assert not [d for d in made.diagnostics if d.code.startswith("E01")], made.diagnostics
        if seed % 3 == 0:
            formatting_changes_nothing(folder, text, made)
        return made.plan is not None and ran(made)
    except Exception as error:
        raise AssertionError(f"seed {seed}: {error!r} for\n{text}") from error


def formatting_changes_nothing(folder: Path, text: str, made: Compiled) -> None:
    formatted, _ = format_source(Source("a.synth", text))
    assert format_source(Source("a.synth", formatted)) == (formatted, [])
    again = compiled(folder, formatted)
    assert [d.code for d in again.diagnostics] == [d.code for d in made.diagnostics]
    assert (again.plan and again.plan.digest) == (made.plan and made.plan.digest)


def ran(made: Compiled) -> bool:
    """Whether a run of a few rows comes to its end; else it says why."""
    assert made.plan is not None
    try:
        done = run(made, RunSettings(limit=5))
    except Exception as error:
        found = getattr(error, "diagnostic", None)
        if not isinstance(found, Diagnostic):
            raise
        assert found.span.file, found
        return False
    shortfalls(done.outcome, made.plan)
    return True


def test_random_specs(tmp_path: Path) -> None:
    ends = [answered(tmp_path, seed) for seed in range(280, 296)]
    assert sum(ends) > 1


KNOWN = {
    "a list in an expectation": "expect d { e: share(n in [1, 2]) < 2 and mean(1 if [n] == [2] else 0) < 2 }",
    "two alike": "expect d { e: share(n in [1, 2]) < 2\n  f: share(n in [1, 2]) > 2 }",
}


@pytest.mark.parametrize("text", KNOWN.values(), ids=KNOWN)
def test_what_once_crashed(text: str, tmp_path: Path) -> None:
    assert ran(
        compiled(tmp_path, f'synth 1\n\ndataset d of 3 {{ var n = row }}\n\noutput "o.jsonl" from d\n\n{text}\n')
    )


@pytest.mark.slow
@pytest.mark.parametrize("part", range(6))
def test_more_random_specs(part: int, tmp_path: Path) -> None:
    for seed in range(1_000 + 300 * part, 1_300 + 300 * part):
        answered(tmp_path, seed)
