"""Providers of other packages, found by entry point: a real package on the path of a real process."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

PACKAGE = """
from pathlib import Path

from synthdsl.llm.contract import ProviderKind
from synthdsl.llm.reply import Reply, Usage
from synthdsl.llm.settings import COMMON

Path(__file__).with_name("loaded").touch()


class Parrot:
    def __init__(self, model, environment):
        self.account = "parrot"
        self.loud = model.setting("loud", False)

    async def ask(self, request):
        if self.loud == "broken":
            raise ValueError("no voice")
        said = request.messages[-1].content
        return Reply(said.upper() if self.loud else said, "stop", Usage(1, 1))

    async def close(self):
        pass


KIND = ProviderKind("parrot", "name", {"name": "text", "loud": "constant", **COMMON}, Parrot, "Says it again.")
"""

SPEC = """synth 1

model bird = parrot("grey", loud=true, temperature=0)

dataset replies of 2 {
  llm answer: str = bird "row {{ row }}"
}

output "out/replies.jsonl" from replies
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A project, and beside it a folder with an installed package."""
    site = tmp_path / "site"
    info = site / "parrot-1.0.dist-info"
    info.mkdir(parents=True)
    (site / "parrot_models.py").write_text(PACKAGE)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: parrot\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[synthdsl.providers]\nparrot = parrot_models:KIND\n")
    (tmp_path / "p").mkdir()
    (tmp_path / "p" / "main.synth").write_text(SPEC)
    return tmp_path


def synthc(folder: Path, *arguments: str, installed: bool = True) -> subprocess.CompletedProcess[str]:
    paths = [str(ROOT), *([str(folder / "site")] if installed else [])]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(paths), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-m", "synthdsl", *arguments]
    return subprocess.run(command, cwd=folder / "p", env=environment, capture_output=True, text=True)


@pytest.mark.slow
def test_a_package_brings_a_provider_whose_code_runs_in_run_alone(folder: Path) -> None:
    loaded = folder / "site" / "loaded"
    for verb in ("check", "plan"):
        done = synthc(folder, verb, "main.synth")
        assert done.returncode == 0, done.stdout + done.stderr
        assert not loaded.exists()
    done = synthc(folder, "run", "main.synth")
    assert done.returncode == 0, done.stdout + done.stderr
    assert loaded.exists()
    assert (folder / "p/out/replies.jsonl").read_text() == '{"answer":"ROW 0"}\n{"answer":"ROW 1"}\n'


@pytest.mark.slow
def test_what_a_package_does_not_know_or_bring_is_told(folder: Path) -> None:
    spec = folder / "p" / "main.synth"
    done = synthc(folder, "check", "main.synth", installed=False)
    assert done.returncode != 0 and "E0215" in done.stdout + done.stderr
    spec.write_text(SPEC.replace("loud", "lood"))
    assert synthc(folder, "check", "main.synth").returncode == 0
    done = synthc(folder, "run", "main.synth")
    assert done.returncode != 0
    assert "E0828" in done.stdout + done.stderr and "has no setting 'lood'" in done.stdout + done.stderr
    spec.write_text(SPEC.replace("loud=true", 'loud="broken"'))
    done = synthc(folder, "run", "main.synth")
    assert done.returncode != 0 and "ValueError: no voice" in done.stderr
    spec.write_text(SPEC.replace("loud=true", 'loud="sk-0123456789"'))
    assert "E0309" in "".join((lambda d: (d.stdout, d.stderr))(synthc(folder, "check", "main.synth")))
