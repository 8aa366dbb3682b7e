"""`synthc diff`: what a change of a spec means."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from synthdsl.cli import exits
from synthdsl.cli.compiling import Chosen, setting_options, stop_code
from synthdsl.cli.form import form_option
from synthdsl.cli.screen import Screen
from synthdsl.cli.style import write

if TYPE_CHECKING:
    from synthdsl.cli.diff_render import Told
    from synthdsl.diff.changes import Difference


@click.command()
@click.argument("old")
@click.argument("new", required=False)
@click.option("--against", metavar="REVISION", help="Compare the spec OLD with itself where REVISION branched off.")
@form_option("text", "markdown", "json", "sarif")
@click.option(
    "--compat",
    type=click.Choice(["rows", "schema", "training"]),
    help="Exit 1 where rows change, where keys break, or only where what trainers read breaks.",
)
@click.option("--budget", type=float, metavar="AMOUNT", help="Exit 1 where the calls to make may cost more.")
@click.option("--rows", "wanted", type=click.IntRange(0, 100), default=0, metavar="N", help="Show N rows of both.")
@setting_options
@click.pass_obj
def diff(
    screen: Screen,
    old: str,
    new: str | None,
    against: str | None,
    form: str,
    compat: str | None,
    budget: float | None,
    wanted: int,
    chosen: Chosen,
) -> int:
    """Say what the change from OLD to NEW means: for outputs, for rows and columns, for calls and their cost.

    OLD and NEW are spec files, REVISION:PATH as git writes it, or for OLD a git revision of NEW. Comments, layout and
    the order of statements mean nothing; what was `moved` is the same. Rows are shown where both sides can make them
    without asking anybody.
    """
    from synthdsl.cli.diff_render import as_markdown, as_object, as_text
    from synthdsl.cli.diff_sides import sides
    from synthdsl.cli.diff_told import told_of, with_rows
    from synthdsl.cli.json_text import json_text
    from synthdsl.pipeline import Compiled

    told = told_of(sides(old, new, against), chosen)
    if isinstance(told, Compiled):
        screen.texts = {**screen.texts, **told.texts}
        screen.stop(told.diagnostics)
        return stop_code(told.diagnostics)
    if wanted:
        told = with_rows(told, wanted)
    if form == "sarif":
        from synthdsl.cli.diff_sarif import as_sarif
        from synthdsl.cli.version import version

        write(as_sarif(told, version()))
    elif form == "json":
        write(json_text(as_object(told)))
    elif form == "markdown":
        text = as_markdown(told)
        if text:
            write(text)
    else:
        write(as_text(told, screen.out))
    return exits.SHORT if over_budget(told, budget) or breaks(told.found, compat) else exits.FINE


def over_budget(told: Told, budget: float | None) -> bool:
    """Whether the calls to make may cost more; a cost that is not known may be any."""
    if budget is None or told.asked is None:
        return False
    return any(c is None for c in told.costs) or sum(c or 0.0 for c in told.costs) > budget


def breaks(found: Difference, compat: str | None) -> bool:
    """Whether the change breaks what must stay."""
    effects = {change.effect for change in found.contract}
    match compat:
        case "rows":
            return any(d.level != "none" for d in found.data) or bool(effects & {"breaking", "training"})
        case "schema":
            return bool(effects & {"breaking", "training"})
        case "training":
            return "training" in effects
        case _:
            return False
