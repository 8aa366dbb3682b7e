"""Shares: how many rows each part gets, and what is wrong with them."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from synthdsl.ops.contract import Problem

NEARLY = 1e-6
"""How far a sum of shares may be from 1 for rounding."""


def check_shares(shares: Mapping[str, Any], argument: str | None = None) -> Iterator[Problem]:
    """What is wrong with shares that must be those of a whole."""
    for name, share in shares.items():
        if isinstance(share, bool) or not isinstance(share, int | float) or not 0 <= share <= 1:
            yield Problem("E0309", f"The share of '{name}' lies between 0% and 100%.", argument)
            return
    total = math.fsum(shares.values())
    if abs(total - 1) > NEARLY:
        yield Problem(
            "E0310", f"The shares sum to {total:.6g}, not to 1.", argument, ("Shares are parts of the whole.",)
        )


def parts_of(total: int, shares: Sequence[float]) -> list[int]:
    """So many rows by shares, whole numbers that sum to the total: the largest remainders are rounded up."""
    exact = [total * share for share in shares]
    parts = [int(x) for x in exact]
    left = total - sum(parts)
    for at in sorted(range(len(parts)), key=lambda i: (parts[i] - exact[i], i))[: max(left, 0)]:
        parts[at] += 1
    return parts


def largest(rows: Sequence[int], shares: Sequence[float]) -> int:
    """The largest total whose parts by shares are there."""
    limits = [n / share for n, share in zip(rows, shares, strict=True) if share > 0]
    if not limits:
        return 0
    total = int(min(limits)) + 1
    while total and any(p > n for p, n in zip(parts_of(total, shares), rows, strict=True)):
        total -= 1
    return total
