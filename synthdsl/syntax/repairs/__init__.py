"""What a misfit most likely means, and how reading can go on.

Each repair is a function from a `Place` to a `Repair`, or to None where it has nothing to say.
"""

from __future__ import annotations

from collections.abc import Callable

from synthdsl.syntax.place import Place
from synthdsl.syntax.repairs import brackets, gaps, signs, words
from synthdsl.syntax.repairs.repair import Repair

REPAIRS: tuple[Callable[[Place], Repair | None], ...] = (
    brackets.bracket,
    words.misplaced,
    brackets.left_open,
    words.reserved,
    words.unknown_statement,
    signs.string_prefix,
    words.foreign_word,
    words.conditional,
    signs.doubled_sign,
    signs.one_for_another,
    signs.question,
    signs.number_with_dot,
    signs.percent_as_operator,
    signs.pipe,
    signs.no_tuples,
    gaps.no_rows,
    gaps.missing_comma,
    gaps.bare_prompt,
    gaps.missing_sign,
    gaps.missing_value,
    gaps.unexpected,
)
"""In the order in which they are asked; the last one always answers."""


def repair(place: Place) -> Repair:
    """The first repair that has something to say."""
    return next(found for attempt in REPAIRS if (found := attempt(place)) is not None)
