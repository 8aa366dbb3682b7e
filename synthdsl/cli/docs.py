"""`synthc docs`: what there is: functions, readers, formats, the shipped library; and the page of a spec."""

from __future__ import annotations

from pathlib import Path

import click

from synthdsl.base.suggest import did_you_mean
from synthdsl.cli.compiling import Chosen, setting_options
from synthdsl.cli.form import form_option
from synthdsl.cli.json_text import json_text
from synthdsl.cli.saving import emit
from synthdsl.cli.screen import Screen

LIBRARY = "std"


@click.command()
@click.argument("name", required=False)
@form_option("text", "markdown", "json", "html", default=None, help="Default: text; of a spec markdown, or by FILE.")
@click.option("place", "-o", "--output", type=click.Path(path_type=Path), metavar="FILE", help="Write there.")
@click.option("--samples", type=click.IntRange(0, 100), default=3, metavar="N", help="Rows on a spec's page [3].")
@setting_options
@click.pass_obj
def docs(screen: Screen, name: str | None, form: str | None, place: Path | None, samples: int, chosen: Chosen) -> None:
    """List all functions, readers, formats and library modules, or tell all about NAME; `std` lists the library.

    Where NAME is a spec, its page is written: what it makes, from what, by which prompts and rules, at what cost. No
    model is asked; rows that need answers are shown where these are stored.
    """
    if name is not None and (name.endswith(".synth") or Path(name).is_dir()):
        from synthdsl.cli.docs_page import page_text

        by_suffix = "html" if place is not None and place.suffix.lower() in (".html", ".htm") else "markdown"
        wanted = form or by_suffix
        if wanted not in ("markdown", "html"):
            raise click.UsageError("The page of a spec is markdown or html.")
        spec = Path(name) / "main.synth" if Path(name).is_dir() else Path(name)
        emit(page_text(screen, spec, chosen, wanted, samples).rstrip("\n"), place)
        return
    form = form or "text"
    if form == "html":
        raise click.UsageError("Only the page of a spec is html.")
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
