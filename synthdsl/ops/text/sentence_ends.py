"""Where sentences end."""

from __future__ import annotations

import re

_END = re.compile(
    r"(?P<stop>[.!?…]+)[\"'”’»)\]]*(?=\s|$)"  # before white space, quotes and brackets closed
    r"|[。！？]+[」』”’）]*"  # Chinese and Japanese put no space after it
    r"|\n[^\S\n]*\n\s*"  # an empty line
)
_BEFORE = re.compile(r"(?:^|[\s(\[\"'“‘])([^\s(\[\"'“‘]+)$")
_ABBREVIATIONS = """
    mr mrs ms dr prof sr jr st mt vs etc inc ltd co corp approx dept gov hon rev rep e.g i.e a.m p.m u.s u.k cf ca al
"""
_BEFORE_NUMBERS = "no nos vol fig p pp ch sec art jan feb mar apr jun jul aug sep sept oct nov dec"
_SHORT = frozenset(_ABBREVIATIONS.split())
_SHORT_BEFORE_NUMBERS = frozenset(_BEFORE_NUMBERS.split())
_LOOK_BACK = 24
"""No abbreviation is longer."""


def split_sentences(text: str) -> list[str]:
    """The sentences of a text, without white space around them and without empty ones."""
    found: list[str] = []
    start = 0
    for match in _END.finditer(text):
        if match["stop"] is not None and not _ends(text, start, match):
            continue
        found.append(text[start : match.end()].strip())
        start = match.end()
    found.append(text[start:].strip())
    return [sentence for sentence in found if sentence]


def _ends(text: str, start: int, match: re.Match[str]) -> bool:
    at = match.end()
    while at < len(text) and text[at].isspace():
        at += 1
    if at < len(text) and text[at].islower():
        return False
    if match["stop"] != "." or at == len(text):
        return True
    before = _BEFORE.search(text[max(start, match.start() - _LOOK_BACK) : match.start()])
    word = before[1] if before else ""
    is_initial = len(word) == 1 and word.isalpha() and word.isupper() and word != "I"
    is_short = word.lower() in _SHORT or (text[at].isdigit() and word.lower() in _SHORT_BEFORE_NUMBERS)
    return not is_initial and not is_short
