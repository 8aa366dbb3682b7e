"""A group of commands that stand in a table and are imported when they are asked for."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any

import click

from synthdsl.base.suggest import nearest
from synthdsl.cli.table import Entry


class TableGroup(click.Group):
    """The commands of `table`. prefix: what stands before a command's name in messages, as `cache `."""

    table: Mapping[str, Entry] = {}
    prefix = ""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.table)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.table:
            return None
        module, name = self.table[cmd_name].place.split(":")
        found = getattr(import_module(module), name)
        assert isinstance(found, click.Command)
        return found

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, entry.summary) for name, entry in self.table.items()])

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        if args[0] not in self.table and not args[0].startswith("-") and not ctx.resilient_parsing:
            close = nearest(args[0], self.table)
            hint = f" Did you mean '{close[0]}'?" if close else ""
            raise click.UsageError(f"There is no command '{self.prefix}{args[0]}'.{hint}", ctx)
        return super().resolve_command(ctx, args)
