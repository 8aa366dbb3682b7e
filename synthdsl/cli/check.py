"""`synthc check`: all diagnostics of all files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from synthdsl.base.diagnostic import Diagnostic, in_order
from synthdsl.cli import exits
from synthdsl.cli.compiling import Chosen, compile_quietly, find_specs, setting_options
from synthdsl.cli.findings import Texts, listing
from synthdsl.cli.form import form_option
from synthdsl.cli.screen import Screen
from synthdsl.cli.style import write
from synthdsl.cli.text import count

if TYPE_CHECKING:
    from synthdsl.pipeline import Compiled


@click.command()
@click.argument("specs", nargs=-1, required=True, type=click.Path(path_type=Path))
@form_option("text", "json", "github", "sarif", stops="list")
@click.option("--frozen", is_flag=True, help="Fail where files, models or prices are not as in synth.lock.")
@click.option("--warnings-as-errors", is_flag=True, help="Exit 1 on warnings too.")
@setting_options
@click.pass_obj
def check(
    screen: Screen, specs: tuple[Path, ...], form: str, frozen: bool, warnings_as_errors: bool, chosen: Chosen
) -> int:
    """Say all that is wrong with SPECS; nothing runs. Folders are searched for *.synth."""
    found: list[Diagnostic] = []
    files = find_specs(specs)
    for spec in files:
        compiled = compile_quietly(screen, spec, chosen)
        found.extend(compiled.diagnostics)
        if frozen:
            # Each change is an error of its own.
            found = [d for d in found if d.code != "W0602"] + _not_as_locked(compiled)
    found = in_order(found)
    text = shown(found, screen.texts, form, screen)
    if text:
        write(text)
    elif form == "text":
        write(f"{count(len(files), 'spec')} checked, nothing found.")
    return exits.exit_code(found) or (exits.SHORT if warnings_as_errors and found else exits.FINE)


def _not_as_locked(compiled: Compiled) -> list[Diagnostic]:
    from synthdsl.lockfile import read_lock
    from synthdsl.locking import not_as_locked

    lock, _, wrong = read_lock(compiled.root)
    # What is wrong with the file itself is among the findings of the compilation.
    return [] if wrong is not None else not_as_locked(compiled, lock)


def shown(found: list[Diagnostic], texts: Texts, form: str, screen: Screen) -> str:
    """Findings in a form, `text`, `json`, `github` or `sarif`."""
    match form:
        case "json":
            from synthdsl.cli.findings_json import as_json

            return as_json(found, texts)
        case "github":
            from synthdsl.cli.findings_github import as_github

            return as_github(found, texts)
        case "sarif":
            from synthdsl.cli.findings_sarif import as_sarif
            from synthdsl.cli.version import version

            return as_sarif(found, texts, version())
        case _:
            return listing(found, texts, screen.out)
