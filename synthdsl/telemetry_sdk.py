"""OpenTelemetry's SDK for the time of a run: no global provider is set, so an application's own stays what it is."""

from __future__ import annotations

from collections.abc import Mapping

from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor


def providers(
    environment: Mapping[str, str], traces: bool, measures: bool, patience: float, queue: int
) -> tuple[TracerProvider, MeterProvider]:
    """Providers that send what is wanted; the other one sends nothing. patience: seconds for an export."""
    given = any(n.startswith("OTEL_EXPORTER_OTLP") and n.endswith("TIMEOUT") for n in environment)
    timeout = None if given else patience
    resource = Resource.create({"service.name": environment.get("OTEL_SERVICE_NAME") or "synthdsl"})
    tracers = TracerProvider(resource=resource, shutdown_on_exit=False)
    if traces:
        tracers.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(timeout=timeout), queue))
    readers = [PeriodicExportingMetricReader(OTLPMetricExporter(timeout=timeout))] if measures else []
    return tracers, MeterProvider(readers, resource, shutdown_on_exit=False)
