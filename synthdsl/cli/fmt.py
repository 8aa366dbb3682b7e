"""`synthc fmt`: one canonical layout; comments survive."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from synthdsl.base.diagnostic import Diagnostic
from synthdsl.base.span import NOWHERE, Source
from synthdsl.cli import exits
from synthdsl.cli.compiling import find_specs
from synthdsl.cli.saving import save
from synthdsl.cli.screen import Screen
from synthdsl.cli.style import write
from synthdsl.cli.text import count, escape

STDIN = Path("-")


@click.command()
@click.argument("specs", nargs=-1, required=True, type=click.Path(path_type=Path, allow_dash=True))
@click.option("--check", is_flag=True, help="Change nothing; exit 1 when a file would change.")
@click.option("--diff", is_flag=True, help="Change nothing; show what would change, exit 1 when something would.")
@click.pass_obj
def fmt(screen: Screen, specs: tuple[Path, ...], check: bool, diff: bool) -> int:
    """Give SPECS the one canonical layout, in place. Folders are searched for *.synth; `-` is standard input.

    A file with syntax errors is reported and left as it is.
    """
    code = exits.FINE
    changed: list[Path] = []
    files = [STDIN] if specs == (STDIN,) else find_specs(specs)
    for path in files:
        source = _read(path)
        if isinstance(source, Diagnostic):
            screen.complain([source])
            code = max(code, exits.exit_code([source]))
            continue
        new, wrong = _formatted(source, screen)
        if wrong:
            code = max(code, wrong)
        elif new != source.text:
            changed.append(path)
        if path == STDIN and not check and not diff:
            sys.stdout.write(new)
        elif new != source.text and not wrong:
            _settle(screen, path, source, new, check, diff)
    if path_only := [p for p in files if p != STDIN]:
        _report(path_only, changed, check or diff)
    return code or (exits.SHORT if changed and (check or diff) else exits.FINE)


def _settle(screen: Screen, path: Path, source: Source, new: str, check: bool, diff: bool) -> None:
    if diff:
        write(_difference(source, new, screen))
    elif check:
        write(f"would change {escape(source.file)}")
    else:
        save(new, path)


def _report(files: list[Path], changed: list[Path], dry: bool) -> None:
    done = f"{count(len(changed), 'file')} {'would change' if dry else 'changed'}"
    write(f"{done}, {len(files) - len(changed)} left as they were.", sys.stderr)


def _read(path: Path) -> Source | Diagnostic:
    """The text with its line ends as they are: they take part in the layout."""
    if path == STDIN:
        return Source("<stdin>", sys.stdin.buffer.read().decode("utf-8", "replace"))
    shown = path.as_posix()
    try:
        return Source(shown, path.read_bytes().decode("utf-8-sig"))
    except FileNotFoundError:
        return Diagnostic("E0601", f"'{shown}' is no file.", NOWHERE)
    except UnicodeDecodeError as error:
        message = f"'{shown}' is not UTF-8: byte {error.start} is 0x{error.object[error.start]:02x}."
        return Diagnostic("E0112", message, NOWHERE)
    except OSError as error:
        return Diagnostic("E0602", f"'{shown}' cannot be read: {error.strerror or error}.", NOWHERE)


def _formatted(source: Source, screen: Screen) -> tuple[str, int]:
    """The canonical text, and the exit code for what is wrong with it."""
    from synthdsl.syntax.formatting import format_source

    new, found = format_source(source)
    wrong = [d for d in found if d.is_error]
    if wrong:
        screen.texts = {**screen.texts, source.file: source}
        screen.complain(wrong)
    return new, exits.exit_code(wrong)


def _difference(source: Source, new: str, screen: Screen) -> str:
    from difflib import unified_diff

    name = escape(source.file)
    lines = unified_diff(source.text.splitlines(), new.splitlines(), name, f"{name} (formatted)", lineterm="")
    colours = {"-": "red", "+": "green", "@": "cyan"}
    shown = []
    for line in lines:
        text = escape(line, keep="\t")
        shown.append(screen.out.paint(text, colours[line[0]]) if line[:1] in colours else text)
    return "\n".join(shown)
