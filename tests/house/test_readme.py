"""What the README shows is so: its spec compiles clean, its first command prints what stands under it."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

from synthdsl.pipeline import compile_spec

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(kind: str) -> list[str]:
    """The fenced blocks of a kind, in order."""
    return re.findall(rf"^```{kind}\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


def test_the_spec_compiles_without_a_finding(tmp_path: Path) -> None:
    (spec,) = blocks("synth")
    (tmp_path / "spec.synth").write_text(spec)
    compiled = compile_spec(tmp_path / "spec.synth")
    assert compiled.ok and compiled.diagnostics == ()


def test_the_first_run_prints_what_is_shown(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "examples", tmp_path / "examples", ignore=shutil.ignore_patterns("out"))
    command = [sys.executable, "-m", "synthdsl", "run", "examples/geography/capitals.synth"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    shown = [line.split() for line in blocks("text")[0].splitlines()]
    printed = [line.split() for line in (done.stdout + done.stderr).splitlines()]
    assert [line for line in shown if line not in printed] == []
    written = (tmp_path / "examples/geography/out/capitals.jsonl").read_text(encoding="utf-8")
    assert written.splitlines()[0] == blocks("json")[0].strip()
