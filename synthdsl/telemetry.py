"""Spans and metrics of a run for OpenTelemetry, where the environment names a receiver and the library is there.

Names follow the semantic conventions for generative AI clients, https://opentelemetry.io/docs/specs/semconv/gen-ai/.
Prompts and answers are never sent, whatever `OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT` says: they may be
anybody's data, and the store beside the spec has the answers. Without a receiver nothing is imported. OTLP over HTTP is
what is spoken, to `OTEL_EXPORTER_OTLP_ENDPOINT` or those of traces and metrics; the SDK reads the rest of its settings.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from synthdsl.base.diagnostic import Diagnostic
from synthdsl.engine.effects import Silence
from synthdsl.llm.reply import CallFailed, Reply
from synthdsl.llm.request import Form, Request

if TYPE_CHECKING:
    from opentelemetry.metrics import Histogram
    from opentelemetry.trace import Span, Tracer

    from synthdsl.engine.effects import Events
    from synthdsl.llm.spending import Spending
    from synthdsl.plan.steps import Plan

DURATIONS = (0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92)
"""Seconds: the bounds that the conventions give."""
TOKENS = (1, 4, 16, 64, 256, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304, 16777216, 67108864)

PATIENCE = 2.0
"""Seconds for a receiver that is not there, where `OTEL_EXPORTER_OTLP_TIMEOUT` says nothing else."""

QUEUE = 65_536
"""Spans that wait to be sent; more are lost, the run does not wait."""


def wanted(environment: Mapping[str, str]) -> tuple[bool, bool]:
    """Whether traces and metrics have a receiver that is spoken to by OTLP over HTTP."""
    if environment.get("OTEL_SDK_DISABLED", "").lower() == "true":
        return False, False
    return _one_wanted(environment, "TRACES"), _one_wanted(environment, "METRICS")


def _one_wanted(environment: Mapping[str, str], kind: str) -> bool:
    names = ("OTEL_EXPORTER_OTLP_ENDPOINT", f"OTEL_EXPORTER_OTLP_{kind}_ENDPOINT")
    named = any(environment.get(n) for n in names)
    asked = environment.get(f"OTEL_{kind}_EXPORTER", "otlp" if named else "none")
    general = environment.get("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf")
    protocol = environment.get(f"OTEL_EXPORTER_OTLP_{kind}_PROTOCOL", general)
    return asked == "otlp" and protocol == "http/protobuf"


def telemetry(environment: Mapping[str, str], plan: Plan, events: Events | None) -> Telemetry | None:
    """Who is told of the run, and tells `events`; None where nobody listens or the library is not installed."""
    traces, metrics = wanted(environment)
    if not traces and not metrics:
        return None
    try:
        from synthdsl.telemetry_sdk import providers
    except ImportError:
        return None
    tracers, meters = providers(environment, traces, metrics, PATIENCE, QUEUE)
    meter = meters.get_meter("synthdsl")
    return Telemetry(
        plan,
        events or Silence(),
        tracers.get_tracer("synthdsl"),
        meter.create_histogram(
            "gen_ai.client.operation.duration", "s", "Duration of calls.", explicit_bucket_boundaries_advisory=DURATIONS
        ),
        meter.create_histogram(
            "gen_ai.client.token.usage", "{token}", "Tokens of calls.", explicit_bucket_boundaries_advisory=TOKENS
        ),
        (tracers, meters),
    )


@dataclass(slots=True, eq=False)
class Telemetry:
    """Satisfies `Events`; use it as a context manager for the time of the run. What it hears goes on to `events`."""

    plan: Plan
    events: Events
    tracer: Tracer
    durations: Histogram
    tokens: Histogram
    providers: tuple[Any, Any]
    _run: Span = field(init=False)
    _open: dict[str, Span] = field(default_factory=dict)

    def __enter__(self) -> Telemetry:
        attributes = {"synthdsl.spec": self.plan.file, "synthdsl.digest": self.plan.digest}
        self._run = self.tracer.start_span("synthdsl run", attributes={**attributes, "synthdsl.seed": self.plan.seed})
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        for span in self._open.values():
            span.end()
        if error is not None:
            found = getattr(error, "diagnostic", None)
            _fails(self._run, found.code if isinstance(found, Diagnostic) else type(error).__name__)
        self._run.end()
        for provider in self.providers:
            provider.shutdown()

    # --- datasets

    def begin(self, dataset: str, total: int | None) -> None:
        self._open[dataset] = self._span(f"dataset {dataset}", self._run, {"synthdsl.dataset": dataset})
        self.events.begin(dataset, total)

    def advance(self, dataset: str, tried: int, accepted: int) -> None:
        self.events.advance(dataset, tried, accepted)

    def end(self, dataset: str, rows: int) -> None:
        span = self._open.pop(dataset)
        span.set_attribute("synthdsl.rows", rows)
        span.end()
        self.events.end(dataset, rows)

    def calls(self, spending: Spending) -> None:
        self.events.calls(spending)

    # --- calls

    def called(self, request: Request, outcome: Reply | CallFailed, seconds: float) -> None:
        """One try of a call has ended now."""
        from opentelemetry.trace import SpanKind

        ended, form = time.time_ns(), request.form
        shared = _shared(form)
        parent = next((s for n, s in reversed(self._open.items()) if form.column.startswith(f"{n}.")), self._run)
        name = f"{shared['gen_ai.operation.name']} {form.model.name}"
        span = self._span(name, parent, {**shared, **_asked(form)}, SpanKind.CLIENT, ended - int(seconds * 1e9))
        if isinstance(outcome, Reply):
            if outcome.model:
                shared["gen_ai.response.model"] = outcome.model
            used = {"input": outcome.usage.input, "output": outcome.usage.output}
            span.set_attributes({f"gen_ai.usage.{kind}_tokens": n for kind, n in used.items()})
            span.set_attribute("gen_ai.response.finish_reasons", [outcome.finish])
            for kind, n in used.items():
                self.tokens.record(n, {**shared, "gen_ai.token.type": kind})
        else:
            shared["error.type"] = str(outcome.status or outcome.code)
            _fails(span, shared["error.type"])
        span.set_attributes(shared)
        span.end(ended)
        self.durations.record(seconds, shared)

    def _span(self, name: str, parent: Span, attributes: dict[str, Any], kind: Any = None, begun: Any = None) -> Span:
        from opentelemetry.trace import SpanKind, set_span_in_context

        context = set_span_in_context(parent)
        return self.tracer.start_span(name, context, kind or SpanKind.INTERNAL, attributes, start_time=begun)


def _shared(form: Form) -> dict[str, str]:
    """What spans and metrics tell of a call."""
    return {
        "gen_ai.operation.name": "text_completion" if form.complete else "chat",
        "gen_ai.provider.name": form.model.provider,
        "gen_ai.request.model": form.model.name,
    }


def _asked(form: Form) -> dict[str, Any]:
    """What a span tells besides."""
    told: dict[str, Any] = {"synthdsl.column": form.column}
    told["gen_ai.output.type"] = "text" if form.schema is None else "json"
    for name, value in form.settings:
        if name in ("temperature", "top_p", "max_tokens", "seed"):
            told[f"gen_ai.request.{name}"] = value
    return told


def _fails(span: Span, kind: str) -> None:
    from opentelemetry.trace import StatusCode

    span.set_status(StatusCode.ERROR)
    span.set_attribute("error.type", kind)
