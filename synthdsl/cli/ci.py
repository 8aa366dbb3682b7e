"""`synthc ci`: all that a pull request's reviewers should know of its specs, as one comment."""

from __future__ import annotations

from pathlib import Path

import click

from synthdsl.base.diagnostic import Diagnostic
from synthdsl.cli import exits
from synthdsl.cli.compiling import Chosen, compile_quietly, find_specs, setting_options
from synthdsl.cli.saving import emit
from synthdsl.cli.screen import Screen


@click.command()
@click.argument("places", nargs=-1, type=click.Path(path_type=Path))
@click.option("--against", required=True, metavar="REVISION", help="Compare with where REVISION branched off.")
@click.option("place", "-o", "--output", type=click.Path(path_type=Path), metavar="FILE", help="Write there.")
@click.option(
    "--compat",
    type=click.Choice(["rows", "schema", "training"]),
    help="Exit 1 where rows change, where keys break, or only where what trainers read breaks.",
)
@click.option("--budget", type=float, metavar="AMOUNT", help="Exit 1 where the calls to make may cost more in all.")
@setting_options
@click.pass_obj
def ci(
    screen: Screen,
    places: tuple[Path, ...],
    against: str,
    place: Path | None,
    compat: str | None,
    budget: float | None,
    chosen: Chosen,
) -> int:
    """Write one comment on all specs in PLACES (files or folders, default: here): mistakes, layout, what changed.

    It is empty where nothing changed in meaning. Nothing of the specs runs, no model is asked; git is asked for texts.
    """
    from synthdsl.cli.comment import Comment

    comment = Comment(against, chosen, compat, budget)
    for spec in find_specs(places or (Path(),)):
        findings: tuple[Diagnostic, ...] = compile_quietly(screen, spec, chosen).diagnostics
        comment.look_at(spec, findings, screen.texts)
    emit(comment.text(), place)
    return exits.SHORT if comment.fails else exits.FINE
