"""Rows that pick rows of another dataset, next to a script that does it by hand in numpy.

    python -m tests.bench.bench_foreign_keys [--children 5000000] [--parents 1000000] [--larger]

Prints CPU, wall and peak memory of whole processes. `--larger` adds ten times the parents.

Measured on 2 cores, 5,000,000 orders (CPU seconds, peak MB): from 1,000,000 customers synthdsl 6.4 s, 77 MB, by hand
12.9 s, 134 MB; from 10,000,000 customers synthdsl 30 s, 126 MB, by hand 16 s, 1,027 MB.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
from pathlib import Path

from tests.bench.measure import cost, python

HERE = Path(__file__).parent


def _line(name: str, command: list[str], folder: Path) -> None:
    found = cost(command, folder)
    print(f"{name:52}{found.cpu:9.1f} s CPU{found.wall:9.1f} s{found.peak:9.0f} MB", flush=True)


def _synthc(folder: Path, parents: int, children: int) -> list[str]:
    sizes = ["--set", f"parents={parents}", "--set", f"children={children}"]
    return python("-m", "synthdsl", "run", str(folder / "orders.synth"), "--quiet", *sizes, "--out", str(folder))


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--children", type=int, default=5_000_000)
    options.add_argument("--parents", type=int, default=1_000_000)
    options.add_argument("--larger", action="store_true")
    chosen = options.parse_args()
    sizes = [(chosen.parents, chosen.children)]
    if chosen.larger:
        sizes.append((10 * chosen.parents, chosen.children))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shutil.copy(HERE / "orders.synth", folder)
        for parents, children in sizes:
            rows = f"{children:,} orders from {parents:,} customers"
            by_hand = [
                str(HERE / "baselines" / "numpy_orders.py"),
                str(parents),
                str(children),
                str(folder / "hand.csv"),
            ]
            _line(f"synthdsl, {rows}", _synthc(folder, parents, children), folder)
            _line(f"numpy script, {rows}", python(*by_hand), folder)


if __name__ == "__main__":
    main()
