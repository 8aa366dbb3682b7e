"""`synthc diff` of two long specs: time of the whole process.

python -m tests.bench.bench_diff
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from tests.bench.measure import cost, python


def spec(datasets: int, word: str) -> str:
    """About 12 lines a dataset, each with a rule, a template and a call."""
    lines = ["synth 1", "", "model writer = simulated()", ""]
    for i in range(datasets):
        lines += [
            f"dataset d{i} of 20 {{",
            '  var town = choice(["Ulm", "Bonn", "Mainz"])',
            "  var age = integer(18, 90)",
            "  var old = age > 60",
            '  template line = """{{ town }}, {{ age }}{% if old %} (old){% endif %}"""',
            f'  llm text: str = writer """A {word} of {{{{ line }}}}."""',
            '  rule grown: town == "Ulm" implies age > 20',
            "}",
            "",
            f'output "out/d{i}.jsonl" from d{i}',
            "",
        ]
    return "\n".join(lines)


def main() -> None:
    for lines in (500, 2_000):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            (folder / "old.synth").write_text(spec(lines // 11, "life"))
            (folder / "new.synth").write_text(spec(lines // 11, "day"))
            took = cost(python("-m", "synthdsl", "diff", str(folder / "old.synth"), str(folder / "new.synth")), folder)
            print(f"{lines:6,} lines: {took.cpu:5.2f} s CPU, {took.wall:5.2f} s, {took.peak:4.0f} MB", flush=True)


if __name__ == "__main__":
    main()
