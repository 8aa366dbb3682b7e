"""Where outputs may go: inside the project folder, or inside the folder a person names on the command line."""

from __future__ import annotations

from pathlib import Path, PurePosixPath, PureWindowsPath

from synthdsl.base.diagnostic import Diagnostic
from synthdsl.base.span import NOWHERE, Span
from synthdsl.export.problems import OutputError

_WAY_OUT = "A path is relative to the project folder; `--out DIR` on the command line chooses another place."


def check_path(path: str, span: Span) -> Diagnostic | None:
    """What the text of a path alone says against it (E0706); touches no file system."""
    problem = _problem(path)
    return Diagnostic("E0706", f"The output {path!r} {problem}.", span, (_WAY_OUT,)) if problem else None


def _problem(path: str) -> str | None:
    pure = PurePosixPath(path)
    windows = PureWindowsPath(path)
    if not path.strip() or not pure.name:
        return "names no file and no folder"
    if pure.is_absolute() or windows.drive or windows.root or path.startswith("~"):
        return "is an absolute path"
    if ".." in pure.parts or ".." in windows.parts:
        return "leaves its folder by '..'"
    hidden = next((part for part in pure.parts if part.startswith(".")), None)
    if hidden:
        # Among them are .git and .synth, whose content is run or trusted later.
        return f"has the hidden part '{hidden}'"
    if "\\" in path:
        return "has a backslash, which separates folders on some systems only"
    if any(ord(c) < 32 or ord(c) == 127 for c in path):
        return "has a control character"
    return None


def resolve_output(path: str, root: Path, out_dir: Path | None = None, span: Span = NOWHERE) -> Path:
    """The place of an output on disk.

    path: as written in the spec, relative to the project folder `root`; below `out_dir` instead where the person
    chose one with `--out`. Raises OutputError (E0706) for a path that leaves that folder, also by a symbolic link.
    """
    problem = check_path(path, span)
    if problem:
        raise OutputError(problem)
    base = (root if out_dir is None else out_dir).resolve()
    place = base / path
    if not place.resolve().is_relative_to(base):
        message = f"The output {path!r} leaves its folder by a symbolic link."
        raise OutputError(Diagnostic("E0706", message, span, (_WAY_OUT,)))
    return place
