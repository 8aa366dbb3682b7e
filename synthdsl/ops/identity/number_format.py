"""Format strings with one place for an integer, as `sequence` takes them: `TCK-{:06d}`."""

from __future__ import annotations

import re
from string import Formatter

MAX_WIDTH = 100

_SPEC = re.compile(r"(?:.?[<>=^])?[+\- ]?#?0?([0-9]*)[,_]?[bdoxX]?", re.DOTALL)


def fault(text: str) -> str | None:
    """What is wrong with a format string, in one sentence; None where it is good."""
    try:
        parts = list(Formatter().parse(text))
    except ValueError as error:
        return f"The format string is wrong: {error}."
    places = [(field, spec, conversion) for _, field, spec, conversion in parts if field is not None]
    if len(places) != 1:
        return f"The format string needs exactly one place `{{}}` for the number; it has {len(places)}."
    field, spec, conversion = places[0]
    if field or conversion:
        return "The place for the number is `{}`, or `{:06d}` with a format; it takes no name, index or conversion."
    found = _SPEC.fullmatch(spec or "")
    if found is None:
        return f"'{spec}' is no format of an integer; `06d`, `x` and `,` are."
    if int(found[1] or 0) > MAX_WIDTH:
        return f"A number is at most {MAX_WIDTH} characters wide."
    try:
        format(1, spec or "")
    except ValueError:
        return f"'{spec}' is no format of an integer; `06d`, `x` and `,` are."
    return None


def padded(text: str) -> tuple[str, int, str] | None:
    """What stands before and after the number and its width, where it is decimal digits padded with zeros."""
    ((before, after), spec) = _halves(text)
    found = re.fullmatch(r"(?:0([1-9][0-9]?))?d?", spec)
    return (before, int(found[1] or 0), after) if found else None


def _halves(text: str) -> tuple[tuple[str, str], str]:
    before, after, spec = "", "", None
    for literal, field, format_spec, _ in Formatter().parse(text):
        if spec is None:
            before += literal
        else:
            after += literal
        if field is not None:
            spec = format_spec or ""
    return (before, after), spec or ""
