"""Files of the project: a path in a spec, and the regular file inside the project's folder that it means.

A path is relative to the file that declares it and never leads out of the project: not by being absolute, not by
`..`, not through a symbolic link. Only regular files are read; a pipe could block for ever and a device never end.
"""

from __future__ import annotations

import os
import posixpath
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from synthdsl.base.suggest import nearest
from synthdsl.sources.contract import Request

_WALK_LIMIT = 5_000


@dataclass(frozen=True, slots=True)
class Place:
    """A regular file inside the project. path: with links resolved. shown: as messages name it."""

    path: Path
    shown: str


def find_file(written: str, request: Request) -> Place:
    """The file a spec names. Raises SourceError: E0214 outside or no regular file, E0601 none, E0602 a folder."""
    shown = inside(written, request)
    place = Place(real_path(shown, request), shown)
    try:
        mode = place.path.stat().st_mode
    except FileNotFoundError:
        raise request.error("E0601", f"There is no file '{shown}'.", *_nearby(shown, request)) from None
    except NotADirectoryError:
        raise request.error("E0601", f"There is no file '{shown}'.") from None
    except OSError as error:
        raise unreadable(shown, error, request) from None
    if stat.S_ISDIR(mode):
        note = f'The documents of a folder are read by `text("{shown}/**/*.md")`.'
        raise request.error("E0602", f"'{shown}' is a folder, not a file.", note)
    if not stat.S_ISREG(mode):
        raise request.error("E0214", f"'{shown}' is not a regular file.", "Pipes and devices are not read.")
    return place


def named_file(request: Request) -> Place:
    """The file of the argument `path`; see `find_file`."""
    return find_file(str(request.arguments["path"]), request)


def only_file(request: Request) -> list[tuple[str, Path]]:
    """The files of a reader that reads one."""
    place = named_file(request)
    return [(place.shown, place.path)]


def inside(written: str, request: Request) -> str:
    """The path relative to the project's folder, with `/` and without `.` and `..`. Raises SourceError E0214."""
    outside = "Paths are relative to the spec and stay inside the project folder."
    if written.startswith(("/", "~")) or written[1:3] in (":\\", ":/"):
        raise request.error("E0214", f"The path '{_clean(written)}' is absolute.", outside)
    if "\0" in written or "\n" in written:
        raise request.error("E0214", f"The path '{_clean(written)}' holds a control character.")
    joined = posixpath.normpath(posixpath.join(request.folder or ".", written))
    if joined == ".." or joined.startswith(("../", "/")):
        raise request.error("E0214", f"The path '{written}' leads outside the project folder.", outside)
    return joined


def real_path(shown: str, request: Request) -> Path:
    """The path with links resolved. Raises SourceError E0214 when a link leads outside."""
    root = os.path.realpath(request.root)
    real = os.path.realpath(os.path.join(root, shown))  # noqa: PTH118 (the pair of realpath)
    if real != root and not real.startswith(root.rstrip(os.sep) + os.sep):
        raise request.error("E0214", f"'{shown}' is a link that leads outside the project folder.")
    return Path(real)


def unreadable(shown: str, error: OSError, request: Request) -> Exception:
    """The exception for a file that the system refuses."""
    return request.error("E0602", f"'{shown}' cannot be read: {(error.strerror or str(error)).lower()}.")


def _clean(written: str) -> str:
    return "".join(c if c.isprintable() else "?" for c in written)


def _nearby(shown: str, request: Request) -> tuple[str, ...]:
    """A note with the file that was probably meant: one of a similar name beside it, or of this name elsewhere."""
    folder, name = posixpath.split(shown)
    known = [p for p in _files(request.root) if posixpath.dirname(p) == folder]
    found = nearest(name, [posixpath.basename(p) for p in known])
    if found:
        return (f"Did you mean '{posixpath.join(folder, found[0])}'?",)
    elsewhere = [p for p in _files(request.root) if posixpath.basename(p) == name]
    if elsewhere:
        return (f"There is '{elsewhere[0]}'.",)
    base = request.folder or "the project folder"
    return (f"It was looked for in {base}.",) if not folder else ()


def _files(root: Path) -> Iterator[str]:
    """Paths of files in the project, hidden folders left out; stops after some thousand."""
    seen = 0
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(d for d in folders if not d.startswith("."))
        relative = Path(folder).relative_to(root).as_posix()
        for name in sorted(names):
            seen += 1
            if seen > _WALK_LIMIT:
                return
            yield posixpath.normpath(posixpath.join(relative, name))
