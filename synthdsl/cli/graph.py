"""`synthc graph`: what depends on what, as text, mermaid, dot, svg or JSON."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from synthdsl.base.suggest import did_you_mean
from synthdsl.cli.compiling import Chosen, compile_quietly, setting_options, spec_argument, stop_code
from synthdsl.cli.completing import complete_dataset
from synthdsl.cli.form import form_option
from synthdsl.cli.json_text import json_text
from synthdsl.cli.saving import emit
from synthdsl.cli.screen import Screen
from synthdsl.cli.text import escape

if TYPE_CHECKING:
    from synthdsl.graph.picture import Picture

FORMATS = ("text", "mermaid", "dot", "svg", "json")
_BY_SUFFIX = {".mmd": "mermaid", ".mermaid": "mermaid", ".dot": "dot", ".gv": "dot", ".svg": "svg", ".json": "json"}


@click.command()
@spec_argument
@form_option(*FORMATS, default=None, help="Default: by the suffix of FILE, else text.")
@click.option("place", "-o", "--output", type=click.Path(path_type=Path), metavar="FILE", help="Write there.")
@click.option("--dataset", metavar="NAME", shell_complete=complete_dataset, help="Only this dataset and its parents.")
@setting_options
@click.pass_obj
def graph(
    screen: Screen,
    spec: Path,
    form: str | None,
    place: Path | None,
    dataset: str | None,
    chosen: Chosen,
) -> int:
    """Draw the dependency graph of SPEC, also of one that is checked but cannot run in this version."""
    compiled = compile_quietly(screen, spec, chosen)
    broken = [d for d in compiled.diagnostics if d.is_error and not d.code.startswith("E09")]
    if broken or compiled.spec is None or compiled.graph is None:
        screen.stop(broken)
        return stop_code(broken)
    from synthdsl.graph.picture import picture_of

    try:
        picture = picture_of(compiled.spec, compiled.graph, dataset)
    except KeyError:
        hint = "".join(f" {n}" for n in did_you_mean(dataset or "", compiled.graph.order))
        raise click.UsageError(f"There is no dataset '{dataset}'.{hint}") from None
    drawing = form or (_BY_SUFFIX.get(place.suffix.lower(), "text") if place is not None else "text")
    emit(drawn(picture, drawing), place)
    return 0


def drawn(picture: Picture, form: str) -> str:
    """The picture in one of `FORMATS`."""
    match form:
        case "mermaid":
            from synthdsl.graph.draw_mermaid import draw_mermaid

            return draw_mermaid(picture)
        case "dot":
            from synthdsl.graph.draw_dot import draw_dot

            return draw_dot(picture)
        case "svg":
            from synthdsl.graph.draw_svg import draw_svg

            return draw_svg(picture)
        case "json":
            from dataclasses import asdict

            return json_text(asdict(picture))
        case _:
            from synthdsl.graph.draw_text import draw_text

            return escape(draw_text(picture), keep="\n")
