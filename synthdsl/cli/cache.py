"""`synthc cache`: the stored answers of models. Its commands are in a table of their own, imported when asked for."""

from __future__ import annotations

from importlib import import_module

import click

from synthdsl.base.suggest import nearest
from synthdsl.cli.table import Entry

COMMANDS: dict[str, Entry] = {
    "stats": Entry("synthdsl.cli.cache_stats:stats", "Count the stored answers by column and model."),
    "prune": Entry("synthdsl.cli.cache_prune:prune", "Remove answers that are old or not used any more."),
    "export": Entry("synthdsl.cli.cache_export:export", "Write answers to a cassette, a file for git."),
    "import": Entry("synthdsl.cli.cache_import:import_", "Take over answers from a cassette or another store."),
}


class _Commands(click.Group):
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

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args[0] not in COMMANDS and not args[0].startswith("-") and not ctx.resilient_parsing:
            close = nearest(args[0], COMMANDS)
            hint = f" Did you mean '{close[0]}'?" if close else ""
            raise click.UsageError(f"There is no command 'cache {args[0]}'.{hint}", ctx)
        return super().resolve_command(ctx, args)


@click.group(cls=_Commands)
def cache() -> None:
    """The answers of models that are stored in the project folder, in `.synth/answers.sqlite`.

    An answer is stored before it is used, and a call whose answer is stored is not made again.
    """
