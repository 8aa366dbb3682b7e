"""Format strings of times: `%d %B %Y`, the same on every machine (names are English, no locale is asked).

In: a format string. Out: `Layout`, which writes and reads times. Sources: the directives of C's strftime, and the
unpadded forms `%-d` of glibc.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from synthdsl.ops.contract import Undefined
from synthdsl.ops.time.calendar import MONTHS, WEEKDAYS

_SHORTHANDS = {"F": "%Y-%m-%d", "T": "%H:%M:%S", "R": "%H:%M", "D": "%m/%d/%y"}


@dataclass(frozen=True, slots=True)
class Directive:
    """One kind of part. write: its `%` format. get: its value. read: a regular expression, "" if it cannot be read."""

    write: str
    get: Callable[[Any], int | str]
    read: str = ""
    of_time: bool = False


def _names(names: tuple[str, ...]) -> str:
    return "|".join(names)


def _short(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(n[:3] for n in names)


DIRECTIVES: dict[str, Directive] = {
    "Y": Directive("%04d", lambda t: t.year, r"\d{4}"),
    "y": Directive("%02d", lambda t: t.year % 100, r"\d{2}"),
    "m": Directive("%02d", lambda t: t.month, r"\d{1,2}"),
    "d": Directive("%02d", lambda t: t.day, r"\d{1,2}"),
    "B": Directive("%s", lambda t: MONTHS[t.month - 1], _names(MONTHS)),
    "b": Directive("%s", lambda t: MONTHS[t.month - 1][:3], _names(_short(MONTHS))),
    "A": Directive("%s", lambda t: WEEKDAYS[t.weekday()], _names(WEEKDAYS)),
    "a": Directive("%s", lambda t: WEEKDAYS[t.weekday()][:3], _names(_short(WEEKDAYS))),
    "j": Directive("%03d", lambda t: t.timetuple().tm_yday),
    "u": Directive("%d", lambda t: t.isoweekday()),
    "w": Directive("%d", lambda t: t.isoweekday() % 7),
    "G": Directive("%04d", lambda t: t.isocalendar().year),
    "V": Directive("%02d", lambda t: t.isocalendar().week),
    "H": Directive("%02d", lambda t: t.hour, r"\d{1,2}", of_time=True),
    "I": Directive("%02d", lambda t: (t.hour + 11) % 12 + 1, r"\d{1,2}", of_time=True),
    "M": Directive("%02d", lambda t: t.minute, r"\d{1,2}", of_time=True),
    "S": Directive("%02d", lambda t: t.second, r"\d{1,2}", of_time=True),
    "f": Directive("%06d", lambda t: t.microsecond, r"\d{1,6}", of_time=True),
    "p": Directive("%s", lambda t: "AM" if t.hour < 12 else "PM", "AM|PM", of_time=True),
}
_UNPADDED = "mdjHIMSy"


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a format that shows the day alone, or (`of_time`) the time of day alone.

    pattern: a `%` format. letters: its directives, in order.
    """

    pattern: str
    letters: tuple[str, ...]
    of_time: bool

    def write(self, t: datetime.date) -> str:
        """The text of a time."""
        return self.pattern % tuple([DIRECTIVES[letter].get(t) for letter in self.letters])


@dataclass(frozen=True, slots=True)
class Layout:
    """A format string taken apart. expression: reads it, where it can be read; a group for each of `letters`."""

    pieces: tuple[Piece, ...]
    letters: tuple[str, ...]
    expression: re.Pattern[str] | None

    def write(self, t: datetime.date) -> str:
        """The text of a time."""
        return "".join([piece.write(t) for piece in self.pieces])

    def read(self, text: str) -> datetime.datetime:
        """The time a text spells; what the format does not show is 0, the day and month 1. Raises `Undefined`."""
        assert self.expression is not None
        found = self.expression.fullmatch(text)
        if found is None:
            raise Undefined(f"The text {text[:40]!r} does not have the form of the format.")
        parts = dict(zip(self.letters, found.groups(), strict=True))
        try:
            return _moment(parts)
        except ValueError:
            raise Undefined(f"The text {text[:40]!r} names no time that exists.") from None


def fault(text: str, times: bool, reading: bool) -> str | None:
    """What is wrong with a format string, in one sentence.

    times: whether what it writes has a time of day. reading: whether texts are read by it.
    """
    for letter in _letters(_expanded(text)):
        name = letter.removeprefix("-")
        if name not in DIRECTIVES or (letter.startswith("-") and name not in _UNPADDED):
            return f"'%{letter}' is no directive of a time format."
        if DIRECTIVES[name].of_time and not times:
            return f"'%{letter}' is a time of day, which a date does not have."
        if reading and not DIRECTIVES[name].read:
            return f"'%{letter}' can be written, but no date can be read from it."
    if reading:
        letters = [letter.removeprefix("-") for letter in _letters(_expanded(text))]
        if len(letters) != len(set(letters)):
            return "A format to read by names each part once."
        if not {"Y", "y"} & set(letters):
            return "A format to read by needs the year, `%Y`."
    return None


@cache
def layout(text: str) -> Layout:
    """A format string taken apart; it has been found good by `fault`."""
    expression = ""
    letters: list[str] = []
    pieces: list[Piece] = []
    for literal, letter in _pieces(_expanded(text)):
        expression += re.escape(literal)
        pieces.append(Piece(literal.replace("%", "%%"), (), pieces[-1].of_time if pieces else False))
        if letter:
            name = letter.removeprefix("-")
            found = DIRECTIVES[name]
            letters.append(name)
            expression += f"({found.read})"
            pieces.append(Piece("%d" if letter.startswith("-") else found.write, (name,), found.of_time))
    readable = all(DIRECTIVES[letter].read for letter in letters)
    compiled = re.compile(expression, re.IGNORECASE | re.ASCII) if readable else None
    return Layout(_merged(pieces), tuple(letters), compiled)


def _merged(pieces: list[Piece]) -> tuple[Piece, ...]:
    """Neighbours of one kind put together."""
    out: list[Piece] = []
    for piece in pieces:
        if out and out[-1].of_time == piece.of_time:
            last = out.pop()
            piece = Piece(last.pattern + piece.pattern, last.letters + piece.letters, piece.of_time)
        out.append(piece)
    return tuple(out)


def _expanded(text: str) -> str:
    return re.sub(r"%([%FTRD])", lambda m: _SHORTHANDS.get(m[1], "%%"), text)


def _letters(text: str) -> list[str]:
    return [letter for _, letter in _pieces(text) if letter]


def _pieces(text: str) -> list[tuple[str, str]]:
    """Literal text and the directive after it (the last one may lack it)."""
    out: list[tuple[str, str]] = []
    literal, at = "", 0
    while at < len(text):
        if text[at] != "%":
            literal, at = literal + text[at], at + 1
            continue
        size = 2 if text[at + 1 : at + 2] == "-" else 1
        letter = text[at + 1 : at + 1 + size]
        at += 1 + size
        if letter == "%":
            literal += "%"
        else:
            out.append((literal, letter or "%"))
            literal = ""
    out.append((literal, ""))
    return out


def _moment(parts: dict[str, str]) -> datetime.datetime:
    numbers = {letter: int(value) for letter, value in parts.items() if value.isdigit()}
    if "Y" in numbers:
        year = numbers["Y"]
    else:
        # POSIX: 69 to 99 lie in the twentieth century.
        year = numbers["y"] + (1900 if numbers["y"] >= 69 else 2000)
    hour = numbers.get("H", 0)
    if "I" in numbers and "H" not in numbers:
        if not 1 <= numbers["I"] <= 12:
            raise ValueError("no hour of twelve")
        hour = numbers["I"] % 12 + (12 if parts.get("p", "").upper() == "PM" else 0)
    micro = int(parts["f"].ljust(6, "0")) if "f" in parts else 0
    return datetime.datetime(
        year, _month(parts, numbers), numbers.get("d", 1), hour, numbers.get("M", 0), numbers.get("S", 0), micro
    )


def _month(parts: dict[str, str], numbers: dict[str, int]) -> int:
    for letter in ("B", "b"):
        if letter in parts:
            return [m[:3].lower() for m in MONTHS].index(parts[letter][:3].lower()) + 1
    return numbers.get("m", 1)
