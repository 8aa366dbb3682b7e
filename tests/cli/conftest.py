"""How the tests of commands run them: in this process, in a folder of their own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from synthdsl.cli.main import execute


@dataclass(frozen=True)
class Answer:
    """What a command gave."""

    code: int
    out: str
    err: str


Synthc = Callable[..., Answer]


@pytest.fixture
def synthc(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Synthc:
    """`synthc("check", "a.synth")` in an empty folder; signals and colours are left alone."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("synthdsl.cli.run.end_on_signal", lambda: None)
    monkeypatch.setattr("synthdsl.cli.preview.end_on_signal", lambda: None)
    for variable in ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "SYNTHC_TRACEBACK"):
        monkeypatch.delenv(variable, raising=False)

    def call(*arguments: str) -> Answer:
        capsys.readouterr()
        code = execute(arguments)
        shown = capsys.readouterr()
        return Answer(code, shown.out, shown.err)

    return call


PEOPLE = """\
synth 1

param rows: int(min=1) = 20

dataset people of rows {
  var id = sequence("P-{:03d}")
  var age = integer(18, 90)
  var tenure = uniform(0, 20)

  rule grown: tenure <= age - 18
  rule young: age < 80 else drop
}

expect people {
  some: count() > 3
}

output "out/people.jsonl" from people
"""


@pytest.fixture
def people(tmp_path: Path) -> Path:
    """A spec that runs, `people.synth`."""
    path = tmp_path / "people.synth"
    path.write_text(PEOPLE)
    return path
