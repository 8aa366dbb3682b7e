"""Rows for a person: a table where they are small, else one block a row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from synthdsl.cli.style import Style
from synthdsl.cli.text import char_width, count, cut, escape, pad, width

MAX_CELL = 40
MAX_LINES = 12
DEFAULT_COLUMNS = 100


def view(name: str, rows: Sequence[Mapping[str, Any]], style: Style) -> str:
    """The rows of a dataset under its name."""
    head = f"{style.paint(escape(name), 'bold')}  {count(len(rows), 'row')}"
    if not rows:
        return head
    columns = style.columns or DEFAULT_COLUMNS
    return "\n".join([head, *(_table(rows, columns, style) or _blocks(rows, columns, style))])


def _table(rows: Sequence[Mapping[str, Any]], columns: int, style: Style) -> list[str]:
    """A table; empty where it would not fit."""
    names = list(rows[0])
    cells = [[_cell(row[n]) for n in names] for row in rows]
    if any("\n" in c or width(c) > MAX_CELL for line in cells for c in line):
        return []
    wide = [max(width(escape(n)), *(width(line[i]) for line in cells)) for i, n in enumerate(names)]
    if sum(wide) + 2 * len(wide) + 2 > columns:
        return []
    right = [all(isinstance(r[n], int | float) and not isinstance(r[n], bool) for r in rows) for n in names]
    head = "  ".join(pad(escape(n), w, r) for n, w, r in zip(names, wide, right, strict=True))
    lines = ["  " + style.paint(head.rstrip(), "cyan")]
    for line in cells:
        lines.append("  " + "  ".join(pad(c, w, r) for c, w, r in zip(line, wide, right, strict=True)).rstrip())
    return lines


def _blocks(rows: Sequence[Mapping[str, Any]], columns: int, style: Style) -> list[str]:
    names = min(24, max(width(escape(n)) for n in rows[0]))
    lines: list[str] = []
    for number, row in enumerate(rows, 1):
        lines += ["", style.paint(f"  row {number}", "dim")]
        for name, value in row.items():
            text = _folded(_cell(value), max(20, columns - names - 6))
            label = style.paint(pad(escape(name), names), "cyan")
            lines.append(f"  {label}  {text[0]}".rstrip())
            lines.extend(f"  {' ' * names}  {line}".rstrip() for line in text[1:])
    return lines


def _cell(value: Any) -> str:
    """A value as text: strings as they are, the rest as a literal of the language."""
    if isinstance(value, str):
        return escape(value, keep="\n")
    from synthdsl.plan.show import show_value

    return escape(show_value(value))


def _folded(text: str, columns: int) -> list[str]:
    """The lines of a text, long ones folded, the end left out where there are very many."""
    lines: list[str] = []
    for line in text.split("\n"):
        while width(line) > columns:
            at, left = 0, columns
            while at < len(line) and left - char_width(line[at]) >= 0:
                left -= char_width(line[at])
                at += 1
            space = line.rfind(" ", at // 2, at)
            at = space + 1 if space > 0 else at
            lines.append(line[:at].rstrip())
            line = line[at:]
        lines.append(line)
    if len(lines) > MAX_LINES:
        rest = len(lines) - MAX_LINES + 1
        lines = [*lines[: MAX_LINES - 1], cut(f"… {count(rest, 'more line')}", columns)]
    return lines
