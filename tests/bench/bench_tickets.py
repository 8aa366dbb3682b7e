"""Generation without models, against what people use instead, in one run.

    python -m tests.bench.bench_tickets [--rows 100000] [--runs 3] [--quick]

Prints CPU, wall and peak memory of whole processes, and the ratio of CPU to synthdsl's. Mimesis and Snowfakery are
left out where they are not installed.
"""

from __future__ import annotations

import argparse
import importlib.util
import shutil
import sys
import tempfile
from pathlib import Path

from tests.bench.measure import Cost, median_cost, python

HERE = Path(__file__).parent


def _synthc(spec: str, rows: int, folder: Path) -> list[str]:
    return python("-m", "synthdsl", "run", str(folder / spec), "--quiet", "--set", f"rows={rows}", "--out", str(folder))


def _peers(rows: int, folder: Path) -> dict[str, list[str]]:
    base = HERE / "baselines"
    found = {
        "numpy script": python(str(base / "numpy_script.py"), str(rows), str(folder / "numpy.jsonl")),
        "Faker + Jinja2 loop": python(str(base / "faker_loop.py"), str(rows), str(folder / "faker.jsonl")),
    }
    if importlib.util.find_spec("mimesis"):
        found["Mimesis loop"] = python(str(base / "mimesis_loop.py"), str(rows), str(folder / "mimesis.jsonl"))
    if importlib.util.find_spec("snowfakery"):
        recipe = str(base / "tickets.recipe.yml")
        output = str(folder / "snow.json")
        found["Snowfakery"] = python(
            "-m",
            "snowfakery.cli",
            recipe,
            "--option",
            "rows",
            str(rows),
            "--output-format",
            "json",
            "--output-file",
            output,
        )
    return found


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rows", type=int, default=100_000)
    options.add_argument("--runs", type=int, default=3)
    options.add_argument("--quick", action="store_true", help="leave out what takes longer than ten seconds")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for spec in ("tickets.synth", "numbers.synth"):
            shutil.copy(HERE / spec, folder / spec)
        rows = chosen.rows
        ours = median_cost(_synthc("tickets.synth", rows, folder), folder, chosen.runs)
        _line(f"synthdsl, {rows:,} tickets", ours, ours)
        for peer, command in _peers(rows, folder).items():
            if chosen.quick and peer in ("Faker + Jinja2 loop", "Snowfakery"):
                continue
            runs = chosen.runs if peer in ("numpy script", "Mimesis loop") else 1
            _line(peer, median_cost(command, folder, runs), ours)
        million = median_cost(_synthc("numbers.synth", 1_000_000, folder), folder, chosen.runs)
        print(f"4 numeric and categorical columns to JSONL: {1e6 / million.wall:,.0f} rows/s whole process")
        _line("1,000,000 x 4 columns", million, million)
        if not chosen.quick:
            for count in (1_000_000, 5_000_000):
                _line(
                    f"synthdsl, {count:,} tickets",
                    median_cost(_synthc("tickets.synth", count, folder), folder, 1),
                    ours,
                )


def _line(name: str, cost: Cost, ours: Cost) -> None:
    figures = f"cpu {cost.cpu:7.2f} s  wall {cost.wall:7.2f} s  peak {cost.peak:6.0f} MB"
    print(f"{name:32} {figures}  x{cost.cpu / ours.cpu:6.2f}")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
