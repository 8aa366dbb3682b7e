r"""The text that a string token stands for, and where each of its characters came from.

Escapes are `\" \\ \/ \n \r \t \uXXXX`, in plain strings and in blocks alike; `r"..."` and `r\"""...\"""` have
none. JSON's `\b` and `\f` are left out: in a prompt they are the beginning of `\boxed`, `\frac`, `\b...\b`.

A block loses its first line if that is blank, its last one if that is blank, and the indentation that its other
non-blank lines share (text behind the opening delimiter is not counted). Lines of whitespace alone are empty,
and a line ends with `\n` however the file ends it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from synthdsl.syntax.tree import Token

_ESCAPE = re.compile(r"\\(u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|[^\r\n]?)")
_SIMPLE = {'"': '"', "\\": "\\", "/": "/", "n": "\n", "r": "\r", "t": "\t"}
_QUOTES = "\"'\u2018\u2019\u201c\u201d"

Report = Callable[[int, int], None]
"""Takes the range of an escape that means nothing."""

Piece = tuple[str, int, int]
"""A part of the value and the range it came from: as many characters as the range has, or at most one."""


@dataclass(frozen=True, slots=True)
class BlockLine:
    """A line of a block without the shared indentation: its range, and where its line break is."""

    start: int
    end: int
    line_break: int


def string_value(text: str, token: Token, report: Report) -> str:
    """What a string token means."""
    return "".join(piece for piece, _, _ in _pieces(text, token, report))


def template_value(text: str, token: Token, report: Report) -> tuple[str, tuple[int, ...]]:
    """What it means, and the offset of each character and of the end."""
    pieces: list[str] = []
    offsets: list[int] = []
    last = contents(text, token)[0]
    for piece, start, stop in _pieces(text, token, report):
        pieces.append(piece)
        if len(piece) == stop - start:
            offsets.extend(range(start, stop))
        elif piece:
            offsets.append(start)
        last = stop
    offsets.append(last)
    return "".join(pieces), tuple(offsets)


def is_block(text: str, token: Token) -> bool:
    """Whether it stands between triple quotes."""
    return text.startswith('"""', token.start + (text[token.start] in "rt"), token.end)


def contents(text: str, token: Token) -> tuple[int, int]:
    """The range between the quotes; to the end of the token where the closing ones are missing."""
    quotes = 3 if is_block(text, token) else 1
    start = token.start + (text[token.start] in "rt") + quotes
    closed = token.end - quotes >= start and text[token.end - 1] in _QUOTES
    return start, token.end - quotes if closed else token.end


def block_lines(text: str, token: Token) -> list[BlockLine]:
    """The lines of a block that count, dedented."""
    start, stop = contents(text, token)
    lines: list[BlockLine] = []
    at = start
    while (found := text.find("\n", at, stop)) >= 0:
        lines.append(BlockLine(at, found - (found > at and text[found - 1] == "\r"), found))
        at = found + 1
    lines.append(BlockLine(at, stop, stop))
    indented = lines[1:]
    if len(lines) > 1 and _blank(text, lines[-1]):
        lines.pop()
        indented.pop()
    if indented and _blank(text, lines[0]):
        lines = lines[1:]
    margin = _margin(text, indented)
    first = len(lines) - len(indented)
    return [_dedented(text, line, margin if number >= first else 0) for number, line in enumerate(lines)]


def _margin(text: str, lines: list[BlockLine]) -> int:
    """How many characters of indentation the non-blank lines have in common."""
    indents = [_indentation(text, line) for line in lines if not _blank(text, line)]
    if not indents:
        return 0
    # What the first and the last in alphabetical order share, all share.
    first, last = min(indents), max(indents)
    return next((i for i, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), len(first))


def _indentation(text: str, line: BlockLine) -> str:
    content = text[line.start : line.end]
    return content[: len(content) - len(content.lstrip(" \t"))]


def _blank(text: str, line: BlockLine) -> bool:
    return not text[line.start : line.end].strip(" \t")


def _dedented(text: str, line: BlockLine, margin: int) -> BlockLine:
    if _blank(text, line):
        return BlockLine(line.start, line.start, line.line_break)
    return BlockLine(line.start + margin, line.end, line.line_break)


def _pieces(text: str, token: Token, report: Report) -> Iterator[Piece]:
    raw = text[token.start] == "r"
    if not is_block(text, token):
        yield from _unescaped(text, *contents(text, token), raw, report)
        return
    line_break = -1
    for line in block_lines(text, token):
        if line_break >= 0:
            yield "\n", line_break, line_break + 1
        yield from _unescaped(text, line.start, line.end, raw, report)
        line_break = line.line_break


def _unescaped(text: str, start: int, stop: int, raw: bool, report: Report) -> Iterator[Piece]:
    at = start
    if not raw:
        for hit in _ESCAPE.finditer(text, start, stop):
            if hit.start() > at:
                yield text[at : hit.start()], at, hit.start()
            yield _escape(hit, report), hit.start(), hit.end()
            at = hit.end()
    if stop > at or start == stop:
        yield text[at:stop], at, stop


def _escape(hit: re.Match[str], report: Report) -> str:
    body = hit[1]
    if body in _SIMPLE:
        return _SIMPLE[body]
    if len(body) == 11:
        high, low = int(body[1:5], 16), int(body[7:], 16)
        return chr(0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00))
    if len(body) == 5 and not 0xD800 <= int(body[1:], 16) <= 0xDFFF:
        return chr(int(body[1:], 16))
    report(hit.start(), hit.end())
    return "\ufffd"
