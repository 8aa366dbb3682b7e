"""`synthc preview`: a few rows in the terminal; nothing is written."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from synthdsl.cli.compiling import Chosen, compile_or_stop, setting_options, spec_argument
from synthdsl.cli.completing import complete_dataset
from synthdsl.cli.form import form_option
from synthdsl.cli.guard import end_on_signal
from synthdsl.cli.json_text import json_text
from synthdsl.cli.run import wanted_dataset
from synthdsl.cli.screen import Screen
from synthdsl.cli.style import write

if TYPE_CHECKING:
    from synthdsl.pipeline import Compiled
    from synthdsl.plan.steps import Plan

MORE = 20
"""Where rules drop rows, this many times as many are tried for the rows wanted."""

Rows = list[dict[str, Any]]


@click.command()
@spec_argument
@click.option("-n", "--rows", "wanted", type=click.IntRange(1, 1000), default=5, metavar="N", help="How many rows [5].")
@click.option("--dataset", metavar="NAME", shell_complete=complete_dataset, help="Default: those that are written.")
@form_option("text", "json")
@setting_options
@click.pass_obj
def preview(
    screen: Screen,
    spec: Path,
    wanted: int,
    dataset: str | None,
    form: str,
    chosen: Chosen,
) -> None:
    """Show the first rows of SPEC's datasets; nothing is written. They are those that a run makes."""
    end_on_signal()
    compiled = compile_or_stop(screen, spec, chosen)
    assert compiled.plan is not None
    wanted_dataset(compiled.plan, dataset)
    tables = first_rows(compiled, shown_datasets(compiled.plan, dataset), wanted, dataset)
    if form == "json":
        from synthdsl.cli.summary import plain

        write(json_text({n: plain(rows) for n, rows in tables.items()}))
        return
    from synthdsl.cli.rowview import view

    write("\n\n".join(view(name, rows, screen.out) for name, rows in tables.items()) or "The spec has no dataset.")


def shown_datasets(plan: Plan, named: str | None) -> tuple[str, ...]:
    """The dataset named, or those that outputs read, or all."""
    known = list(plan.rows)
    if named is not None:
        return (named,)
    return tuple(dict.fromkeys(o.dataset for o in plan.outputs if o.dataset in known)) or tuple(known)


def first_rows(
    compiled: Compiled, names: Sequence[str], wanted: int, only: str | None, frozen: bool = False
) -> dict[str, Rows]:
    """The first rows of these datasets. More are tried where rules drop some of them.

    frozen: answers come from the store alone.
    """
    found = _tried(compiled, names, wanted, wanted, only, frozen)
    if any(len(rows) < wanted for rows in found.values()):
        found = _tried(compiled, names, wanted, wanted * MORE, only, frozen)
    return found


def _tried(
    compiled: Compiled, names: Sequence[str], wanted: int, limit: int, only: str | None, frozen: bool
) -> dict[str, Rows]:
    from synthdsl.pipeline import RunSettings, run

    ran = run(compiled, RunSettings(collect=tuple(names), limit=limit, write=False, only=only, frozen=frozen))
    try:
        tables: dict[str, Rows] = {}
        for name, table in ran.outcome.tables.items():
            columns = {c: table.column(c)[:wanted] for c in table.names}
            tables[name] = [{c: values[i] for c, values in columns.items()} for i in range(min(wanted, table.rows))]
        return tables
    finally:
        if ran.folder is not None:
            shutil.rmtree(ran.folder, ignore_errors=True)
