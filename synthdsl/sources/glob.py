"""The files that a pattern such as `docs/**/*.md` names, sorted by path.

`*` and `?` stay within one folder, `**` is any number of folders, `[abc]` is one of these characters. Names that
begin with a dot are matched only where the pattern writes the dot. Links to folders are not followed by `**`.
"""

from __future__ import annotations

import os
import posixpath
import re
from collections.abc import Iterator

from synthdsl.sources.contract import Request
from synthdsl.sources.places import Place, find_file, inside, real_path

MAX_FILES = 1_000_000
"""More files than this are a mistake in the pattern."""


def find_files(pattern: str, request: Request) -> list[Place]:
    """The files of a pattern. Raises SourceError: E0601 when there is none, E0214 for one that is outside."""
    shown = inside(pattern, request)
    parts = shown.split("/")
    fixed = 0
    while fixed < len(parts) - 1 and not re.search(r"[*?\[]", parts[fixed]):
        fixed += 1
    start = "/".join(parts[:fixed])
    real_path(start or ".", request)
    found = sorted(set(_match(start, parts[fixed:], request)))
    if not found:
        note = "`*` stays within one folder, `**/` is any number of folders."
        raise request.error("E0601", f"No file matches '{shown}'.", note)
    if len(found) > MAX_FILES:
        raise request.error("E0602", f"More than {MAX_FILES} files match '{shown}'.")
    return [find_file(posixpath.relpath(p, request.folder or "."), request) for p in found]


def _match(folder: str, parts: list[str], request: Request) -> Iterator[str]:
    part, rest = parts[0], parts[1:]
    if part == "**" and rest:
        yield from _match(folder, rest, request)
    pattern = re.compile(_segment(part))
    for name, is_folder in _entries(folder, request):
        path = posixpath.join(folder, name)
        if part == "**":
            if is_folder == "folder" and not name.startswith("."):
                yield from _match(path, parts, request)
            elif not rest and not is_folder and not name.startswith("."):
                yield path
        elif pattern.fullmatch(name) and (not name.startswith(".") or part.startswith(".")):
            if rest and is_folder:
                yield from _match(path, rest, request)
            elif not rest and not is_folder:
                yield path


def _entries(folder: str, request: Request) -> list[tuple[str, str]]:
    """Names in a folder, each with "folder", "link" (to a folder) or nothing."""
    try:
        with os.scandir(real_path(folder or ".", request)) as entries:
            found = [(e.name, ("link" if e.is_symlink() else "folder") if e.is_dir() else "") for e in entries]
    except OSError:
        return []
    return sorted(found)


def _segment(part: str) -> str:
    """One segment of a pattern as a regular expression."""
    made = ""
    at = 0
    part = re.sub(r"\*+", "*", part)
    while at < len(part):
        char = part[at]
        close = part.find("]", at + 2)
        if char == "[" and close > 0:
            body = part[at + 1 : close].replace("\\", "\\\\").replace("[", "\\[")
            made += "[" + ("^" + body[1:] if body.startswith("!") else body.replace("^", "\\^", 1)) + "]"
            at = close
        else:
            made += {"*": "[^/]*", "?": "[^/]"}.get(char, re.escape(char))
        at += 1
    return made
