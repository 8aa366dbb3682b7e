"""What the commands of `synthc cache` have in common: the project folder, its store, days as text."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])


def project_option(function: F) -> F:
    """`--project DIR`: a folder of the project, the current one by default."""
    return click.option(
        "--project",
        type=click.Path(exists=True, file_okay=False, path_type=Path),
        default=Path(),
        metavar="DIR",
        help="A folder of the project [the current one].",
    )(function)


def root_of(project: Path) -> Path:
    """The project folder that a folder belongs to."""
    from synthdsl.project import project_folder

    return project_folder(project / "any.synth")


def store_of(project: Path) -> Path:
    """The file of answers of the project that a folder belongs to."""
    from synthdsl.llm.store import STORE

    return root_of(project) / STORE


def read_days(ctx: click.Context, option: click.Parameter, value: str | None) -> int | None:
    """A number of days from `30d`, `30` or `6w`. Raises click.BadParameter."""
    if value is None:
        return None
    found = re.fullmatch(r"([0-9]{1,6})([dw]?)", value.strip())
    if found is None:
        raise click.BadParameter(f"'{value}' is not a number of days, such as 30d or 6w.", ctx, option)
    return int(found.group(1)) * (7 if found.group(2) == "w" else 1)
