"""Runs queries of others against databases that are made for them, in a process that can do nothing else.

In: the statements that make a database, and a query. Out: its columns and rows, or why there are none. What the process
may do, and how much, stands in `sql_child.py`; here it is started, asked and, should it not answer, ended.
"""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

LONGEST = 30.0
"""Seconds after which a query is given up, should the count of steps not have ended it before."""


def available() -> bool:
    """Whether this machine can bound a process."""
    return os.name == "posix"


def run_query(db: str, query: str) -> dict[str, Any]:
    """The record of a query: `columns`, `rows` and `error`; where the last one says something, the others are empty."""
    return _process(os.getpid()).ask(db, query)


@cache
def _process(owner: int) -> _Process:
    return _Process()


@dataclass(slots=True)
class _Process:
    """One child; another takes its place when it ends."""

    _child: subprocess.Popen[bytes] | None = field(default=None)

    def ask(self, db: str, query: str) -> dict[str, Any]:
        try:
            asked = json.dumps({"db": db, "query": query}, ensure_ascii=False).encode() + b"\n"
        except UnicodeError:
            return _failed("it is no text")
        child = self._started()
        assert child.stdin is not None and child.stdout is not None
        try:
            child.stdin.write(asked)
            child.stdin.flush()
            ready, _, _ = select.select([child.stdout], [], [], LONGEST)
            line = child.stdout.readline() if ready else b""
        except OSError:
            line = b""
        if line.endswith(b"\n"):
            found: dict[str, Any] = json.loads(line)
            return found
        self._end()
        return _failed("it takes too much memory or time")

    def _started(self) -> subprocess.Popen[bytes]:
        if self._child is not None and self._child.poll() is not None:
            self._end()
        if self._child is None:
            script = Path(__file__).with_name("sql_child.py")
            # No environment: nothing of it is within reach of what runs there.
            self._child = subprocess.Popen(
                [sys.executable, "-I", "-S", "-B", str(script)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={},
                close_fds=True,
                cwd="/",
            )
        return self._child

    def _end(self) -> None:
        child, self._child = self._child, None
        if child is None:
            return
        child.kill()
        child.wait()
        for pipe in (child.stdin, child.stdout):
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()

    def __del__(self) -> None:
        self._end()


def _failed(reason: str) -> dict[str, Any]:
    return {"columns": [], "rows": [], "error": reason}
