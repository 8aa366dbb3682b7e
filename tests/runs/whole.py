"""Whole processes that run a spec against a server, and what is left of them."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from tests.server.running import Server

ENVIRONMENT = {k: v for k, v in os.environ.items() if not k.startswith("SYNTHC") and k != "FORCE_COLOR"}
ENVIRONMENT["PYTHONPATH"] = str(Path(__file__).parents[2])
CONCURRENCY = 16
ROWS = 300

SPEC = """synth 1
model a = openai("x", base_url="{url}", concurrency=16, api_key=env("RUN_KEY"))
type Grade = {{
  reason: str
  score: int(1..5)
}}
dataset d of {rows} {{
  llm one: str = a "Say {{{{ row }}}}."
  llm two: str = a "More on {{{{ row }}}}: {{{{ one }}}}"
  rule fresh: not contains(two, "word77") else retry two 2
  llm three: Grade = a "{word} {{{{ row }}}}: {{{{ two }}}}"
}}
output "out.jsonl" from d
"""


@dataclass(frozen=True)
class Project:
    """A folder with a spec."""

    folder: Path
    server: Server

    def write(self, word: str = "Judge", rows: int = ROWS, model: str = "x") -> Project:
        """Make the spec; word: a part of the last prompt."""
        text = SPEC.format(url=self.server.url, rows=rows, word=word).replace('openai("x"', f'openai("{model}"')
        self.folder.mkdir(exist_ok=True)
        (self.folder / "spec.synth").write_text(text)
        return self

    def start(self, *options: str) -> subprocess.Popen[str]:
        """Begin a run, in a process group of its own."""
        return subprocess.Popen(
            [sys.executable, "-m", "synthdsl", "run", "-q", "spec.synth", *options],
            cwd=self.folder,
            env=ENVIRONMENT | {"RUN_KEY": "sesame"},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def run(self, *options: str) -> tuple[int, str]:
        """A run to its end: exit code and what it complained of."""
        process = self.start(*options)
        _, complaints = process.communicate(timeout=300)
        assert "Traceback" not in complaints
        return process.returncode, complaints

    def started(self, answers: int) -> subprocess.Popen[str]:
        """A run of which the server has answered at least so many calls."""
        process = self.start()
        while self.server.calls() < answers and process.poll() is None:
            time.sleep(0.005)
        return process

    @property
    def output(self) -> bytes:
        return (self.folder / "out.jsonl").read_bytes()

    @property
    def names(self) -> set[str]:
        """What stands beside the spec."""
        return {p.name for p in self.folder.iterdir()}

    def stored(self) -> int:
        """How many answers are in the store."""
        path = self.folder / ".synth" / "answers.sqlite"
        if not path.exists():
            return 0
        with closing(sqlite3.connect(path)) as store:
            there = store.execute("SELECT count(*) FROM sqlite_master WHERE name = 'answers'").fetchone()[0]
            return int(store.execute("SELECT count(*) FROM answers").fetchone()[0]) if there else 0
