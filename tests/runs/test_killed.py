"""Runs that are killed or interrupted and then run again.

After the kill the server knows how often it answered each prompt, and the store how many answers it holds. As many as
the server sent and were not yet stored are asked again, none twice, and they are no more than may be in flight.
"""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.runs.whole import CONCURRENCY, Project
from tests.server.running import Server, running

pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class Undisturbed:
    """What a run gives that nobody disturbs. calls: how many it makes."""

    server: Server
    output: bytes
    calls: int


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Undisturbed]:
    with running() as server:
        server.script(latency=0.004, sigma=0.5, steady=True, reset=True)
        project = Project(tmp_path_factory.mktemp("undisturbed"), server).write()
        assert project.run() == (0, "")
        seen = server.seen()["answered"]
        assert len(seen) > 900 and set(seen.values()) == {1}, "rows that are asked again, no prompt twice"
        yield Undisturbed(server, project.output, len(seen))


def settled(project: Project) -> tuple[int, int]:
    """Answers sent and answers stored once the server has no call left and has answered none for a while."""
    calls = -1
    while (seen := project.server.seen())["in_flight"] or sum(seen["answered"].values()) != calls:
        calls = sum(seen["answered"].values())
        time.sleep(0.1)
    return calls, project.stored()


@pytest.mark.parametrize("moment", range(12))
def test_killed_at_any_moment(undisturbed: Undisturbed, tmp_path: Path, moment: int) -> None:
    server = undisturbed.server
    server.script(latency=0.004, sigma=0.5, steady=True, reset=True)
    project = Project(tmp_path / "p", server).write()
    process = project.started(random.Random(moment).randrange(1, undisturbed.calls - 50))
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL
    assert "out.jsonl" not in project.names
    sent, stored = settled(project)
    assert 0 <= sent - stored <= CONCURRENCY
    assert project.run() == (0, "")
    assert project.output == undisturbed.output
    answered = server.seen()["answered"]
    assert len(answered) == undisturbed.calls
    assert sum(answered.values()) - undisturbed.calls == sent - stored
    assert max(answered.values()) <= 2


def test_interrupted(undisturbed: Undisturbed, tmp_path: Path) -> None:
    server = undisturbed.server
    server.script(latency=0.004, sigma=0.5, steady=True, reset=True)
    project = Project(tmp_path / "p", server).write()
    process = project.started(200)
    process.send_signal(signal.SIGINT)
    _, complaints = process.communicate(timeout=60)
    assert process.returncode == 130 and "E0808" in complaints and "Traceback" not in complaints
    assert project.names == {"spec.synth", ".synth"}
    sent, stored = settled(project)
    assert stored >= 200 - CONCURRENCY and sent - stored <= CONCURRENCY
    assert project.run() == (0, "")
    assert project.output == undisturbed.output
    assert server.calls() - undisturbed.calls == sent - stored
