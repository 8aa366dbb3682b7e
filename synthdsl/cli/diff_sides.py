"""The two sides of a comparison: files as they are, or as they were in a git revision.

Git is asked for texts only: nothing is checked out, no hook or filter of the repository runs.
"""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from synthdsl.cli.compiling import Chosen, read_settings, the_spec

if TYPE_CHECKING:
    from synthdsl.pipeline import Compiled
    from synthdsl.plan.steps import Plan


@dataclass(frozen=True, slots=True)
class Side:
    """One side. path: of the spec. revision: in which it is read, empty for the file as it is."""

    path: Path
    revision: str = ""

    @property
    def shown(self) -> str:
        """How a person calls it."""
        return f"{self.path.as_posix()} at {self.revision}" if self.revision else self.path.as_posix()

    @property
    def on_disk(self) -> bool:
        """Whether it is the file as it is."""
        return not self.revision


def sides(old: str, new: str | None, against: str | None) -> tuple[Side, Side]:
    """The two sides that are meant. Raises click.UsageError."""
    if against is not None:
        if new is not None:
            raise click.UsageError("With --against one spec is compared with itself.")
        spec = the_spec(Path(old))
        base = _git(spec, "merge-base", "HEAD", against).strip()
        return Side(spec, base[:12]), Side(spec)
    if new is None:
        raise click.UsageError("Missing argument 'NEW', or --against REVISION.")
    right = _side(new, None)
    return _side(old, right.path), right


def _side(text: str, spec: Path | None) -> Side:
    """A file, `REVISION:path`, or a revision in which `spec` is read."""
    if Path(text).exists():
        return Side(the_spec(Path(text)))
    revision, sign, path = text.partition(":")
    if sign and path:
        return Side(Path(path), _revision(Path(path), revision))
    if spec is not None:
        return Side(spec, _revision(spec, text))
    raise click.UsageError(f"'{text}' is neither a spec nor REVISION:PATH.")


def _revision(path: Path, revision: str) -> str:
    if revision.startswith("-"):
        raise click.UsageError(f"'{revision}' is no git revision.")
    _git(path, "rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}")
    return revision


def _git(path: Path, *arguments: str) -> str:
    """What git says in the folder of a path. Raises click.UsageError."""
    folder = next(f for f in (path.resolve().parent, *path.resolve().parents) if f.is_dir())
    command = ["git", "-C", str(folder), "--no-pager", "-c", "core.fsmonitor=false", *arguments]
    try:
        done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", errors="replace", check=False)
    except OSError as error:
        raise click.UsageError(f"git cannot be run: {error.strerror or error}.") from None
    if done.returncode:
        said = done.stderr.strip().splitlines()
        raise click.UsageError(f"git {arguments[0]} found nothing: {said[-1] if said else ' '.join(arguments[1:])}.")
    return done.stdout


def compiled_side(side: Side, chosen: Chosen) -> Compiled:
    """The spec of a side, compiled; all spec files of its revision stand in for those on the disk."""
    from synthdsl.pipeline import Settings, compile_spec

    settings = Settings(read_settings(chosen.params), chosen.seed, read_settings(chosen.models, "--model"))
    if side.on_disk:
        return compile_spec(side.path, settings)
    top = Path(_git(side.path, "rev-parse", "--show-toplevel").strip())
    listed = _git(side.path, "ls-tree", "-r", "-z", "--name-only", "--full-tree", side.revision).split("\0")
    names = [name for name in listed if name.endswith(".synth")]
    wanted = side.path.resolve().relative_to(top.resolve()).as_posix()
    if wanted not in names:
        raise click.UsageError(f"There is no '{wanted}' at {side.revision}.")
    overlay = {top / name: _git(side.path, "show", f"{side.revision}:{name}") for name in names}
    return compile_spec(side.path, settings, overlay)


def is_there(side: Side) -> bool:
    """Whether the spec of a side exists."""
    if side.on_disk:
        return side.path.is_file()
    top = Path(_git(side.path, "rev-parse", "--show-toplevel").strip()).resolve()
    name = side.path.resolve().relative_to(top).as_posix()
    return bool(_git(side.path, "ls-tree", "-z", "--name-only", "--full-tree", side.revision, name).strip("\0"))


def files_apart(places: tuple[Side, Side], old: Plan, new: Plan) -> frozenset[str]:
    """The sources of the new plan whose file has other content than in the old one."""
    before = {s.id: _content(places[0], s.folder, dict(s.arguments)) for s in old.sources}
    after = {s.id: _content(places[1], s.folder, dict(s.arguments)) for s in new.sources}
    return frozenset(name for name, content in after.items() if before.get(name, content) != content)


def _content(side: Side, folder: str, arguments: dict[str, object]) -> str:
    """A digest of a source's file as git makes it; empty where it is not one file."""
    from synthdsl.project import project_folder

    path = arguments.get("path")
    if not isinstance(path, str):
        return ""
    place = project_folder(side.path) / folder / path
    if side.on_disk:
        return _git(side.path, "hash-object", "--no-filters", str(place)).strip() if place.is_file() else ""
    top = Path(_git(side.path, "rev-parse", "--show-toplevel").strip()).resolve()
    try:
        name = place.resolve().relative_to(top).as_posix()
        return _git(side.path, "rev-parse", "--verify", "--quiet", f"{side.revision}:{name}").strip()
    except (ValueError, click.UsageError):
        return ""
