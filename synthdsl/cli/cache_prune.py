"""`synthc cache prune`: removes answers that are old or not used any more."""

from __future__ import annotations

from pathlib import Path

import click

from synthdsl.cli.cache_place import project_option, read_days, store_of
from synthdsl.cli.form import form_option
from synthdsl.cli.json_text import json_text
from synthdsl.cli.screen import Screen
from synthdsl.cli.style import write
from synthdsl.cli.text import count, size


@click.command()
@click.option("--older-than", callback=read_days, metavar="DAYS", help="Made more than so many days ago: 30d, 6w.")
@click.option("--unused", callback=read_days, metavar="DAYS", help="Not used by a run for more than so many days.")
@click.option("--column", metavar="NAME", help="Of a column, as tickets.body, or of a whole dataset.")
@click.option("-n", "--dry-run", is_flag=True, help="Only say what would be removed.")
@project_option
@form_option("text", "json")
@click.pass_obj
def prune(
    screen: Screen,
    older_than: int | None,
    unused: int | None,
    column: str | None,
    dry_run: bool,
    project: Path,
    form: str,
) -> None:
    """Remove the stored answers that fit all of the given options. Their calls are made again when a run needs them."""
    if older_than is None and unused is None and column is None:
        raise click.UsageError("Say what to remove: `--older-than 30d`, `--unused 30d`, `--column NAME`.")
    from synthdsl.cli.cache_stats import as_object, listing
    from synthdsl.llm import store_contents

    choice = store_contents.Choice(column, older_than, unused)
    found = (store_contents.tally if dry_run else store_contents.prune)(store_of(project), choice)
    answers = sum(t.answers for t in found)
    if form == "json":
        write(json_text({"removed": not dry_run, "answers": answers, "columns": [as_object(t) for t in found]}))
    elif not found:
        write("No stored answer fits.")
    elif dry_run:
        write(f"{listing(found, screen.out)}\nNothing was removed (--dry-run).")
    else:
        write(f"{count(answers, 'answer')} removed, {size(sum(t.bytes for t in found))}.")
