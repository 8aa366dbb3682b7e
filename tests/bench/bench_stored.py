"""Runs whose answers are stored, and runs of very many rows: time and memory by size.

    python -m tests.bench.bench_stored [--server]

First a chain of three columns, one of them typed: a run that fills the store, then the same again, which asks nobody.
Then one column over up to a million rows. Models are simulated, with `--server` they stand behind a local server that
answers at once. Whole processes.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.bench.measure import cost, python
from tests.server.running import running

CHAIN = """synth 1
model a = MODEL
type Grade = { reason: str, score: int(1..5) }
dataset d of ROWS {
  var topic = choice(["tea", "jam"])
  llm one: str = a "Say {{ topic }}."
  llm two: str = a "More on {{ topic }}: {{ one }}"
  llm three: Grade = a "Judge {{ topic }}: {{ one }} {{ two }}"
}
output "out.jsonl" from d
"""

ONE = """synth 1
model a = MODEL
dataset d of ROWS {
  var topic = choice(["tea", "jam"])
  llm one: str = a "Say {{ topic }}."
}
output "out.jsonl" from d
"""


@contextmanager
def _model(server: bool) -> Iterator[str]:
    if not server:
        yield "simulated()"
        return
    with running() as found:
        yield f'openai("m", base_url="{found.url}", concurrency=64)'


def _runs(label: str, text: str, rows: int, model: str, times: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "spec.synth").write_text(text.replace("MODEL", model).replace("ROWS", str(rows)))
        for number in range(times):
            found = cost(python("-m", "synthdsl", "run", str(folder / "spec.synth"), "--quiet"), folder)
            what = "first run" if not number else "stored"
            print(
                f"{label:<16}{rows:>10,} rows  {what:<10}{found.cpu:8.1f} s CPU{found.wall:8.1f} s{found.peak:7.0f} MB",
                flush=True,
            )


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--server", action="store_true")
    chosen = options.parse_args()
    with _model(chosen.server) as model:
        for rows in (25_000, 100_000):
            _runs("3 columns", CHAIN, rows, model, 2)
        for rows in (100_000, 1_000_000):
            _runs("1 column", ONE, rows, model, 1)


if __name__ == "__main__":
    main()
