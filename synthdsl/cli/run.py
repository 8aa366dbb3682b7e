"""`synthc run`: makes the data and writes the outputs."""

from __future__ import annotations

import sys
import time
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

import click

from synthdsl.base.diagnostic import Diagnostic, in_order
from synthdsl.base.suggest import did_you_mean
from synthdsl.cli import exits
from synthdsl.cli.compiling import Chosen, compile_or_stop, setting_options, spec_argument
from synthdsl.cli.completing import complete_dataset
from synthdsl.cli.form import form_option
from synthdsl.cli.guard import end_on_signal
from synthdsl.cli.json_text import json_text
from synthdsl.cli.screen import Screen
from synthdsl.cli.style import is_terminal, write

if TYPE_CHECKING:
    from synthdsl.engine.effects import Events
    from synthdsl.pipeline import Compiled
    from synthdsl.plan.steps import Plan


@click.command()
@spec_argument
@click.option("--out", type=click.Path(path_type=Path), metavar="DIR", help="Write outputs below DIR.")
@click.option("--workers", type=click.IntRange(1, 1024), default=1, metavar="N", help="Processes that make rows [1].")
@click.option("--only", metavar="DATASET", shell_complete=complete_dataset, help="Only this dataset and its outputs.")
@click.option("-q", "--quiet", is_flag=True, help="No progress, no summary.")
@form_option("text", "json", help="Of the summary, and of what stops the run.")
@click.option("--max-cost", type=click.FloatRange(0), metavar="MONEY", help="Stop before calls cost more.")
@click.option("--max-calls", type=click.IntRange(0), metavar="N", help="Stop after N calls; the next run goes on.")
@click.option(
    "--approved",
    "--plan",
    "planned",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Run only what fits the plan in FILE, at no more than it may cost.",
)
@click.option("--frozen", is_flag=True, help="Ask no model: answers come from the store and cassettes alone.")
@click.option(
    "--cassette",
    "cassettes",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Stored answers to look into, instead of SPEC.cassette.jsonl; may be repeated.",
)
@click.option("--retry-failed", is_flag=True, help="Ask again for the rows that failed in the last run.")
@click.option("--batch-rows", type=click.IntRange(1), hidden=True)
@setting_options
@click.pass_obj
def run(
    screen: Screen,
    spec: Path,
    out: Path | None,
    workers: int,
    only: str | None,
    quiet: bool,
    form: str,
    batch_rows: int | None,
    max_cost: float | None,
    max_calls: int | None,
    planned: Path | None,
    frozen: bool,
    cassettes: tuple[Path, ...],
    retry_failed: bool,
    chosen: Chosen,
) -> int:
    """Run SPEC: make its datasets and write its outputs, all of them or none.

    A failed expectation gives exit code 1; the data are written all the same.
    """
    end_on_signal()
    compiled = compile_or_stop(screen, spec, chosen)
    assert compiled.plan is not None
    wanted_dataset(compiled.plan, only)
    if planned is not None:
        outdated, budget = _approval(compiled, planned, max_cost)
        if outdated is not None:
            screen.stop([outdated])
            return exits.SHORT
        max_cost = budget if max_cost is None else max_cost
    from synthdsl.pipeline import RunSettings
    from synthdsl.pipeline import run as run_compiled
    from synthdsl.verdict import shortfalls

    how = RunSettings(
        out=out,
        workers=workers,
        only=only,
        batch_rows=batch_rows,
        max_cost=max_cost,
        max_calls=max_calls,
        frozen=frozen,
        retry_failed=retry_failed,
        cassettes=cassettes,
    )
    begun = time.monotonic()
    try:
        with _shown(compiled.plan, quiet or form == "json") as events:
            ran = run_compiled(compiled, how, events)
    except Exception as error:
        stopped = getattr(error, "diagnostic", None)
        if form != "json" or not isinstance(stopped, Diagnostic):
            raise
        from synthdsl.cli.summary import stopped_as_json

        write(json_text(stopped_as_json(compiled.plan, stopped, screen.texts, time.monotonic() - begun)))
        return exits.exit_code([stopped])
    seconds = time.monotonic() - begun
    findings = in_order(shortfalls(ran.outcome, compiled.plan))
    if form == "json":
        from synthdsl.cli.summary import as_json

        whole = as_json(compiled.plan, ran, findings, screen.texts, seconds)
        write(json_text(whole))
    elif not quiet:
        from synthdsl.cli.summary import as_text

        write(as_text(ran, seconds, screen.out))
        sys.stdout.flush()
    if form != "json":
        screen.complain(findings)
    return exits.exit_code(findings)


def _shown(plan: Plan, quiet: bool) -> AbstractContextManager[Events | None]:
    from synthdsl.progress.choose import progress

    if quiet:
        return nullcontext(None)
    return progress(plan, is_terminal(sys.stderr), lambda text: write(text, sys.stderr))


def _approval(compiled: Compiled, planned: Path, max_cost: float | None) -> tuple[Diagnostic | None, float | None]:
    """Why the run does not fit the plan in the file, and what it may cost by it."""
    from synthdsl.approved import budget_of, misfit
    from synthdsl.pipeline import surveyed
    from synthdsl.project import name_in

    assert compiled.plan is not None
    try:
        text = planned.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise click.UsageError(f"The plan '{planned}' cannot be read: {getattr(error, 'strerror', error)}.") from None
    name = name_in(compiled.root, compiled.path)
    asked = surveyed(compiled)
    return misfit(text, planned, compiled.plan, asked, compiled.root, name, max_cost), budget_of(text)


def wanted_dataset(plan: Plan, name: str | None) -> None:
    """Raises click.UsageError for a dataset that the plan does not have."""
    known = list(plan.rows)
    if name is not None and name not in known:
        hint = "".join(f" {n}" for n in did_you_mean(name, known))
        raise click.UsageError(f"There is no dataset '{name}'.{hint}")
