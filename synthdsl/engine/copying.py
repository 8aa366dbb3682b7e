"""Rows that are read rather than made: sources and pipelines, to outputs, expectations and the store."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from synthdsl.dataset.store_writer import TableWriter
from synthdsl.engine.checks import aggregates_of, checked
from synthdsl.engine.frame import Frame, World
from synthdsl.engine.pipes import run_steps
from synthdsl.engine.work import encoded, measured, new_fold
from synthdsl.plan.steps import PARENT, PipelinePlan, Plan

if TYPE_CHECKING:
    from synthdsl.engine.effects import Events, Sink
    from synthdsl.engine.run import Outcome, RunOptions


def copy_source(
    plan: Plan,
    name: str,
    tables: Mapping[str, Any],
    sinks: Sequence[Sink],
    options: RunOptions,
    outcome: Outcome,
) -> None:
    """Outputs and expectations straight from a source: its rows as they are."""
    wanted = [s for s in sinks if s.dataset == name]
    checks = [c for c in plan.checks if c.dataset == name]
    if not wanted and not checks:
        return
    aggregates = aggregates_of(checks)
    folds = [new_fold(a) for a in aggregates]
    world = World(plan.seed, tables)
    for batch in tables[name].batches(options.batch_rows):
        frame = Frame(world, name, batch.n, batch.keys, None, dict(batch.columns))
        for sink in wanted:
            sink.append(encoded(sink.encoder, frame))
        for fold, node in zip(folds, aggregates, strict=True):
            fold.update(frame.n, *measured(name, node, frame))
    outcome.checks.extend(checked(plan, name, list(zip(aggregates, folds, strict=True)), tables))


def pipe(
    plan: Plan,
    pipeline: PipelinePlan,
    options: RunOptions,
    tables: dict[str, Any],
    sinks: Sequence[Sink],
    told: Events,
    folder: Path,
    outcome: Outcome,
) -> None:
    """One pipeline: its steps, then its rows to where they go."""
    from synthdsl.engine.run import DatasetReport

    wanted = [s for s in sinks if s.dataset == pipeline.id]
    checks = [c for c in plan.checks if c.dataset == pipeline.id]
    aggregates = aggregates_of(checks)
    folds = [new_fold(a) for a in aggregates]
    keep = pipeline.keep
    if pipeline.id in options.collect:
        keep = tuple(f.name for f in pipeline.row.fields)
    world = World(plan.seed, tables)
    told.begin(pipeline.id, None)
    view, steps = run_steps(pipeline, world, folder / "steps")
    report = DatasetReport(pipeline.id, view.rows, steps[0].before if steps else view.rows, steps=steps)
    writer = None
    if keep is not None:
        keep = (*keep, *(n for n in view.names if n == PARENT and n not in keep))
        writer = TableWriter(folder, keep)
    names = [f.name for f in pipeline.row.fields]
    read = list(dict.fromkeys([*(names if wanted or checks else ()), *(keep or ())]))
    try:
        for batch in view.batches(options.batch_rows, read) if read else ():
            frame = Frame(world, pipeline.address, batch.n, batch.keys, None, dict(batch.columns))
            for sink in wanted:
                sink.append(encoded(sink.encoder, frame))
            for fold, node in zip(folds, aggregates, strict=True):
                fold.update(frame.n, *measured(pipeline.id, node, frame))
            if writer is not None and keep is not None:
                writer.append(batch.n, batch.keys, {n: batch.columns[n] for n in keep})
            told.advance(pipeline.id, batch.n, batch.n)
        table = None if writer is None else writer.close()
    except BaseException:
        if writer is not None:
            writer.abandon()
        raise
    told.end(pipeline.id, report.rows)
    outcome.datasets.append(report)
    if table is not None:
        tables[pipeline.id] = table
    outcome.checks.extend(checked(plan, pipeline.id, list(zip(aggregates, folds, strict=True)), tables))
