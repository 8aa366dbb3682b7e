"""How long an editor waits: start of the language server, and from a keystroke to its findings in a long spec.

python -m tests.bench.bench_lsp
"""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from pathlib import Path

from tests.bench.bench_start import long_spec
from tests.lsp.client import Client

START_CPU = 0.6
"""The most CPU seconds of a server that has answered `initialize` and does nothing."""

KEYSTROKE = 0.15
"""The most seconds from a keystroke in 1,000 lines to the findings, in the middle of all keystrokes."""


KEYS = 29


def prompts_spec(lines: int) -> str:
    """A spec of about so many lines as people write them: few rules, more templates and calls."""
    out = ["synth 1", "", 'type Severity = "low" | "medium" | "high"', "model writer = simulated()", ""]
    count = 0
    while len(out) < lines:
        out += [
            f"dataset tickets{count} of 100 {{",
            '  var product = choice({"router": 5, "tv box": 3, "sim": 2})',
            '  var severity: Severity = choice({"low": 60%, "medium": 30%, "high": 10%})',
            "  var age = integer(18, 80)",
            "  var fault = match product {",
            '    "router" => choice(["no signal", "reboots"]),',
            '    _ => "not recognised",',
            "  }",
            '  rule minor: product == "sim" implies severity != "high"',
            '  template body = """',
            '    My {{ product }} has {{ fault }}{% if severity == "high" %}, urgent{% endif %}.',
            '    """',
            '  llm answer: str(max=200) = writer """',
            "    Answer {{ body }}, from somebody aged {{ age }}.",
            '    """',
            "}",
            "",
            f'output "out/t{count}.jsonl" from tickets{count} as chat {{',
            "  user = body",
            "  assistant = answer",
            "}",
            "",
        ]
        count += 1
    return "\n".join(out)


def started(folder: Path) -> tuple[float, float]:
    """CPU and wall seconds until the server has answered `initialize`."""
    begun = time.perf_counter()
    with Client(folder) as client:
        wall = time.perf_counter() - begun
        client.ask("shutdown", None)
        return cpu_of(client), wall


def cpu_of(client: Client) -> float:
    """CPU seconds that the server has taken."""
    stat = Path(f"/proc/{client.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(stat[11]) + int(stat[12])) / os.sysconf("SC_CLK_TCK")


def keystrokes(folder: Path, name: str, text: str) -> tuple[list[float], float]:
    """Seconds from each of some keystrokes to its findings, and the server's CPU seconds for one in the mean.

    A word in the middle of the file is typed letter by letter.
    """
    times = []
    with Client(folder) as client:
        client.open(name, text)
        # The calls are counted in a thread when a file is opened; nobody types at that moment.
        time.sleep(2)
        lines = text.split("\n")
        place = sum(len(x) + 1 for x in lines[: len(lines) // 2])
        place = text.index('choice({"', place)
        spent = cpu_of(client)
        for typed in range(1, KEYS + 1):
            begun = time.perf_counter()
            client.type(name, text[:place] + "integer(0, lowest_of_all_names)"[:typed] + text[place:])
            times.append(time.perf_counter() - begun)
        return sorted(times), (cpu_of(client) - spent) / KEYS


def main() -> None:
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        started(folder)
        costs = [started(folder) for _ in range(5)]
        cpu, wall = (statistics.median(c[i] for c in costs) for i in (0, 1))
        print(f"start                       cpu {cpu:6.3f} s  wall {wall:6.3f} s  target cpu {START_CPU:.2f} s")
        specs = {"rules": long_spec(1_000), "prompts": prompts_spec(1_000)}
        for kind, text in specs.items():
            times, cpu = keystrokes(folder, f"{kind}.synth", text)
            middle, most = statistics.median(times), times[-1]
            title = f"keystroke, {text.count(chr(10)):,} lines, {kind}"
            print(f"{title:36} cpu {cpu:6.3f} s  median {middle:6.3f} s  most {most:6.3f} s  target {KEYSTROKE:.2f} s")


if __name__ == "__main__":
    main()
