"""Runs that meet faults, changes of the spec and bounds, against a real server."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.runs.whole import Project
from tests.server.running import Server, running

pytestmark = pytest.mark.slow
ROWS = 24


@pytest.fixture
def server() -> Iterator[Server]:
    with running() as one:
        one.script(steady=True, reset=True)
        yield one


@pytest.fixture
def project(server: Server, tmp_path: Path) -> Project:
    return Project(tmp_path / "p", server).write(rows=ROWS)


def test_faults_change_nothing(server: Server, project: Project, tmp_path: Path) -> None:
    assert project.run() == (0, "")
    faults = [
        {"kind": "status", "value": 500, "rate": 0.15},
        {"kind": "status", "value": 429, "rate": 0.06, "headers": {"Retry-After": "0.05"}},
        {"kind": "cut", "rate": 0.05},
        {"kind": "broken", "rate": 0.05},
    ]
    server.script(steady=True, faults=faults, reset=True)
    other = Project(tmp_path / "q", server).write(rows=ROWS)
    assert other.run() == (0, "")
    assert other.output == project.output
    seen = server.seen()
    assert seen["asked"] > 1.1 * sum(seen["answered"].values())


def test_one_word_costs_one_column(server: Server, project: Project) -> None:
    assert project.run() == (0, "")
    rows = project.output.count(b"\n")
    first = project.output
    calls = server.seen()["asked"]
    assert project.run() == (0, "") and server.seen()["asked"] == calls and project.output == first
    project.write("Grade", ROWS)
    assert project.run() == (0, "")
    assert server.seen()["asked"] == calls + rows
    assert project.output != first


def test_a_budget_stops_and_the_next_run_goes_on(server: Server, project: Project, tmp_path: Path) -> None:
    whole = Project(tmp_path / "q", server).write(rows=ROWS)
    assert whole.run() == (0, "")
    calls = server.seen()["asked"]
    code, complaints = project.run("--max-calls", "30")
    assert code == 1 and "E0826" in complaints
    assert server.seen()["asked"] == calls + 30 == calls + project.stored()
    assert project.names == {"spec.synth", ".synth"}
    assert project.run() == (0, "")
    assert server.seen()["asked"] == 2 * calls and project.output == whole.output


def test_frozen_asks_nobody(server: Server, project: Project) -> None:
    assert project.run() == (0, "")
    first = project.output
    server.process.kill()
    server.process.wait()
    assert project.run("--frozen") == (0, "") and project.output == first
    project.write("Grade", ROWS)
    code, complaints = project.run("--frozen")
    assert code == 1 and "E0827" in complaints and "d.three" in complaints and "Grade " in complaints
    assert project.output == first


@pytest.mark.parametrize(("settings", "expected"), [({"key": "another"}, "E0820"), ({"models": ["other"]}, "E0821")])
def test_what_no_call_can_mend_ends_at_once(
    server: Server, project: Project, settings: dict[str, object], expected: str
) -> None:
    server.script(steady=True, reset=True, **settings)
    code, complaints = project.run()
    assert code == 3 and expected in complaints and "sesame" not in complaints
    assert server.seen()["asked"] <= 16 and not server.calls()


def test_a_server_that_is_gone(server: Server, project: Project) -> None:
    server.process.kill()
    server.process.wait()
    code, complaints = project.run()
    assert code == 3 and "E0822" in complaints
    assert project.names == {"spec.synth", ".synth"}


def test_a_refused_row_is_listed_and_completed(server: Server, project: Project, tmp_path: Path) -> None:
    whole = Project(tmp_path / "q", server).write(rows=ROWS)
    assert whole.run() == (0, "")
    server.script(steady=True, faults=[{"kind": "status", "value": 400, "match": "^Say 7\\."}], reset=True)
    code, complaints = project.run()
    assert code == 1 and "E0813" in complaints
    (failed,) = [json.loads(x) for x in (project.folder / ".synth/failed/spec.jsonl").read_text().splitlines()]
    assert (failed["row"], failed["column"], failed["code"]) == (7, "one", "E0823")
    assert project.output.count(b"\n") == whole.output.count(b"\n") - 1
    server.script(steady=True, reset=True)
    assert project.run("--retry-failed") == (0, "")
    assert project.output == whole.output and server.seen()["asked"] <= 5
    assert not (project.folder / ".synth/failed/spec.jsonl").exists()
