"""The wheel holds all that a user needs: built, unpacked and run away from the checkout."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SPEC = """synth 1

import std.quality (of_length)

dataset d of 3 {
  var name = faker("en_US").name()
  template text = \"\"\"{{ name }} was here\"\"\"
  rule short: of_length(text, 1, 9)
}

output "d.jsonl" from d
"""


@pytest.mark.slow
def test_a_wheel_runs_on_its_own(tmp_path: Path) -> None:
    built = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path / "dist")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert built.returncode == 0, built.stdout + built.stderr
    (wheel,) = (tmp_path / "dist").glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        archive.extractall(tmp_path / "site")
    assert any(n.endswith("_shipped/grammar/synth.tables.json") for n in names)
    assert any(n.endswith("_shipped/specs/quality.synth") for n in names)
    assert any(n.endswith("explain/E0101.md") for n in names)
    assert not any(n.startswith("tests/") for n in names)
    project = tmp_path / "project"
    project.mkdir()
    (project / "spec.synth").write_text(SPEC)
    code = f"import sys; sys.path.insert(0, {str(tmp_path / 'site')!r}); from synthdsl.cli.main import main; main()"
    done = subprocess.run(
        [sys.executable, "-P", "-c", code, "run", "spec.synth"],
        cwd=project,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONSAFEPATH": "1"},
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert (project / "d.jsonl").read_text().count("was here") == 3
