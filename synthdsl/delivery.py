"""From finished rows to files: the engine's sinks over the writers of `export`, and the facts of a run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from synthdsl.base.diagnostic import Diagnostic
from synthdsl.catalog import SourceCatalog
from synthdsl.dataset.vector import Vector
from synthdsl.engine.failing import RunError
from synthdsl.engine.run import Outcome
from synthdsl.export.encode import encode_batch
from synthdsl.export.ownership import earlier_libraries
from synthdsl.export.paths import resolve_output
from synthdsl.export.problems import Unwritable
from synthdsl.export.publish import publish
from synthdsl.export.report import (
    DatasetFacts,
    ExpectationFacts,
    ModelFacts,
    OutputReport,
    RuleFacts,
    RunFacts,
    SourceFacts,
    StepFacts,
    UsageFacts,
    created_from,
)
from synthdsl.export.spec import SPLIT_COLUMN, Encoded, OutputSpec
from synthdsl.export.writer import OutputWriter, open_output
from synthdsl.llm.request import Env, ModelSpec
from synthdsl.model.expr import Expr
from synthdsl.plan.parts import libraries
from synthdsl.plan.steps import Plan

EDITION = 1


@dataclass(frozen=True, slots=True)
class FileEncoder:
    """What workers do for one output."""

    spec: OutputSpec
    keys: tuple[tuple[str, Expr], ...]

    def encode(self, columns: dict[str, Vector], row: Mapping[str, Vector], n: int) -> Encoded:
        """The bytes of n rows. Raises `RunError` for a value the file cannot hold."""
        try:
            return encode_batch(self.spec, columns, n, row.get(SPLIT_COLUMN))
        except Unwritable as error:
            message = f"'{self.spec.path}', key '{error.key}': {error.message}"
            raise RunError(Diagnostic("E0801", message, dict(self.keys)[error.key].span)) from error


@dataclass(frozen=True, slots=True)
class FileSink:
    """One output of a run (satisfies `engine.effects.Sink`)."""

    encoder: FileEncoder
    writer: OutputWriter
    place: Path

    @property
    def dataset(self) -> str:
        return self.encoder.spec.dataset

    def append(self, payload: Encoded) -> None:
        """The next rows, in order."""
        self.writer.append(payload)


def open_sinks(
    plan: Plan, outputs: Sequence[OutputSpec], folder: Path, out: Path | None, stack: ExitStack
) -> list[FileSink]:
    """A sink for each output; what is not published when `stack` closes disappears."""
    keys = {(o.path, o.dataset): o.keys for o in plan.outputs}
    sinks: list[FileSink] = []
    for spec in outputs:
        place = resolve_output(spec.path, folder, out, spec.span)
        writer = stack.enter_context(open_output(spec, place))
        sinks.append(FileSink(FileEncoder(spec, keys[spec.path, spec.dataset]), writer, place))
    return sinks


def made_otherwise(sinks: Sequence[FileSink], facts: RunFacts) -> list[Diagnostic]:
    """W0801 for outputs that an equal run made with another version of a library."""
    before = [earlier_libraries(sink.encoder.spec, sink.place, facts) for sink in sinks]
    return [
        Diagnostic(
            "W0801",
            f"'{sink.encoder.spec.path}' was made with {name} {old}, now {new} is installed.",
            sink.encoder.spec.span,
            _AGAIN,
        )
        for sink, libraries in zip(sinks, before, strict=True)
        for name, old in sorted(libraries.items())
        if (new := facts.libraries.get(name, old)) != old
    ]


_AGAIN = ("The same spec and seed may give other values with it.",)


def deliver(sinks: Sequence[FileSink], facts: RunFacts) -> list[tuple[OutputReport, Path]]:
    """Complete all outputs, then make them visible together."""
    closed = [(sink.writer, sink.writer.close()) for sink in sinks]
    publish(closed, facts)
    return [(report, sink.place) for (_, report), sink in zip(closed, sinks, strict=True)]


def facts_of(plan: Plan, outcome: Outcome, catalog: SourceCatalog, title: str) -> RunFacts:
    """What manifests and cards say of a run."""
    import os
    from importlib.metadata import version

    datasets = tuple(
        DatasetFacts(
            d.id,
            d.rows,
            d.candidates,
            d.lost,
            tuple(RuleFacts(n, f.tried, f.redrawn, f.dropped, f.flagged, f.again) for n, f in d.rules.items()),
            tuple(
                ExpectationFacts(c.name, c.text, c.passed, dict(c.measured))
                for c in outcome.checks
                if c.dataset == d.id
            ),
            tuple(StepFacts(s.step, s.before, s.after, {r.reason: r.rows for r in s.dropped}) for s in d.steps),
        )
        for d in outcome.datasets
    )
    sources = tuple(
        SourceFacts(s.id, _path_of(dict(s.arguments)), catalog.digest(s), outcome.sources[s.id])
        for s in plan.sources
        if s.id in outcome.sources
    )
    used = {key: counts for d in outcome.datasets for key, counts in d.used.items()}
    models = {alias for _, alias in used}
    return RunFacts(
        spec=plan.file,
        digest=plan.digest,
        edition=EDITION,
        seed=plan.seed,
        params=dict(plan.params),
        models=tuple(_model(m) for m in plan.models if m.alias in models),
        usage=tuple(UsageFacts(column, alias, *counts) for (column, alias), counts in sorted(used.items())),
        sources=sources,
        datasets=datasets,
        libraries={name: version(name) for name in libraries(plan)},
        title=title,
        description=plan.doc,
        created=created_from(os.environ),
    )


def _model(model: ModelSpec) -> ModelFacts:
    settings = {n: v for n, v in model.arguments if n not in ("name", "path") and not isinstance(v, Env)}
    return ModelFacts(model.alias, model.provider, model.name, settings)


def _path_of(arguments: Mapping[str, Any]) -> str:
    return str(arguments.get("path", arguments.get("name", "")))
