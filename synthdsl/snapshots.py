"""Snapshots of tests as one Markdown file beside the spec: a heading a test, one a value, the value indented.

So a changed prompt is a change of its lines in a pull request.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

Snapshots = Mapping[tuple[str, str], str]
"""Texts by title of the test and what was written in the assertion."""

_INDENT = "    "


def snapshot_file(spec: Path) -> Path:
    """Where the snapshots of a spec are: `tickets.snapshots.md` beside `tickets.synth`."""
    return spec.with_suffix(".snapshots.md")


def read_snapshots(path: Path) -> dict[tuple[str, str], str]:
    """The kept texts; none where there is no file. Raises OSError and UnicodeDecodeError."""
    try:
        with path.open(encoding="utf-8", newline="\n") as file:
            lines = file.read().split("\n")
    except FileNotFoundError:
        return {}
    found: dict[tuple[str, str], list[str]] = {}
    title = ""
    into: list[str] | None = None
    for line in lines:
        if line.startswith("## "):
            title, into = line[3:], None
        elif line.startswith("### "):
            into = found[title, line[4:]] = []
        elif into is not None:
            into.append(line.removeprefix(_INDENT) if line.strip() else line[len(_INDENT) :])
    return {key: "\n".join(_without_edges(text)) for key, text in found.items()}


def _without_edges(lines: list[str]) -> list[str]:
    """Without the blank line after the heading and the one before the next."""
    start = 1 if lines and not lines[0] else 0
    return lines[start : len(lines) - 1 if len(lines) > start and not lines[-1] else len(lines)]


def snapshots_text(spec: str, kept: Snapshots) -> str:
    """The text of the file, tests by title and values by what they are of."""
    parts = [f"# Snapshots of {spec}\n\nWritten by `synthc test --update`.\n"]
    before = None
    for title, of in sorted(kept):
        if title != before:
            parts.append(f"\n## {title}\n")
            before = title
        indented = "\n".join(_INDENT + line for line in kept[title, of].split("\n"))
        parts.append(f"\n### {of}\n\n{indented}\n")
    return "".join(parts)


def heading(text: str) -> str:
    """A text as it can stand in a heading."""
    return " ".join(text.split())


def value_text(value: Any) -> str:
    """A value as it is kept: text as it is, all else as JSON."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, indent=2, default=_plain)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime.timedelta):
        return value.total_seconds()
    return value.isoformat() if isinstance(value, datetime.date) else str(value)
