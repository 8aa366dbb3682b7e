"""`synthc docs`: what there is: functions, readers, formats, the shipped library."""

from __future__ import annotations

from pathlib import Path

import click

from synthdsl.base.suggest import did_you_mean
from synthdsl.cli.form import form_option
from synthdsl.cli.json_text import json_text
from synthdsl.cli.saving import emit
from synthdsl.cli.screen import Screen

LIBRARY = "std"


@click.command()
@click.argument("name", required=False)
@form_option("text", "markdown", "json")
@click.option("place", "-o", "--output", type=click.Path(path_type=Path), metavar="FILE", help="Write there.")
@click.pass_obj
def docs(screen: Screen, name: str | None, form: str, place: Path | None) -> None:
    """List all functions, readers, formats and library modules, or tell all about NAME; `std` lists the library."""
    from synthdsl.cli import entries as shown
    from synthdsl.explain.catalogue import entries

    found = entries()
    if name is not None:
        known = [e.name for e in found]
        # `std` is the shipped library as a whole.
        found = [e for e in found if e.name == name or (name == LIBRARY and e.family == "module")]
        if not found:
            hint = "".join(f" {n}" for n in did_you_mean(name, known))
            raise click.UsageError(f"There is nothing called '{name}'.{hint}")
    match form:
        case "json":
            text = json_text(shown.as_json(found))
        case "markdown":
            text = shown.markdown(found)
        case _ if name is not None and name != LIBRARY:
            text = "\n\n".join(shown.one(e, screen.out) for e in found)
        case _:
            text = shown.index(found, screen.out)
    emit(text, place)
