"""Calls against a local server: CPU a call and wall time beside a script written by hand, in one run.

    python -m tests.bench.bench_calls [rows]

Three columns, each prompt with the answers before it, 64 calls in flight, the store on. Whole processes.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from tests.bench.measure import Cost, cost, python
from tests.server.running import Server, running

TEXT = """synth 1
model a = openai("x", base_url="{url}", concurrency=64)
dataset d of {rows} {{
  var topic = choice(["tea", "jam"])
  llm one: str = a "Say {{{{ topic }}}}."
  llm two: str = a "More on {{{{ topic }}}}: {{{{ one }}}}"
  llm three: str = a "Judge {{{{ topic }}}}: {{{{ one }}}} {{{{ two }}}}"
}}
output "out.jsonl" from d
"""
TYPED = TEXT.replace("llm three: str", "llm three: Grade").replace(
    "dataset d", "type Grade = {{\n  reason: str\n  score: int(1..5)\n}}\ndataset d"
)
LATENCIES = (("0 ms", 0.0, 0.0), ("200 ms", 0.2, 0.0), ("200 ms, lognormal 0.8", 0.2, 0.8))


def ours(server: Server, text: str, rows: int, folder: Path) -> Cost:
    """A first run of a spec: nothing is stored."""
    place = Path(tempfile.mkdtemp(dir=folder))
    (place / "spec.synth").write_text(text.format(url=server.url, rows=rows))
    return cost(python("-m", "synthdsl", "run", "-q", str(place / "spec.synth")), folder)


def by_hand(server: Server, rows: int, folder: Path) -> Cost:
    """The script."""
    script = Path(__file__).parent / "baselines" / "calls_script.py"
    return cost(python(str(script), server.url, str(rows), str(folder / "hand.jsonl")), folder)


def main() -> None:
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000
    with tempfile.TemporaryDirectory() as name, running() as server:
        folder = Path(name)
        server.script()
        few = {"text": ours(server, TEXT, 1, folder), "typed": ours(server, TYPED, 1, folder)}
        hand_start = by_hand(server, 1, folder)
        for label, latency, sigma in LATENCIES:
            server.script(latency=latency, sigma=sigma)
            hand = by_hand(server, rows, folder)
            calls = rows * 3
            each = (hand.cpu - hand_start.cpu) / calls * 1000
            figures = f"CPU a call {each:.3f} ms  {hand.peak:4.0f} MB"
            print(f"{label:<22} by hand   wall {hand.wall:6.2f} s           {figures}")
            for kind, text in (("text", TEXT), ("typed", TYPED)):
                server.script(latency=latency, sigma=sigma)
                mine = ours(server, text, rows, folder)
                each = (mine.cpu - few[kind].cpu) / calls * 1000
                ratio = mine.wall / hand.wall
                print(
                    f"{'':<22} {kind:<9} wall {mine.wall:6.2f} s ({ratio:.2f}x)   "
                    f"CPU a call {each:.3f} ms  {mine.peak:4.0f} MB"
                )


if __name__ == "__main__":
    main()
