"""A text in pieces: by a number of words, by paragraphs, by Markdown headings.

Pieces are slices of the text as it stands, so that a sentence quoted from a piece is found in it. A word is what
stands between blanks.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from operator import itemgetter

_WORD = re.compile(r"\S+")
_BREAK = re.compile(r"\n[ \t\r]*\n\s*")
_FENCE = re.compile(r" {0,3}(```+|~~~+)")
_HEADING = re.compile(r" {0,3}#{1,6}(\s|$)")

Slice = tuple[int, int]


def by_words(text: str, words: int, overlap: int) -> list[str]:
    """Windows of `words` words, each sharing `overlap` words with the one before; the last one may be shorter."""
    return [text[a:b] for a, b in _windows(text, 0, len(text), words, overlap)]


def by_paragraph(text: str, words: int | None, overlap: int) -> list[str]:
    """Paragraphs, put together up to `words` words where that is given; longer ones are cut by words."""
    return [text[a:b] for a, b in _packed(text, _paragraphs(text, 0, len(text), _fenced(text)), words, overlap)]


def by_heading(text: str, words: int | None, overlap: int) -> list[str]:
    """Sections, each with its heading; those longer than `words` words are cut at paragraphs."""
    fences = _fenced(text)
    pieces: list[Slice] = []
    for start, stop in _sections(text, fences):
        trimmed = _trim(text, start, stop)
        if trimmed is None:
            continue
        if words is None or _count(text, *trimmed) <= words:
            pieces.append(trimmed)
        else:
            pieces.extend(_packed(text, _paragraphs(text, *trimmed, fences), words, overlap))
    return [text[a:b] for a, b in pieces]


def _windows(text: str, start: int, stop: int, words: int, overlap: int) -> Iterator[Slice]:
    found = [m.span() for m in _WORD.finditer(text, start, stop)]
    for first in range(0, len(found), words - overlap):
        last = min(first + words, len(found))
        yield found[first][0], found[last - 1][1]
        if last == len(found):
            return


def _paragraphs(text: str, start: int, stop: int, fences: list[Slice]) -> list[Slice]:
    """Runs of lines between blank ones; a fenced block of code is never parted."""
    found: list[Slice] = []
    at = start
    for gap in _BREAK.finditer(text, start, stop):
        if _is_fenced(gap.start(), fences):
            continue
        found.append((at, gap.start()))
        at = gap.end()
    found.append((at, stop))
    return [trimmed for a, b in found if (trimmed := _trim(text, a, b)) is not None]


def _sections(text: str, fences: list[Slice]) -> list[Slice]:
    """From one heading to the next; what stands before the first heading is one too."""
    borders = [0]
    for at, line in _lines(text):
        if _HEADING.match(line) and not _is_fenced(at, fences):
            borders.append(at)
    return list(zip(borders, [*borders[1:], len(text)], strict=True))


def _packed(text: str, parts: list[Slice], words: int | None, overlap: int) -> list[Slice]:
    """Neighbouring parts joined while they hold at most `words` words.

    A join begins again with as many whole parts of the one before as hold at most `overlap` words.
    """
    if words is None:
        return parts
    sizes = [_count(text, *part) for part in parts]
    made: list[Slice] = []
    first = 0
    while first < len(parts):
        if sizes[first] > words:
            made.extend(_windows(text, *parts[first], words, overlap))
            first += 1
            continue
        last, total = first, 0
        while last < len(parts) and total + sizes[last] <= words:
            total += sizes[last]
            last += 1
        made.append((parts[first][0], parts[last - 1][1]))
        if last == len(parts):
            break
        first = _again(sizes, first, last, words, overlap)
    return made


def _again(sizes: list[int], first: int, last: int, words: int, overlap: int) -> int:
    """Where the next join begins: `last`, or before it by the parts that overlap and still leave room for it."""
    begin, shared = last, 0
    while begin - 1 > first and shared + sizes[begin - 1] <= overlap:
        if shared + sizes[begin - 1] + sizes[last] > words:
            break
        begin -= 1
        shared += sizes[begin]
    return begin


def _count(text: str, start: int, stop: int) -> int:
    return sum(1 for _ in _WORD.finditer(text, start, stop))


def _trim(text: str, start: int, stop: int) -> Slice | None:
    while start < stop and text[start].isspace():
        start += 1
    while stop > start and text[stop - 1].isspace():
        stop -= 1
    return (start, stop) if start < stop else None


def _lines(text: str) -> Iterator[tuple[int, str]]:
    at = 0
    for line in text.splitlines(keepends=True):
        yield at, line
        at += len(line)


def _is_fenced(at: int, fences: list[Slice]) -> bool:
    """Whether a place is inside a block, its last line break not counted."""
    before = bisect_right(fences, at, key=itemgetter(0)) - 1
    return before >= 0 and at < fences[before][1] - 1


def _fenced(text: str) -> list[Slice]:
    """Fenced blocks of code, in order: from the opening fence's line to the end of the closing one's."""
    found: list[Slice] = []
    opened: tuple[int, str] | None = None
    for at, line in _lines(text):
        fence = _FENCE.match(line)
        if fence is None:
            continue
        mark = fence[1]
        if opened is None:
            opened = (at, mark)
        elif mark[0] == opened[1][0] and len(mark) >= len(opened[1]) and not line[fence.end() :].strip():
            found.append((opened[0], at + len(line)))
            opened = None
    if opened is not None:
        found.append((opened[0], len(text)))
    return found
