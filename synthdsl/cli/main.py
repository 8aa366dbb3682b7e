"""The program `synthc`: finds the command by its name, runs it, gives the exit code.

Commands stand in `table.py` and are imported when they are asked for: `synthc --help` loads none of them.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Any

import click

from synthdsl.base.suggest import nearest
from synthdsl.cli.guard import HungUpError, guarded
from synthdsl.cli.screen import Screen
from synthdsl.cli.table import COMMANDS


class Commands(click.Group):
    """The commands of the table, imported one by one."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, name = COMMANDS[cmd_name].place.split(":")
        found = getattr(import_module(module), name)
        assert isinstance(found, click.Command)
        return found

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, entry.summary) for name, entry in COMMANDS.items()])

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        if args[0] not in COMMANDS and not args[0].startswith("-") and not ctx.resilient_parsing:
            close = nearest(args[0], COMMANDS)
            hint = f" Did you mean '{close[0]}'?" if close else ""
            raise click.UsageError(f"There is no command '{args[0]}'.{hint}", ctx)
        return super().resolve_command(ctx, args)

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
