"""`synthc cache`: the stored answers of models. Its commands are in a table of their own, imported when asked for."""

from __future__ import annotations

import click

from synthdsl.cli.commands import TableGroup
from synthdsl.cli.table import Entry

COMMANDS: dict[str, Entry] = {
    "stats": Entry("synthdsl.cli.cache_stats:stats", "Count the stored answers by column and model."),
    "prune": Entry("synthdsl.cli.cache_prune:prune", "Remove answers that are old or not used any more."),
    "export": Entry("synthdsl.cli.cache_export:export", "Write answers to a cassette, a file for git."),
    "import": Entry("synthdsl.cli.cache_import:import_", "Take over answers from a cassette or another store."),
}


class _Commands(TableGroup):
    """The commands of `synthc cache`."""

    table = COMMANDS
    prefix = "cache "


@click.group(cls=_Commands)
def cache() -> None:
    """The answers of models that are stored in the project folder, in `.synth/answers.sqlite`.

    An answer is stored before it is used, and a call whose answer is stored is not made again.
    """
