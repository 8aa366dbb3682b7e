"""What the two databases share: their arguments, and rows in blocks."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from synthdsl.base.diagnostic import Diagnostic
from synthdsl.sources.contract import PREFIX_ROWS, Block, Request, TooSlow
from synthdsl.sources.records import columns_of_tuples
from synthdsl.sources.suffixes import Finding

LOOK_SECONDS = 5.0
"""How long a query may take before the run, when only its first rows are looked at."""

BLOCK_ROWS = 2_048
_FIRST_ROWS = 64


def check_query(arguments: dict[str, Any]) -> Iterator[Finding]:
    """What is wrong with the arguments of a query: E0309."""
    if not arguments["query"].strip():
        yield "E0309", "The query is empty.", ("As in `SELECT id, name FROM people ORDER BY id`.",)
    if arguments["timeout"] <= 0:
        yield "E0309", f"A query needs time: the timeout is {arguments['timeout']} seconds.", ()


def seconds(request: Request) -> float:
    """How long the query may take; a file that is read without one has no limit in a run."""
    limit = float(request.arguments.get("timeout", math.inf))
    return min(limit, LOOK_SECONDS) if request.prefix else limit


def too_slow(request: Request) -> Exception:
    """The exception for a query that was stopped."""
    note = "A longer time is given by timeout=SECONDS."
    if request.prefix and request.declared is None:
        note = "With declared columns the query is not needed before the run."
    message = f"The query did not end within {seconds(request):g} seconds."
    return TooSlow(Diagnostic("E0610", message, request.span, (note,)))


def fetched(
    fetch: Callable[[int], Sequence[tuple[Any, ...]]],
    all_names: Sequence[str],
    names: Sequence[str] | None,
    request: Request,
) -> Iterator[Block]:
    """The rows that `fetch(n)` gives until it gives none."""
    seen, size = 0, _FIRST_ROWS
    while rows := fetch(size):
        yield columns_of_tuples(rows, all_names, names)
        seen, size = seen + len(rows), min(size * 4, BLOCK_ROWS)
        if request.prefix and seen >= PREFIX_ROWS:
            return
