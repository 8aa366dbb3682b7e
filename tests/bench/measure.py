"""Whole processes measured from outside: CPU seconds, wall seconds, peak memory, by the system's own accounting."""

from __future__ import annotations

import os
import statistics
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Cost:
    """What a process cost: CPU and wall in seconds, peak resident memory in MB."""

    cpu: float
    wall: float
    peak: float


def cost(command: Sequence[str], cwd: Path) -> Cost:
    """Run a command to its end and say what it cost. Raises RuntimeError when it fails."""
    start = time.perf_counter()
    with (cwd / "bench.log").open("w") as log:
        pid = os.posix_spawn(
            command[0],
            list(command),
            # Installed programs have their bytecode; a shell that forbids writing it would be measured instead.
            {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"},
            file_actions=[(os.POSIX_SPAWN_DUP2, log.fileno(), 1), (os.POSIX_SPAWN_DUP2, log.fileno(), 2)],
        )
        _, status, usage = os.wait4(pid, 0)
    if status:
        raise RuntimeError(f"{command} failed: {(cwd / 'bench.log').read_text()[-2000:]}")
    return Cost(usage.ru_utime + usage.ru_stime, time.perf_counter() - start, usage.ru_maxrss / 1024)


def median_cost(command: Sequence[str], cwd: Path, runs: int) -> Cost:
    """The median of each figure over several runs."""
    costs = [cost(command, cwd) for _ in range(runs)]
    return Cost(*(statistics.median(getattr(c, name) for c in costs) for name in ("cpu", "wall", "peak")))


def python(*arguments: str) -> list[str]:
    """A command that runs this interpreter."""
    return [sys.executable, *arguments]
