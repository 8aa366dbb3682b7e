"""The habits of the house, held by tools: format, lint, types, import contracts."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def _run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", *command], cwd=ROOT, capture_output=True, text=True, check=False)


def test_code_is_formatted() -> None:
    done = _run("ruff", "format", "--check", "synthdsl", "tests")
    assert done.returncode == 0, done.stdout + done.stderr


def test_code_is_free_of_lint() -> None:
    done = _run("ruff", "check", "synthdsl", "tests")
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.slow
def test_types_are_strict() -> None:
    done = _run("mypy", "synthdsl")
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.slow
def test_rooms_import_only_what_is_below() -> None:
    command = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    done = subprocess.run([sys.executable, "-c", command], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_files_are_small() -> None:
    large = {
        str(path.relative_to(ROOT)): lines
        for path in (ROOT / "synthdsl").rglob("*.py")
        if (lines := len(path.read_text().splitlines())) > 400
    }
    assert not large, large
