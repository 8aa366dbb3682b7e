"""The server for the time of a test: started in a process of its own, told what to do, asked what it saw."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

ROOT = Path(__file__).parents[2]


@dataclass
class Server:
    """A running server. url: for `base_url`."""

    port: int
    process: subprocess.Popen[str]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    def script(self, **settings: Any) -> None:
        """How it answers from now on; see `Script`. `reset=True` forgets what was counted."""
        self._control(settings)

    def seen(self) -> dict[str, Any]:
        """asked, answered (by prompt), in_flight, most_in_flight, bodies (with `keep=True`)."""
        return self._control(None)

    def calls(self) -> int:
        """How many calls were answered."""
        return sum(self.seen()["answered"].values())

    def _control(self, settings: dict[str, Any] | None) -> dict[str, Any]:
        data = None if settings is None else json.dumps(settings).encode()
        with urlopen(Request(f"http://127.0.0.1:{self.port}/control", data)) as response:
            found: dict[str, Any] = json.load(response)
            return found


@contextmanager
def running() -> Iterator[Server]:
    """A server of one's own."""
    command = [sys.executable, "-m", "tests.server"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT)
    assert process.stdout is not None
    try:
        yield Server(int(process.stdout.readline()), process)
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
