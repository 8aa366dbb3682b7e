"""Text on its way to a terminal: made harmless, measured, cut and wrapped.

In: text from files, data or paths, which may hold anything. Out: text that cannot move the cursor, change colours or
show itself in another order than it has.
"""

from __future__ import annotations

import unicodedata

ELLIPSIS = "…"
_JOINERS = "\u200c\u200d"
"""Invisible, but needed to write Persian or to join emoji; they reorder nothing."""


def escape(text: str, keep: str = "") -> str:
    """The text with control, formatting and unassigned characters written as `\\x1b`, `\\u202e` and the like.

    keep: characters left as they are though they are of that kind, as a line break.
    """
    if text.isprintable():
        return text
    return "".join(c if c in keep or _harmless(c) else _spelled(c) for c in text)


def _harmless(char: str) -> bool:
    return char.isprintable() or char in _JOINERS or unicodedata.category(char) == "Zs"


def _spelled(char: str) -> str:
    short = {"\n": "\\n", "\t": "\\t", "\r": "\\r"}.get(char)
    if short is not None:
        return short
    code = ord(char)
    return f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}" if code < 65536 else f"\\U{code:08x}"


def width(text: str) -> int:
    """How many columns of a terminal harmless text takes: wide characters two, combining ones none."""
    return len(text) if text.isascii() else sum(char_width(c) for c in text)


def char_width(char: str) -> int:
    """Columns of one character (UAX 11: wide and full-width ones take two)."""
    if char.isascii():
        return 1
    if char in _JOINERS or unicodedata.category(char) in ("Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def cut(text: str, columns: int) -> str:
    """Harmless text shortened to so many columns, with an ellipsis where something is missing."""
    if width(text) <= columns:
        return text
    taken: list[str] = []
    left = columns - 1
    for char in text:
        left -= char_width(char)
        if left < 0:
            break
        taken.append(char)
    return "".join(taken).rstrip() + ELLIPSIS


def pad(text: str, columns: int, right: bool = False) -> str:
    """Harmless text with spaces up to so many columns; `right` puts them before it."""
    space = " " * max(0, columns - width(text))
    return space + text if right else text + space


def wrap(text: str, columns: int) -> list[str]:
    """Words in lines of at most so many columns; a longer word keeps a line of its own. columns: 0 for no limit."""
    if columns <= 0 or width(text) <= columns:
        return [text]
    lines: list[str] = []
    line = ""
    for word in text.split(" "):
        if line and width(line) + 1 + width(word) > columns:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}" if line else word
    return [*lines, line]


def count(number: int, noun: str, plural: str = "") -> str:
    """`1 row`, `2,000 rows`."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def size(number: int) -> str:
    """Bytes for a person: `812 B`, `1.4 kB`, `20 MB`."""
    amount = float(number)
    for unit in ("B", "kB", "MB", "GB"):
        if amount < 999.5:
            return f"{amount:.0f} {unit}" if unit == "B" or amount >= 10 else f"{amount:.1f} {unit}"
        amount /= 1000
    return f"{amount:,.1f} TB"
