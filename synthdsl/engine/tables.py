"""Tables of sources, datasets and pipelines that something else looks into, made before it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from synthdsl.engine.copying import pipe
from synthdsl.engine.effects import Silence
from synthdsl.engine.run import Outcome, ReadSource, Runner, RunOptions
from synthdsl.plan.steps import Plan


def make_tables(
    plan: Plan, names: Iterable[str], options: RunOptions, read_source: ReadSource, tables: dict[str, Any]
) -> None:
    """Make the tables of these names, in the order given, as far as they are not there; each whole.

    Raises as `engine.run.run_plan` does.
    """
    outcome = Outcome()
    for name in names:
        if name in tables:
            continue
        folder = options.folder / f"{len(tables):03d}"
        kept = RunOptions(folder, collect=(name,), calls=options.calls, lost=options.lost)
        if any(s.id == name for s in plan.sources):
            tables[name] = read_source(plan.source(name), folder)
        elif any(d.id == name for d in plan.datasets):
            runner = Runner(plan, plan.dataset(name), kept, tables, (), Silence(), folder, outcome.lost)
            _, tables[name], _ = runner.run()
        elif (pipeline := plan.pipeline(name)) is not None:
            pipe(plan, pipeline, kept, tables, (), Silence(), folder, outcome)
