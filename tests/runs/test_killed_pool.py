"""Pools that grow, and trees, killed in the middle of a round or level: the next run goes on in it."""

from __future__ import annotations

import os
import random
import signal
from pathlib import Path

import pytest

from tests.runs.test_killed import settled
from tests.runs.whole import CONCURRENCY, Project
from tests.server.running import running

pytestmark = pytest.mark.slow

POOL = """synth 1
model a = openai("x", base_url="{url}", concurrency=16, api_key=env("RUN_KEY"))
dataset seeds of 4 {{
  var text = choice(["one red car", "two blue cars", "no tea"])
}}
dataset pool of 120 accepted within 400 grow from seeds batch 40 {{
  var shots = sample(seeds.text, 2) + sample(pool.text, 2)
  llm text: str = a "New {{{{ row }}}}: {{{{ shots | join('; ') }}}}"
  llm note: str = a "On {{{{ text }}}}"
  rule novel: max_similarity(text, seeds.text + pool.text) < 0.9 else drop
  rule plain: not contains(note, "word77") else drop
}}
output "out.jsonl" from pool
"""

TREE = """synth 1
model a = openai("x", base_url="{url}", concurrency=16, api_key=env("RUN_KEY"))
dataset roots of 12 {{
  var text = choice(["tea", "jam", "oil"])
  var parts: list[str] = ["a", "b", "c", "d"]
}}
dataset tree from roots levels 3 each part in parent.parts {{
  llm text: str = a "{{{{ parent.text }}}} / {{{{ part }}}}"
  var parts: list[str] = [part + "a", part + "b", part + "c"]
  rule plain: not contains(text, "word77") else drop
}}
output "out.jsonl" from tree
"""


def project(folder: Path, server: object, spec: str) -> Project:
    made = Project(folder, server)  # type: ignore[arg-type]
    folder.mkdir(exist_ok=True)
    (folder / "spec.synth").write_text(spec.format(url=made.server.url))
    return made


@pytest.mark.parametrize("spec", [POOL, TREE], ids=["pool", "tree"])
def test_killed_in_the_middle(spec: str, tmp_path: Path) -> None:
    with running() as server:
        server.script(latency=0.004, sigma=0.5, steady=True, reset=True)
        whole = project(tmp_path / "whole", server, spec)
        assert whole.run() == (0, "")
        calls = server.calls()
        assert calls > 100
        for moment in range(4):
            server.script(latency=0.004, sigma=0.5, steady=True, reset=True)
            again = project(tmp_path / str(moment), server, spec)
            process = again.started(random.Random(moment).randrange(1, calls - 20))
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate(timeout=60)
            assert "out.jsonl" not in again.names
            sent, stored = settled(again)
            assert 0 <= sent - stored <= CONCURRENCY
            assert again.run() == (0, "")
            assert again.output == whole.output
            assert server.calls() - calls == sent - stored
