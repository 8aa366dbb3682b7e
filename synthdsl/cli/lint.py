"""`synthc lint`: what is doubtful in specs that compile."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from synthdsl.base.diagnostic import Diagnostic, in_order
from synthdsl.cli import exits
from synthdsl.cli.check import shown
from synthdsl.cli.compiling import Chosen, compile_quietly, find_specs, read_settings, setting_options
from synthdsl.cli.form import form_option
from synthdsl.cli.screen import Screen
from synthdsl.cli.style import write
from synthdsl.cli.text import count

if TYPE_CHECKING:
    from collections.abc import Sequence

    from synthdsl.base.diagnostic import Fix
    from synthdsl.base.span import Source


@click.command()
@click.argument("specs", nargs=-1, required=True, type=click.Path(path_type=Path))
@form_option("text", "json", "github", "sarif", stops="list")
@click.option("--select", "selected", multiple=True, metavar="CODE", help="Look for this alone. May be repeated.")
@click.option("--ignore", "ignored", multiple=True, metavar="CODE", help="Do not look for this. May be repeated.")
@click.option("--fix", is_flag=True, help="Make the mends that keep what is made as it is.")
@click.option("--unsafe-fixes", is_flag=True, help="Make all mends, also those that change what is made.")
@setting_options
@click.pass_obj
def lint(
    screen: Screen,
    specs: tuple[Path, ...],
    form: str,
    selected: tuple[str, ...],
    ignored: tuple[str, ...],
    fix: bool,
    unsafe_fixes: bool,
    chosen: Chosen,
) -> int:
    """Say what is doubtful in SPECS; nothing runs. Folders are searched for *.synth.

    `# lint: allow L0101 until 2027-03-01: why` at the line, or above it, allows one until that day.
    """
    from synthdsl.base.codes import CODES
    from synthdsl.lint.run import linted

    for code in (*selected, *ignored):
        if not code.startswith("L") or code not in CODES:
            raise click.UsageError(f"There is no code '{code}' of the linter.")
    if selected:
        ignored = (*ignored, *(c for c in CODES if c.startswith("L") and c not in selected))
    found: list[Diagnostic] = []
    mended = 0
    today = datetime.date.today()
    files = find_specs(specs)
    for spec in files:
        compiled = compile_quietly(screen, spec, chosen)
        if not compiled.ok:
            found.extend(d for d in compiled.diagnostics if d.is_error)
            continue
        here = linted(compiled, today, ignored)
        if fix or unsafe_fixes:
            assert compiled.spec is not None
            done = mend(spec, compiled.texts[compiled.spec.file], here, unsafe_fixes, chosen)
            if done:
                mended += done
                compiled = compile_quietly(screen, spec, chosen)
                here = linted(compiled, today, ignored) if compiled.ok else list(compiled.diagnostics)
        found.extend(here)
    found = in_order(found)
    text = shown(found, screen.texts, form, screen)
    if text:
        write(text)
    elif form == "text":
        write(f"{count(len(files), 'spec')} looked at, nothing found.")
    if mended and form == "text":
        write(f"{count(mended, 'mend')} made.")
    return exits.exit_code(found) or (exits.SHORT if found else exits.FINE)


def mend(path: Path, source: Source, findings: Sequence[Diagnostic], unsafe: bool, chosen: Chosen) -> int:
    """Make the mends of a file that do not touch each other and with which it still compiles; gives how many."""
    from synthdsl.cli.saving import save

    fixes = [f for d in findings for f in d.fixes[:1] if f.safe or unsafe]
    fixes = [f for f in fixes if f.edits and all(e.span.file == source.file for e in f.edits)]
    text, done = _with(source.text, fixes)
    if done and not _compiles(path, text, chosen):
        # One of them does harm, as a column put into its own prompt: those that do not are found one by one.
        kept: list[Fix] = []
        for fix in fixes:
            if _compiles(path, _with(source.text, [*kept, fix])[0], chosen):
                kept.append(fix)
        text, done = _with(source.text, kept)
    if done:
        save(text, path)
    return done


def _with(text: str, fixes: Sequence[Fix]) -> tuple[str, int]:
    """The text with the fixes that do not touch each other, from the end on, and how many these are."""
    done, before = 0, len(text) + 1
    for fix in sorted(fixes, key=lambda f: -f.edits[0].span.start):
        edits = sorted(fix.edits, key=lambda e: -e.span.start)
        if edits[0].span.end > before:
            continue
        for edit in edits:
            text = text[: edit.span.start] + edit.text + text[edit.span.end :]
            before = edit.span.start
        done += 1
    return text, done


def _compiles(path: Path, text: str, chosen: Chosen) -> bool:
    from synthdsl.pipeline import Settings, compile_spec

    settings = Settings(read_settings(chosen.params), chosen.seed, read_settings(chosen.models, "--model"))
    return compile_spec(path, settings, {path: text}).ok
