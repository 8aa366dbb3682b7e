"""Entries of the catalogue as text, Markdown and JSON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from synthdsl.cli.markdown import rendered
from synthdsl.cli.style import Style
from synthdsl.cli.text import cut, escape, pad

if TYPE_CHECKING:
    from synthdsl.explain.catalogue import Entry

NOT_YET = "Part of the language; this version checks it but cannot run it."


def one(entry: Entry, style: Style) -> str:
    """All about one entry, for a terminal."""
    lines = [f"{style.paint(entry.name, 'bold')}  {style.paint(entry.kind, 'dim')}", ""]
    lines += [f"    {style.paint(escape(s), 'cyan')}" for s in entry.signatures]
    lines += ["", rendered(entry.doc, style)]
    if not entry.runnable:
        lines += ["", NOT_YET]
    if entry.examples:
        lines += ["", style.paint("Examples", "bold")]
        lines += [f"    {style.paint(_example(text, value), 'cyan')}" for text, value in entry.examples]
    if entry.source:
        lines += ["", f"Source: {escape(entry.source)}"]
    return "\n".join(lines)


def index(entries: Sequence[Entry], style: Style) -> str:
    """A line for each, by section, for a terminal."""
    from synthdsl.explain.catalogue import FAMILIES

    wide = max((len(e.name) for e in entries), default=0)
    blocks = []
    for family, title in FAMILIES.items():
        inside = [e for e in entries if e.family == family]
        if inside:
            room = max(30, (style.columns or 110) - wide - 4)
            lines = [f"  {style.paint(pad(e.name, wide), 'cyan')}  {cut(_plain(e.summary), room)}" for e in inside]
            blocks.append("\n".join([style.paint(title, "bold"), *lines]))
    return "\n\n".join(blocks)


def markdown(entries: Sequence[Entry]) -> str:
    """The reference as one document."""
    from synthdsl.explain.catalogue import FAMILIES

    blocks: list[str] = []
    for family, title in FAMILIES.items():
        inside = [e for e in entries if e.family == family]
        if inside:
            blocks.append(f"## {title}")
            blocks.extend(_markdown(e) for e in inside)
    return "\n\n".join(blocks)


def _markdown(entry: Entry) -> str:
    parts = [f"### `{entry.name}`" + (" (aggregate)" if entry.kind == "aggregate" else "")]
    parts.append("```text\n" + "\n".join(entry.signatures) + "\n```")
    parts.append(entry.doc)
    if not entry.runnable:
        parts.append(NOT_YET)
    if entry.examples:
        parts.append("```text\n" + "\n".join(_example(text, value) for text, value in entry.examples) + "\n```")
    if entry.source:
        parts.append(f"Source: {entry.source}")
    return "\n\n".join(parts)


def as_json(entries: Sequence[Entry]) -> list[dict[str, Any]]:
    """Plain objects."""
    return [{**asdict(e), "summary": e.summary} for e in entries]


def _example(text: str, value: str) -> str:
    return escape(f"{text}  # {value}" if value else text)


def _plain(text: str) -> str:
    return escape(text.replace("`", ""))
