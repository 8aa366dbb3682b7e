"""Data that come from a library: the manifest names its version, and another version is told of."""

from __future__ import annotations

import json
from importlib.metadata import version
from pathlib import Path

import pytest

from tests.cli.conftest import Synthc

SPEC = """\
synth 1

dataset people of 3 {
  var who = faker("en_US").name()
}

dataset numbers of 3 {
  var n = integer(1, 6)
}

output "out/people.jsonl" from people
output "out/shards" from people
output "out/numbers.jsonl" from numbers
"""

MANIFESTS = ("people.manifest.json", "shards/manifest.json")


def made_by(path: Path, libraries: dict[str, str]) -> None:
    """Change the manifest as if another version had been installed then."""
    manifest = json.loads(path.read_text())
    path.write_text(json.dumps({**manifest, "libraries": libraries}))


@pytest.fixture
def folder(synthc: Synthc, tmp_path: Path) -> Path:
    (tmp_path / "a.synth").write_text(SPEC)
    assert synthc("run", "a.synth", "-q").code == 0
    return tmp_path / "out"


def test_the_manifest_names_the_version(folder: Path) -> None:
    for name in MANIFESTS:
        assert json.loads((folder / name).read_text())["libraries"] == {"faker": version("faker")}


def test_another_version_is_told_of(synthc: Synthc, folder: Path) -> None:
    for name in MANIFESTS:
        made_by(folder / name, {"faker": "1.2.3"})
    answer = synthc("run", "a.synth", "-q")
    assert answer.code == 0
    for path in ("out/people.jsonl", "out/shards"):
        assert f"'{path}' was made with faker 1.2.3, now {version('faker')} is installed." in answer.err
    assert answer.err.count("warning[W0801]") == 2
    assert synthc("run", "a.synth", "-q").err == ""


def test_another_seed_gives_other_data_anyway(synthc: Synthc, folder: Path) -> None:
    made_by(folder / MANIFESTS[0], {"faker": "1.2.3"})
    assert synthc("run", "a.synth", "-q", "--seed", "7").err == ""


@pytest.mark.parametrize("wrong", ["{}", "[1]", '{"kind": "synthdsl/manifest", "libraries": 3}'])
def test_any_manifest_is_read(synthc: Synthc, tmp_path: Path, wrong: str) -> None:
    (tmp_path / "a.synth").write_text(SPEC)
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / MANIFESTS[0]).write_text(wrong)
    assert "internal" not in synthc("run", "a.synth", "-q").err


def test_data_of_no_library_name_none(synthc: Synthc, tmp_path: Path) -> None:
    (tmp_path / "a.synth").write_text(SPEC)
    assert synthc("run", "a.synth", "-q", "--only", "numbers").code == 0
    assert "libraries" not in json.loads((tmp_path / "out" / "numbers.manifest.json").read_text())
