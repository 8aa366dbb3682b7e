"""`synthc cache export`: answers into a cassette, which is kept in git and needs no key to run from."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from synthdsl.base.diagnostic import Diagnostic
from synthdsl.base.span import NOWHERE
from synthdsl.cli.cache_place import project_option, root_of
from synthdsl.cli.compiling import the_spec
from synthdsl.cli.form import form_option
from synthdsl.cli.json_text import json_text
from synthdsl.cli.style import write
from synthdsl.cli.text import count, escape

if TYPE_CHECKING:
    from synthdsl.llm.contract import Answered


@click.command()
@click.argument("spec", required=False, type=click.Path(path_type=Path))
@click.option("everything", "--all", is_flag=True, help="All answers of the project, not those of one spec.")
@click.option(
    "place",
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write there; - for standard output [SPEC's name and .cassette.jsonl].",
)
@project_option
@form_option("text", "json")
def export(spec: Path | None, everything: bool, place: Path | None, project: Path, form: str) -> int:
    """Write the answers that the last finished run of SPEC used to a cassette beside it: JSON lines, sorted.

    `synthc run SPEC --frozen` then needs neither a key nor a network, on any machine.
    """
    if (spec is None) != everything:
        raise click.UsageError("Name a SPEC, or ask for `--all`, one of the two.")
    from synthdsl.llm.cassette import cassette_of

    missing = 0
    if spec is None:
        if place is None:
            raise click.UsageError("`--all` needs `-o FILE`.")
        answers, wanted = _all(root_of(project)), None
    else:
        spec = the_spec(spec)
        place = place or cassette_of(spec)
        keys = _used(spec)
        answers, wanted = _of(spec, keys), len(keys)
    written = _write(answers, place)
    missing = 0 if wanted is None else wanted - written
    if place == Path("-"):
        return 0
    if form == "json":
        write(json_text({"path": str(place), "answers": written, "missing": missing}))
    else:
        text = f"{count(written, 'answer')} written to '{escape(str(place))}'."
        if missing:
            text += f" {count(missing, 'answer')} that the last run used are not stored any more; run it again."
        write(text)
    return 0


def _used(spec: Path) -> list[bytes]:
    """The keys of the spec's last run. Raises StoreError, E0846 where none is known."""
    from synthdsl.llm.store_problems import StoreError
    from synthdsl.llm.used import used_file, used_keys
    from synthdsl.project import project_folder

    if not spec.is_file():
        raise StoreError(Diagnostic("E0601", f"'{spec}' is no file.", NOWHERE))
    keys = used_keys(used_file(project_folder(spec), spec))
    if keys is None:
        notes = (f"`synthc run {spec}` makes one; `synthc cache export --all -o FILE` needs none.",)
        raise StoreError(Diagnostic("E0846", f"No finished run of '{spec}' is known.", NOWHERE, notes))
    return keys


def _all(root: Path) -> Iterator[Answered]:
    from synthdsl.llm.store import STORE
    from synthdsl.llm.store_contents import answers_in

    return answers_in(root / STORE)


def _of(spec: Path, keys: list[bytes]) -> Iterator[Answered]:
    """The answers of these keys: from the store, else from the cassette that is there already."""
    from synthdsl.llm.cassette import CassetteStore, cassette_of
    from synthdsl.llm.store import STORE
    from synthdsl.llm.store_contents import answers_in
    from synthdsl.project import project_folder

    before = cassette_of(spec)
    known = CassetteStore([before] if before.is_file() else [])
    store = project_folder(spec) / STORE
    for start in range(0, len(keys), _GROUP):
        group = keys[start : start + _GROUP]
        found = {a.key: a for a in known.answers(group)}
        found.update((a.key, a) for a in answers_in(store, group))
        yield from (found[key] for key in group if key in found)


_GROUP = 4096


def _write(answers: Iterator[Answered], place: Path) -> int:
    """Write whole or not at all; how many answers. Raises `export.problems.OutputError` and StoreError."""
    from synthdsl.cli.saving import replaced
    from synthdsl.llm.cassette import write_cassette

    if place == Path("-"):
        sys.stdout.flush()
        return write_cassette(answers, sys.stdout.buffer)
    with replaced(place) as out:
        return write_cassette(answers, out)
