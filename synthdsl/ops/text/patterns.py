"""Regular expressions as the text functions use them: compiled once, refused when they could run for ever.

The notation is that of Python's `re` module, over Unicode.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from functools import lru_cache

from synthdsl.ops.contract import CallSite, Problem, Undefined
from synthdsl.ops.text.ambiguity import is_exponential

MAX_SEARCHED = 1_000_000
"""A longer text is not searched: patterns may take time that grows with the square of its length."""

EXPLODES = "The regular expression could take time that doubles with every character of the text."
EXPLODES_NOTES = (
    r"The parts of a repetition must not be able to match the same text in two ways: `(\w+\s)+`, not `(\w+\s?)+`.",
    "An atomic group, `(?>...)`, is never gone back into.",
)


@lru_cache(maxsize=256)
def compiled(pattern: str) -> re.Pattern[str]:
    """The compiled expression. Raises `Undefined` (E0318) for one that is wrong."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return re.compile(pattern)
    except (re.error, OverflowError, RecursionError) as error:
        raise Undefined(f"The regular expression is wrong: {wrong(error)}.", code="E0318") from None


def wrong(error: Exception) -> str:
    """What is wrong with a regular expression, as a clause."""
    return "it is nested too deeply" if isinstance(error, RecursionError) else str(error)


def searched(text: str) -> str:
    """The text itself. Raises `Undefined` for one too long to be searched."""
    if len(text) > MAX_SEARCHED:
        raise Undefined(f"A text of more than {MAX_SEARCHED:,} characters is not searched with a regular expression.")
    return text


def pattern_problems(call: CallSite) -> Iterator[Problem]:
    """Whether the constant argument `pattern`, which compiles, could take exponential time (E0318)."""
    pattern = call.constant("pattern")
    if isinstance(pattern, str) and explodes(pattern):
        yield Problem("E0318", EXPLODES, "pattern", EXPLODES_NOTES)


@lru_cache(maxsize=256)
def explodes(pattern: str) -> bool:
    """Whether a search for the pattern, which compiles, could take exponential time."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return is_exponential(pattern)
