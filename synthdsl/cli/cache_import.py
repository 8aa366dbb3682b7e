"""`synthc cache import`: answers from a cassette or another store, also from one that is damaged."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import click

from synthdsl.base.diagnostic import Diagnostic
from synthdsl.base.span import NOWHERE
from synthdsl.cli.cache_place import project_option, store_of
from synthdsl.cli.form import form_option
from synthdsl.cli.json_text import json_text
from synthdsl.cli.screen import Screen
from synthdsl.cli.style import write
from synthdsl.cli.text import count

if TYPE_CHECKING:
    from synthdsl.llm.contract import Answered

_GROUP = 1000
_SQLITE = b"SQLite format 3\x00"


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@project_option
@form_option("text", "json")
@click.pass_obj
def import_(screen: Screen, file: Path, project: Path, form: str) -> None:
    """Take over the answers of FILE, a cassette or a store of answers (`.sqlite`), into the project's store.

    What is stored already stays. A damaged store gives what can still be read of it.
    """
    from synthdsl.llm.store import open_store

    answers = _answers(file)
    # The first group before anything is made: a file that is none leaves no store behind.
    group = list(islice(answers, _GROUP))
    read = new = 0
    with open_store(store_of(project)) as store:
        screen.complain(store.findings)
        while group:
            read += len(group)
            new += len(group) - len(store.get_many([a.key for a in group]))
            store.put_many(group)
            group = list(islice(answers, _GROUP))
    if form == "json":
        write(json_text({"path": str(file), "read": read, "new": new}))
    else:
        write(f"{count(read, 'answer')} read, {new:,} of them new.")


def _answers(file: Path) -> Iterator[Answered]:
    from synthdsl.llm.cassette import read_cassette
    from synthdsl.llm.store_contents import rescued
    from synthdsl.llm.store_problems import StoreError

    try:
        with file.open("rb") as opened:
            begun = opened.read(len(_SQLITE))
    except FileNotFoundError:
        raise StoreError(Diagnostic("E0601", f"'{file}' is no file.", NOWHERE)) from None
    return rescued(file) if begun == _SQLITE or file.suffix == ".sqlite" else read_cassette(file)
