"""How long a person waits for nothing: start, check of a short spec, compile of a long one.

python -m tests.bench.bench_start
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from tests.bench.measure import median_cost, python

HERE = Path(__file__).parent

TARGETS = {"synthc --help": 0.15, "synthc check, 60 lines": 0.45, "synthc check, 5,000 lines": 2.0}
"""The most CPU seconds that a command is to take."""


def long_spec(lines: int) -> str:
    """A spec of about so many lines: draws, expressions, rules, many datasets."""
    out = ["synth 1", "", 'type Severity = "low" | "high"', ""]
    count = 0
    while len(out) < lines:
        out.append(f"dataset d{count} of 100 {{")
        for i in range(0, 40, 5):
            out.append(f"  var a{i} = uniform(0, {i + 10})")
            out.append(f"  var b{i} = clamp(a{i}, 5, 10) + {i}")
            out.append(f'  var c{i}: Severity = choice({{"low": 3, "high": 1}})')
            out.append(f'  template e{i} = """{{{{ c{i} }}}} and {{% if b{i} > 7 %}}large{{% endif %}}"""')
            out.append(f'  rule r{i}: b{i} > 6 or c{i} == "low"')
        out += ["}", "", f'output "out/d{count}.jsonl" from d{count}', ""]
        count += 1
    return "\n".join(out) + "\n"


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shutil.copy(HERE.parents[1] / "examples/tickets/tickets.synth", folder / "tickets.synth")
        commands = {
            "python -c pass": python("-c", "pass"),
            "synthc --help": python("-m", "synthdsl", "--help"),
            "synthc check, 60 lines": python("-m", "synthdsl", "check", str(folder / "tickets.synth")),
        }
        for lines in (1_250, 2_500, 5_000):
            spec = folder / f"long{lines}.synth"
            spec.write_text(long_spec(lines))
            commands[f"synthc check, {lines:,} lines"] = python("-m", "synthdsl", "check", str(spec))
        for title, command in commands.items():
            median_cost(command, folder, 1)
            cost = median_cost(command, folder, 5)
            target = f"  target cpu {TARGETS[title]:.2f} s" if title in TARGETS else ""
            print(f"{title:28} cpu {cost.cpu:6.3f} s  wall {cost.wall:6.3f} s  peak {cost.peak:5.0f} MB{target}")


if __name__ == "__main__":
    main()
