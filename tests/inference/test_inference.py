"""A real inference server (llama.cpp) with a model made on the spot answers through the same way as any other."""

from __future__ import annotations

import json
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from synthdsl.pipeline import Ran, compile_spec, run
from tests.inference.build import place
from tests.inference.model import make_model

pytestmark = pytest.mark.slow

SPEC = """synth 1

model tiny = openai("tiny", base_url="URL/v1", temperature=0.8, max_tokens=300, concurrency=4)

type Verdict = {
  good: bool
  score: int(1..5)
  label: "spam" | "ham"
}

dataset rows of 6 {
  var topic = choice(["tea", "jam", "oil"])
  llm text: str = tiny \"\"\"Write about {{ topic }}.\"\"\"
  llm verdict: Verdict = tiny \"\"\"Judge: {{ text }}\"\"\"
  llm scores: list[int(0..9)](min=2, max=2) = tiny \"\"\"Two numbers for {{ topic }}.\"\"\"
  llm picks: list["a" | "b"] = tiny {
    user \"\"\"Choose for {{ topic }}.\"\"\"
    n = 2
  }
}

output "out/rows.jsonl" from rows
"""


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    model = tmp_path_factory.mktemp("model") / "tiny.gguf"
    make_model(model)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [str(place()), "-m", str(model), "--host", "127.0.0.1", "--port", str(port)]
    command += ["-c", "4096", "--parallel", "4", "--threads", "2", "--jinja", "--no-warmup"]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        address = f"http://127.0.0.1:{port}"
        for _ in range(200):
            assert server.poll() is None, "the server ended"
            try:
                with urlopen(f"{address}/health") as answer:
                    if answer.status == 200:
                        break
            except (URLError, ConnectionError):
                time.sleep(0.1)
        yield address
    finally:
        server.kill()
        server.wait()


def made(folder: Path, url: str) -> tuple[Ran, list[dict[str, object]]]:
    path = folder / "spec.synth"
    path.write_text(SPEC.replace("URL", url))
    compiled = compile_spec(path)
    assert compiled.ok, compiled.diagnostics
    ran = run(compiled)
    return ran, [json.loads(line) for line in (folder / "out/rows.jsonl").read_text().splitlines()]


def test_a_real_model_answers_in_the_types_of_its_columns(url: str, tmp_path: Path) -> None:
    ran, rows = made(tmp_path, url)
    assert len(rows) + len(ran.outcome.lost) == 6
    assert len(rows) >= 4, ran.outcome.lost
    for row in rows:
        verdict = row["verdict"]
        assert isinstance(row["text"], str) and row["text"]
        assert isinstance(verdict, dict) and isinstance(verdict["good"], bool)
        assert verdict["score"] in range(1, 6) and verdict["label"] in ("spam", "ham")
        assert isinstance(row["scores"], list) and len(row["scores"]) == 2
        assert isinstance(row["picks"], list) and len(row["picks"]) == 2
    assert all(s.input and s.output for s in ran.spent)
    again, same = made(tmp_path, url)
    assert sum(s.answered for s in again.spent) == 0
    assert same == rows
