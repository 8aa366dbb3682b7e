"""What a stream can show: colours, and how many columns."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import IO

_CODES = {"bold": "1", "dim": "2", "red": "31", "green": "32", "yellow": "33", "blue": "34", "cyan": "36"}


@dataclass(frozen=True, slots=True)
class Style:
    """coloured: whether colours may be used. columns: the width of the terminal, 0 where there is none."""

    coloured: bool = False
    columns: int = 0

    def paint(self, text: str, *names: str) -> str:
        """The text in these colours, or as it is. Nothing inside may be painted already."""
        if not self.coloured or not text:
            return text
        return f"\x1b[{';'.join(_CODES[n] for n in names)}m{text}\x1b[0m"


PLAIN = Style()


def style_of(stream: IO[str], environment: Mapping[str, str] | None = None) -> Style:
    """What a stream can show.

    `NO_COLOR` (https://no-color.org) and `TERM=dumb` take colours away, `FORCE_COLOR` gives them to a pipe too.
    `COLUMNS` sets the width of a terminal.
    """
    known = os.environ if environment is None else environment
    terminal = is_terminal(stream)
    coloured = terminal and known.get("TERM") != "dumb"
    if known.get("FORCE_COLOR", "0") not in ("", "0"):
        coloured = True
    if known.get("NO_COLOR"):
        coloured = False
    return Style(coloured, _columns(stream, known) if terminal else 0)


def is_terminal(stream: IO[str]) -> bool:
    """Whether a person sees what is written."""
    try:
        return stream.isatty()
    except ValueError:
        # A closed stream; a test runner may leave one behind.
        return False


def _columns(stream: IO[str], environment: Mapping[str, str]) -> int:
    given = environment.get("COLUMNS", "")
    if given.isdigit() and int(given) > 0:
        return int(given)
    try:
        return os.get_terminal_size(stream.fileno()).columns
    except (OSError, ValueError):
        return 80


def write(text: str, stream: IO[str] | None = None) -> None:
    """Write a text and a line break; what the stream's encoding lacks is written as an escape."""
    out = sys.stdout if stream is None else stream
    try:
        out.write(text + "\n")
    except UnicodeEncodeError:
        encoding = getattr(out, "encoding", None) or "ascii"
        out.write(text.encode(encoding, "backslashreplace").decode(encoding) + "\n")
