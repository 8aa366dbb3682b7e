"""'Did you mean': the known names nearest to one that was not found."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

MOST_KNOWN = 2_000
"""Among more names none is looked for: a file with thousands of mistakes would take minutes."""


def nearest(name: str, known: Iterable[str], limit: int = 1) -> list[str]:
    """Up to `limit` of `known` that resemble `name`, best first; empty when none is close."""
    from difflib import get_close_matches

    among = list(islice(known, MOST_KNOWN + 1))
    if len(among) > MOST_KNOWN:
        return []
    by_lower: dict[str, str] = {}
    for candidate in sorted(among):
        by_lower.setdefault(candidate.lower(), candidate)
    found = get_close_matches(name.lower(), by_lower, n=limit, cutoff=0.6)
    return [by_lower[f] for f in found]


def did_you_mean(name: str, known: Iterable[str]) -> tuple[str, ...]:
    """A note for a diagnostic: `Did you mean 'x'?`, or nothing."""
    found = nearest(name, known)
    return (f"Did you mean '{found[0]}'?",) if found else ()
