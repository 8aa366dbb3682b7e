"""The program `synthc`: finds the command by its name, runs it, gives the exit code.

Commands stand in `table.py` and are imported when they are asked for: `synthc --help` loads none of them.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

import click

from synthdsl.cli.commands import TableGroup
from synthdsl.cli.guard import HungUpError, guarded
from synthdsl.cli.screen import Screen
from synthdsl.cli.table import COMMANDS


class Commands(TableGroup):
    """The commands of the table, imported one by one."""

    table = COMMANDS

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except BrokenPipeError as error:
            # click would end the process itself.
            raise HungUpError from error


def _show_version(ctx: click.Context, option: click.Parameter, wanted: bool) -> None:
    if wanted and not ctx.resilient_parsing:
        from synthdsl.cli.version import version

        click.echo(f"synthc {version()}")
        ctx.exit()


_EXIT_CODES = """\
Exit codes: 0 fine; 1 the spec or the data fell short; 2 wrong usage; 3 the environment (disk, network, a missing
package); 130 interrupted.
"""


@click.group(cls=Commands, epilog=_EXIT_CODES, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--version", is_flag=True, expose_value=False, is_eager=True, callback=_show_version, help="Show the version."
)
def synthc() -> None:
    """The compiler of .synth, a declarative language for synthetic datasets.

    A spec says, line by line, where every column of a dataset comes from: `check` finds what is wrong with it,
    `run` makes the data. `synthc new NAME` begins a project.
    """


def execute(arguments: Sequence[str]) -> int:
    """Run the program with these arguments; its exit code."""

    def command(screen: Screen) -> object:
        return synthc.main(args=list(arguments), prog_name="synthc", standalone_mode=False, obj=screen)

    return guarded(command)


def main() -> None:
    """The entry point of the package."""
    sys.exit(execute(sys.argv[1:]))
