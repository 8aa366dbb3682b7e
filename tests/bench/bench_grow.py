"""A pool that grows by a model's answers, with a novelty rule over all accepted rows: time by its size.

    python -m tests.bench.bench_grow

Whole processes against a local server that answers at once; the second time everything is stored.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from tests.bench.measure import cost, python
from tests.server.running import running

SPEC = """synth 1

model writer = openai("m", base_url="URL", concurrency=64)

source seeds: { text: str } = jsonl("seeds.jsonl")

dataset pool of SIZE accepted within LIMIT grow from seeds batch 100 {
  var shots = sample(seeds.text, 4) + sample(pool.text, 2)
  llm text: str = writer \"\"\"
    A new task, unlike these.
    {% for s in shots %}
    {{ loop.index }}. {{ s }}
    {% endfor %}
    \"\"\"
  rule novel: max_similarity(text, seeds.text + pool.text, metric="rouge_l") < 0.7 else drop
}

output "pool.jsonl" from pool
"""


def main() -> None:
    for size in (1_000, 2_500, 5_000, 10_000):
        with tempfile.TemporaryDirectory() as name, running() as server:
            folder = Path(name)
            kinds = ("a song", "a plan")
            lines = [f'{{"text": "Write {kind} about {topic}."}}' for kind in kinds for topic in "abcdef"]
            (folder / "seeds.jsonl").write_text("\n".join(lines) + "\n")
            spec = SPEC.replace("SIZE", str(size)).replace("LIMIT", str(3 * size)).replace("URL", server.url)
            (folder / "spec.synth").write_text(spec)
            command = python("-m", "synthdsl", "run", str(folder / "spec.synth"), "--quiet")
            first = cost(command, folder)
            second = cost(command, folder)
            print(
                f"{size:7,} rows: {first.cpu:6.1f} s CPU, {first.wall:6.1f} s, {first.peak:4.0f} MB; "
                f"stored {second.cpu:6.1f} s CPU",
                flush=True,
            )


if __name__ == "__main__":
    main()
