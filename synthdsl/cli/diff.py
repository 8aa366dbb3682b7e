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
    from synthdsl.diff.changes import Difference


@click.command()
@click.argument("old")
@click.argument("new", required=False)
@click.option("--against", metavar="REVISION", help="Compare the spec OLD with itself where REVISION branched off.")
@form_option("text", "markdown", "json")
@click.option(
    "--compat",
    type=click.Choice(["rows", "schema", "training"]),
    help="Exit 1 where rows change, where keys break, or only where what trainers read breaks.",
)
@click.option("--budget", type=float, metavar="AMOUNT", help="Exit 1 where the calls to make may cost more.")
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
    chosen: Chosen,
) -> int:
    """Say what the change from OLD to NEW means: for outputs, for rows and columns, for calls and their cost.

    OLD and NEW are spec files, REVISION:PATH as git writes it, or for OLD a git revision of NEW. Comments, layout and
    the order of statements mean nothing; what was `moved` is the same.
    """
    from synthdsl.cli.diff_render import Told, as_markdown, as_object, as_text
    from synthdsl.cli.diff_sides import compiled_side, files_apart, sides
    from synthdsl.cli.json_text import json_text
    from synthdsl.diff.compare import compare
    from synthdsl.engine.program import is_paid
    from synthdsl.pipeline import surveyed

    places = sides(old, new, against)
    before, after = (compiled_side(place, chosen) for place in places)
    for compiled in (before, after):
        if not compiled.ok:
            screen.texts = {**screen.texts, **compiled.texts}
            screen.stop(compiled.diagnostics)
            return stop_code(compiled.diagnostics)
    assert before.plan is not None and after.plan is not None
    found = compare(before.plan, after.plan, files_apart(places, before.plan, after.plan))
    asked = None
    if places[1].on_disk and any(is_paid(d) for d in after.plan.datasets):
        asked = surveyed(after)
    told = Told(found, asked, before, after, (places[0].shown, places[1].shown))
    if form == "json":
        write(json_text(as_object(told)))
    elif form == "markdown":
        text = as_markdown(told)
        if text:
            write(text)
    else:
        write(as_text(told, screen.out))
    # A cost that is not known may be any.
    over = budget is not None and asked is not None and any(c is None for c in told.costs)
    over = over or (budget is not None and sum(c or 0.0 for c in told.costs) > budget)
    return exits.SHORT if over or _breaks(found, compat) else exits.FINE


def _breaks(found: Difference, compat: str | None) -> bool:
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
