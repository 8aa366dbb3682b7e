"""Where JSON may stand inside an answer: the whole text, fenced blocks, the first closed values in prose.

Time is linear in the length of the text, whatever stands in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

MAX_SEARCHED = 200_000
"""Characters: longer answers are read as a whole or not at all."""
MAX_DEPTH = 64
"""Levels of brackets that an answer may have."""
_MAX_PASSAGES = 16
_MAX_OPENED = 4
"""Brackets that never close, after which no further one is looked for."""

_OPENING = re.compile(r"[{\[]")
_MARK = re.compile(r'[{}\[\]]|"(?:[^"\\]|\\.)*+(?:"|\Z)', re.DOTALL)


def passages(text: str, cut: bool) -> list[str]:
    """Pieces of the text that may be JSON, best first, at most 16; the first is the text without what surrounds it.

    cut: whether the text ends too early; then what is inside of a value that never closes is no answer.
    """
    whole = text.strip().lstrip("\ufeff")
    found = [whole]
    if len(text) <= MAX_SEARCHED:
        for piece in _closed(text, 1) if cut else (*_fenced(text), *_closed(text, _MAX_OPENED)):
            if len(found) == _MAX_PASSAGES:
                break
            if piece not in found:
                found.append(piece)
    return found


def tail(text: str) -> str:
    """The text from its first bracket on; empty where there is none."""
    opened = _OPENING.search(text)
    return text[opened.start() :] if opened else ""


def _fenced(text: str) -> Iterator[str]:
    """What stands in blocks between ``` and ```, without the word behind the opening one."""
    for piece in text.split("```")[1::2][:_MAX_PASSAGES]:
        word, line_end, rest = piece.partition("\n")
        yield (rest if line_end and re.fullmatch(r"\s*[\w.+-]{0,20}\s*", word) else piece).strip()


def _closed(text: str, most_opened: int) -> Iterator[str]:
    """Values in brackets, from a first opening bracket to the one that closes it; texts in quotes are stepped over."""
    start, never_closed = 0, 0
    while never_closed < most_opened and (opened := _OPENING.search(text, start)):
        end = _end(text, opened.start())
        if end is None:
            never_closed += 1
            start = opened.end()
        else:
            yield text[opened.start() : end]
            start = end


def _end(text: str, start: int) -> int | None:
    depth = 0
    for mark in _MARK.finditer(text, start):
        char = text[mark.start()]
        if char in "{[":
            depth += 1
            if depth > MAX_DEPTH:
                return None
        elif char in "}]":
            depth -= 1
            if depth == 0:
                return mark.end()
    return None
