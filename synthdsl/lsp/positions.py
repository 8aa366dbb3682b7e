"""Offsets of the compiler and positions of the protocol: lines from 0, characters in the units the client counts."""

from __future__ import annotations

from lsprotocol import types

from synthdsl.base.span import Source, Span

Encoding = str
"""`utf-8`, `utf-16` or `utf-32`, as the client and the server agreed."""


def position(source: Source, offset: int, encoding: Encoding) -> types.Position:
    """Where an offset is."""
    starts = source.line_starts()
    line, column = source.position(min(offset, len(source.text)))
    start = starts[line - 1]
    return types.Position(line - 1, _units(source.text[start : start + column - 1], encoding))


def range_of(source: Source, span: Span, encoding: Encoding) -> types.Range:
    """The range of a span of that source."""
    return types.Range(position(source, span.start, encoding), position(source, span.end, encoding))


def offset(source: Source, place: types.Position, encoding: Encoding) -> int:
    """The offset of a position; past the end of a line it is the line's end."""
    text = source.line(place.line + 1)
    starts = source.line_starts()
    if place.line >= len(starts):
        return len(source.text)
    if text.isascii() or encoding == "utf-32":
        return starts[place.line] + min(place.character, len(text))
    units = 0
    for i, char in enumerate(text):
        if units >= place.character:
            return starts[place.line] + i
        units += _units(char, encoding)
    return starts[place.line] + len(text)


def _units(text: str, encoding: Encoding) -> int:
    if text.isascii() or encoding == "utf-32":
        return len(text)
    if encoding == "utf-8":
        return len(text.encode("utf-8", "surrogatepass"))
    return len(text) + sum(1 for char in text if ord(char) > 0xFFFF)
