"""`synthc compile`: the execution plan as versioned JSON."""

from __future__ import annotations

from pathlib import Path

import click

from synthdsl.cli.compiling import Chosen, compile_or_stop, setting_options, spec_argument
from synthdsl.cli.form import form_option
from synthdsl.cli.json_text import spelled
from synthdsl.cli.saving import emit
from synthdsl.cli.screen import Screen


@click.command("compile")
@spec_argument
@click.option("place", "-o", "--output", type=click.Path(path_type=Path), metavar="FILE", help="Write there.")
@form_option("json", default=None, hidden=True)
@setting_options
@click.pass_obj
def compile_(screen: Screen, spec: Path, place: Path | None, form: str | None, chosen: Chosen) -> None:
    """Write the execution plan of SPEC as versioned JSON."""
    compiled = compile_or_stop(screen, spec, chosen)
    assert compiled.plan is not None
    from synthdsl.plan.codec import to_json

    emit(spelled(to_json(compiled.plan)), place)
