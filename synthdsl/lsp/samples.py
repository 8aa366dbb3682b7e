"""A few values of a dataset's columns, made as a run would make them, where that costs neither time nor money.

No model is asked and no store is opened: of rows that wait for an answer, what is free is shown.
"""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

from synthdsl.lsp.analysis import Analysis

if TYPE_CHECKING:
    from pathlib import Path

    from synthdsl.plan.steps import Plan

MOST_ROWS = 3
MOST_BYTES = 2_000_000
"""Sources of more bytes are not read for a sample."""


def samples(analysis: Analysis, dataset: str) -> dict[str, list[Any]]:
    """By column; empty where much would be read, or the spec has errors."""
    from synthdsl.catalog import SourceCatalog
    from synthdsl.engine.failing import RunError
    from synthdsl.engine.run import RunOptions, run_plan
    from synthdsl.engine.survey import Counter
    from synthdsl.pipeline import only, run_folder
    from synthdsl.plan.parts import made_in, runs_code
    from synthdsl.sources.contract import SourceError

    compiled = analysis.compiled
    if compiled.plan is None or not compiled.ok or dataset not in compiled.plan.rows:
        return {}
    part, _ = only(compiled.plan, (), dataset)
    # No code of others runs while somebody types.
    if not small(part, compiled.root) or any(runs_code(made) for made in made_in(part)):
        return {}
    waiting: list[dict[str, Any]] = []

    def lost(row: Any, why: Any) -> None:
        if why.dataset == dataset and len(waiting) < MOST_ROWS:
            waiting.append(dict(row.values))

    try:
        folder = run_folder(compiled.root)
    except RunError:
        return {}
    try:
        options = RunOptions(folder, collect=(dataset,), limit=MOST_ROWS, calls=Counter(store=None), lost=lost)
        outcome = run_plan(part, options, SourceCatalog(compiled.root, lambda file: file).load, ())
        table = outcome.tables.get(dataset)
        if table is not None and table.rows:
            return {c: list(table.column(c)[:MOST_ROWS]) for c in table.names}
    except (RunError, SourceError):
        pass
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    names = dict.fromkeys(n for row in waiting for n in row)
    return {n: [row[n] for row in waiting if n in row] for n in names}


def small(plan: Plan, root: Path) -> bool:
    """Whether the sources of a plan are files of the project that are read in no time."""
    total = 0
    for source in plan.sources:
        for name, value in source.arguments:
            if name == "path" and isinstance(value, str):
                try:
                    total += sum(p.stat().st_size for p in (root / source.folder).glob(value))
                except (OSError, ValueError, NotImplementedError):
                    return False
        if not any(name == "path" for name, _ in source.arguments):
            return False
    return total <= MOST_BYTES
