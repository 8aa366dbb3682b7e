"""Whole numbers and placeholder patterns as joins of short runs of characters.

An even draw from 501 .. 99950 has a hundred thousand outcomes, but few when its digits are drawn in runs of three:
one draw tells the cases "first run at its lowest", "in between", "at its highest" apart.
"""

from __future__ import annotations

import string
from collections.abc import Sequence
from functools import cache
from itertools import product
from typing import Any

from synthdsl.ops.people.drawn import Drawn, Unsupported, drawn, join

RUN = 3
"""Decimal digits drawn at once; of hexadecimal ones, one less."""

MOST_RUN = 1_000
"""Outcomes of one draw among the characters of a pattern, at most."""


def number_text(low: int, high: int, width: int, form: str = "d") -> Any:
    """A term for the digits of an integer drawn evenly from low .. high (both included, not negative).

    width: zeros are put before shorter numbers up to this many digits; 0 for none. form: "d", "x" or "X".
    """
    if low < 0 or high >= 10**30:
        raise Unsupported("negative or huge numbers as text")
    base = 10 if form == "d" else 16
    options: list[Any] = []
    weights: list[float] = []
    at = low
    while at <= high:
        digits = max(len(format(at, form)), width)
        end = min(high, base**digits - 1)
        options.append(_padded(at, end, digits, form))
        weights.append(float(end - at + 1))
        at = end + 1
    return options[0] if len(options) == 1 else drawn(options, weights)


def _padded(low: int, high: int, width: int, form: str) -> Any:
    """Numbers low .. high written with exactly `width` digits."""
    run = RUN if form == "d" else RUN - 1
    if width <= run:
        return drawn([f"{n:0{width}{form}}" for n in range(low, high + 1)])
    rest = (width - 1) // run * run
    size = (10 if form == "d" else 16) ** rest
    head = width - rest
    first, last = low // size, high // size
    if first == last:
        return join([f"{first:0{head}{form}}", _padded(low % size, high % size, rest, form)])
    options: list[Any] = []
    weights: list[float] = []
    inner_first, inner_last = first, last
    if low % size:
        options.append(join([f"{first:0{head}{form}}", _padded(low % size, size - 1, rest, form)]))
        weights.append(float(size - low % size))
        inner_first += 1
    if high % size != size - 1:
        options.append(join([f"{last:0{head}{form}}", _padded(0, high % size, rest, form)]))
        weights.append(float(high % size + 1))
        inner_last -= 1
    if inner_first <= inner_last:
        lead = drawn([f"{n:0{head}{form}}" for n in range(inner_first, inner_last + 1)])
        options.append(join([lead, _padded(0, size - 1, rest, form)]))
        weights.append(float((inner_last - inner_first + 1) * size))
    return options[0] if len(options) == 1 else drawn(options, weights)


_DIGITS: dict[str, tuple[Sequence[str], tuple[float, ...] | None]] = {
    "#": (string.digits, None),
    "%": ("123456789", None),
    "$": ("23456789", None),
    "!": (("", *string.digits), (10.0, *[1.0] * 10)),
    "@": (("", *"123456789"), (9.0, *[1.0] * 9)),
}


def numerified(text: str) -> Any:
    """The term for `numerify(text)`: `#` any digit, `%` 1-9, `$` 2-9, `!` and `@` a digit or nothing."""
    return _filled(text, _DIGITS)


def lexified(text: str, letters: str) -> Any:
    """The term for `lexify(text, letters)`: `?` any of the letters."""
    return _filled(text, {"?": (letters, None)})


def hexified(text: str, upper: bool) -> Any:
    """The term for `hexify(text, upper)`: `^` any hexadecimal digit."""
    digits = "0123456789ABCDEF" if upper else "0123456789abcdef"
    return _filled(text, {"^": (digits, None)})


def _filled(text: str, marks: dict[str, tuple[Sequence[str], tuple[float, ...] | None]]) -> Any:
    parts: list[Any] = []
    run: list[tuple[Sequence[str], tuple[float, ...] | None]] = []
    for character in [*text, ""]:
        mark = marks.get(character)
        if mark is not None:
            run.append(mark)
            continue
        parts.extend(_runs(run))
        run = []
        parts.append(character)
    return join(parts)


def _runs(run: list[tuple[Sequence[str], tuple[float, ...] | None]]) -> list[Any]:
    """A run of placeholders cut into draws of similar size, each of `MOST_RUN` outcomes at most."""
    found: list[Any] = []
    at = 0
    while at < len(run):
        end, size = at, 1
        while end < len(run) and (end == at or size * len(run[end][0]) <= MOST_RUN):
            size *= len(run[end][0])
            end += 1
        if len(run) - at == end - at + 1 and end - at > 1:
            end -= 1
        found.append(_run(tuple(run[at:end])))
        at = end
    return found


@cache
def _run(marks: tuple[tuple[Sequence[str], tuple[float, ...] | None], ...]) -> Any:
    texts = ["".join(choice) for choice in product(*(m[0] for m in marks))]
    if all(m[1] is None for m in marks):
        return drawn(texts)
    weights = []
    for chances in product(*(m[1] or (1.0,) * len(m[0]) for m in marks)):
        weight = 1.0
        for chance in chances:
            weight *= chance
        weights.append(weight)
    return Drawn(texts, weights)
