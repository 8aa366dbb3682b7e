"""The sample specs compile once their data lie beside them, apart from what this version cannot run."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from synthdsl.pipeline import compile_spec
from synthdsl.testing import run_tests

TESTS = Path(__file__).parents[1]
SAMPLES = sorted((TESTS / "samples").glob("*.synth"))


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda p: p.stem)
def test_samples_compile(sample: Path, tmp_path: Path) -> None:
    shutil.copytree(TESTS / "samples_data", tmp_path, dirs_exist_ok=True)
    shutil.copy(sample, tmp_path)
    compiled = compile_spec(tmp_path / sample.name)
    errors = [d for d in compiled.diagnostics if d.is_error]
    assert [f"{d.code} {d.message}" for d in errors if not d.code.startswith("E09")] == []
    assert compiled.ok == (sample.stem in ("tickets", "evolve", "self_instruct", "safety"))
    if compiled.ok:
        assert [r.title for r in run_tests(compiled).results if r.findings] == []
