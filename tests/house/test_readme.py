"""What the README shows is so: its spec compiles clean, its first command prints what stands under it."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from synthdsl.pipeline import compile_spec

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def not_printed(folder: Path, shown: str, *arguments: str, code: int = 0) -> list[list[str]]:
    """The lines that are shown and that a command does not print, as words."""
    command = [sys.executable, "-m", "synthdsl", *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    assert done.returncode == code, done.stderr
    printed = [line.split() for line in (done.stdout + done.stderr).splitlines()]
    return [line for line in map(str.split, shown.splitlines()) if line not in printed]


def blocks(kind: str) -> list[str]:
    """The fenced blocks of a kind, in order."""
    return re.findall(rf"^```{kind}\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("spec", blocks("synth"))
def test_the_specs_compile_without_a_finding(spec: str, tmp_path: Path) -> None:
    (tmp_path / "spec.synth").write_text(spec)
    shutil.copy(ROOT / "examples/tutor/topics.csv", tmp_path)
    compiled = compile_spec(tmp_path / "spec.synth")
    assert compiled.ok and compiled.diagnostics == ()


def test_the_first_run_prints_what_is_shown(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "examples", tmp_path / "examples", ignore=shutil.ignore_patterns("out"))
    assert not_printed(tmp_path, blocks("text")[0], "run", "examples/geography/capitals.synth") == []
    written = (tmp_path / "examples/geography/out/capitals.jsonl").read_text(encoding="utf-8")
    assert written.splitlines()[0] == blocks("json")[0].strip()


def test_the_run_from_a_cassette_prints_what_is_shown(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "examples", tmp_path / "examples", ignore=shutil.ignore_patterns("out"))
    (shown,) = (b for b in blocks("text") if "lessons.graded" in b)
    assert not_printed(tmp_path, shown, "run", "examples/tutor/tutor.synth", "--frozen") == []


def test_the_whole_datasets_print_what_is_shown(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "examples", tmp_path / "examples", ignore=shutil.ignore_patterns("out"))
    (shown,) = (b for b in blocks("text") if "step   dedup" in b)
    assert not_printed(tmp_path, shown, "run", "examples/geography/exam.synth") == []
    (steps,) = (b for b in blocks("text") if b.startswith("dataset lessons = mix"))
    assert steps in (ROOT / "examples/geography/exam.synth").read_text(encoding="utf-8")


def test_a_changed_file_is_refused_as_shown(tmp_path: Path) -> None:
    shutil.copytree(
        ROOT / "examples/tutor", tmp_path / "examples/tutor", ignore=shutil.ignore_patterns("out", ".synth")
    )
    (tmp_path / "pyproject.toml").touch()
    assert not_printed(tmp_path, "synth.lock written: 1 spec, 8 facts.", "lock", "examples/tutor/tutor.synth") == []
    topics = tmp_path / "examples/tutor/topics.csv"
    topics.write_text(topics.read_text().replace("tides", "the tides"))
    (shown,) = (b for b in blocks("text") if "not-as-locked" in b)
    assert not_printed(tmp_path, shown, "check", "--frozen", "examples/tutor/tutor.synth", code=1) == []


def test_the_tests_are_what_is_shown(tmp_path: Path) -> None:
    shutil.copytree(
        ROOT / "examples/tutor", tmp_path, ignore=shutil.ignore_patterns("out", ".synth"), dirs_exist_ok=True
    )
    spec = tmp_path / "tutor.synth"
    text = spec.read_text(encoding="utf-8")
    (test,) = (b for b in blocks("text") if b.startswith("test "))
    assert test in text
    spec.write_text(text.replace("<= 60", "<= 70"), encoding="utf-8")
    (shown,) = (b for b in blocks("text") if "E0850" in b)
    assert not_printed(tmp_path, shown, "test", "tutor.synth", code=1) == []


def test_the_examples_pass_their_tests(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "examples", tmp_path / "examples", ignore=shutil.ignore_patterns("out", ".synth"))
    assert not_printed(tmp_path, "2 tests passed.", "test", "examples") == []


def test_the_difference_is_what_is_shown(tmp_path: Path) -> None:
    new = tmp_path / "new"
    shutil.copytree(ROOT / "examples/tutor", tmp_path / "old", ignore=shutil.ignore_patterns("out", ".synth"))
    shutil.copytree(tmp_path / "old", new)
    text = (new / "tutor.synth").read_text(encoding="utf-8")
    for old, other in (("one question", "one hard question"), ("score >= 3 else", "score >= 4 else")):
        text = text.replace(old, other, 1)
    text = "\n".join(line for line in text.split("\n") if not line.startswith("  system = "))
    (new / "tutor.synth").write_text(text, encoding="utf-8")
    (shown,) = (b for b in blocks("text") if b.startswith("contract"))
    assert not_printed(tmp_path, shown, "diff", "old/tutor.synth", "new/tutor.synth") == []
