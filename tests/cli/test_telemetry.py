"""Spans and metrics of whole runs, as a receiver on loopback gets them over OTLP."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from synthdsl.llm import gateway
from tests.cli.conftest import Synthc
from tests.server.running import running

pytest.importorskip("opentelemetry.proto")

SPEC = """synth 1
model writer = openai("m-1", base_url="{url}", temperature=0.5)
dataset d of 3 {{
  llm text: str = writer "A prompt that stays here {{{{ row }}}}."
}}
output "d.jsonl" from d
"""


class Receiver(HTTPServer):
    """bodies: by path, as they came."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Taker)
        self.bodies: dict[str, list[bytes]] = {"/v1/traces": [], "/v1/metrics": []}


class _Taker(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        assert isinstance(self.server, Receiver)
        self.server.bodies[self.path].append(self.rfile.read(int(self.headers["Content-Length"])))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *arguments: object) -> None:
        """Nothing is logged."""


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        yield server
        server.shutdown()


def plain(attributes: Any) -> dict[str, Any]:
    return {a.key: getattr(a.value, a.value.WhichOneof("value")) for a in attributes}


def test_spans_and_metrics_without_what_was_said(
    synthc: Synthc, tmp_path: Path, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
    from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

    monkeypatch.setattr(gateway, "FIRST_PAUSE", 0.001)
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", f"http://127.0.0.1:{receiver.server_port}")
    monkeypatch.setenv("OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT", "true")
    monkeypatch.setenv("OPENAI_API_KEY", "a-key-that-nobody-may-see")
    with running() as server:
        server.script(faults=[{"kind": "status", "value": 503, "match": "here 1", "times": 1}])
        (tmp_path / "s.synth").write_text(SPEC.format(url=server.url))
        done = synthc("run", "s.synth", "-q")
    assert (done.code, done.err) == (0, "")
    sent = b"".join(b"".join(bodies) for bodies in receiver.bodies.values())
    assert b"stays here" not in sent and b"word" not in sent and b"nobody-may-see" not in sent
    spans = [
        span
        for body in receiver.bodies["/v1/traces"]
        for resource in ExportTraceServiceRequest.FromString(body).resource_spans
        for scope in resource.scope_spans
        for span in scope.spans
    ]
    named = {s.name: s for s in spans}
    calls = [s for s in spans if s.name == "chat m-1"]
    assert set(named) == {"synthdsl run", "dataset d", "chat m-1"} and len(calls) == 4
    assert {s.parent_span_id for s in calls} == {named["dataset d"].span_id}
    assert named["dataset d"].parent_span_id == named["synthdsl run"].span_id
    told = [plain(s.attributes) for s in calls]
    assert sorted(t.get("error.type", "") for t in told) == ["", "", "", "503"]
    good = next(t for t in told if "error.type" not in t)
    assert good["gen_ai.operation.name"] == "chat" and good["gen_ai.provider.name"] == "openai"
    assert good["gen_ai.request.model"] == good["gen_ai.response.model"] == "m-1"
    assert good["gen_ai.request.temperature"] == 0.5 and good["synthdsl.column"] == "d.text"
    assert good["gen_ai.usage.input_tokens"] == 6 and good["gen_ai.usage.output_tokens"] > 20
    assert all(0 < s.end_time_unix_nano - s.start_time_unix_nano < 60e9 for s in calls)
    points = {
        metric.name: list(metric.histogram.data_points)
        for body in receiver.bodies["/v1/metrics"]
        for resource in ExportMetricsServiceRequest.FromString(body).resource_metrics
        for scope in resource.scope_metrics
        for metric in scope.metrics
    }
    assert sum(p.count for p in points["gen_ai.client.operation.duration"]) == 4
    tokens = {plain(p.attributes)["gen_ai.token.type"]: p for p in points["gen_ai.client.token.usage"]}
    assert (tokens["input"].count, tokens["input"].sum) == (3, 18)


WITHOUT = """import sys
from synthdsl.cli.main import main
sys.argv = ["synthc", "run", "-q", "s.synth"]
try:
    main()
finally:
    print([m for m in sys.modules if m.startswith("opentelemetry")])
"""


def test_without_a_receiver_nothing_is_imported(tmp_path: Path) -> None:
    text = 'synth 1\nmodel m = simulated()\ndataset d of 2 {\n  llm x: str = m "Say."\n}\noutput "d.jsonl" from d\n'
    (tmp_path / "s.synth").write_text(text)
    environment = {"PYTHONPATH": str(Path(__file__).parents[2]), "OTEL_SERVICE_NAME": "x", "PATH": ""}
    command = [sys.executable, "-c", WITHOUT]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert (tmp_path / "d.jsonl").exists() and "[]" in done.stdout, done.stderr
