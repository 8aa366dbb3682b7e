"""`synthc new`: a small project that runs, from one of the starters."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

import click

from synthdsl.cli.screen import Screen
from synthdsl.cli.style import write
from synthdsl.cli.text import escape, pad

STARTERS: dict[str, str] = {
    "tickets": "support tickets with answers, for chat tuning",
    "classify": "messages with topic and tone, for a classifier; train and test files",
    "preferences": "right and slipped answers, for preference tuning",
    "shop": "customers, orders and lines that fit together, as test data",
}
"""What projects can begin with: a folder of `starters/`, and what it makes."""

_README = """\
# {name}

{made}: made by `synthc` from `main.synth`. Nothing here calls a model.

    synthc check main.synth      # is anything wrong with it?
    synthc preview main.synth    # a few rows
    synthc run main.synth        # writes out/
    synthc graph main.synth      # what depends on what

The same spec and seed give the same data, byte for byte. `--seed 1` draws others, `--set {param}=50` makes
fewer.
"""

_IGNORED = "out/\n.synth/\n"


@click.command()
@click.argument("name", required=False, type=click.Path(path_type=Path))
@click.option("--from", "starter", type=click.Choice(list(STARTERS)), default="tickets", help="What to begin with.")
@click.option("--list", "listed", is_flag=True, help="List what can be begun with.")
@click.pass_obj
def new(screen: Screen, name: Path | None, starter: str, listed: bool) -> None:
    """Begin a project in the folder NAME: a spec that runs, its data, a README."""
    if listed:
        wide = max(map(len, STARTERS))
        write("\n".join(f"{screen.out.paint(pad(k, wide), 'cyan')}  {v}" for k, v in STARTERS.items()))
        return
    if name is None:
        raise click.UsageError("Missing argument 'NAME', as in `synthc new tickets`.")
    if name.exists() and (not name.is_dir() or any(name.iterdir())):
        raise click.UsageError(f"'{name}' is there already.")
    _make(name, starter)
    shown = escape(str(name))
    write(f"'{shown}' is there: {STARTERS[starter]}.\nNext: synthc run {shown}/main.synth")


def _make(place: Path, starter: str) -> None:
    """The folder, whole or not at all. Raises `export.problems.OutputError`."""
    from synthdsl.export.problems import reported

    with reported(place):
        target = place.resolve()
        target.parent.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix=f".{target.name}.partial-", dir=target.parent))
        try:
            for source in sorted((Path(__file__).parent / "starters" / starter).iterdir()):
                shutil.copyfile(source, folder / source.name)
            readme = _README.format(name=target.name, made=_sentence(STARTERS[starter]), param=_param(folder))
            (folder / "README.md").write_text(readme, encoding="utf-8")
            (folder / ".gitignore").write_text(_IGNORED, encoding="utf-8")
            # A private folder is what mkdtemp makes; a project is made like any other folder.
            mask = os.umask(0)
            os.umask(mask)
            folder.chmod(0o777 & ~mask)
            if target.exists():
                target.rmdir()
            folder.rename(target)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise


def _sentence(text: str) -> str:
    return text[0].upper() + text[1:]


def _param(folder: Path) -> str:
    """The name of the spec's first param, which says how many rows there are."""
    lines = (folder / "main.synth").read_text(encoding="utf-8").splitlines()
    return next(line.split()[1].rstrip(":") for line in lines if line.startswith("param "))
