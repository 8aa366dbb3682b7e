"""A finding at a misfit, and one way on."""

from __future__ import annotations

from dataclasses import dataclass

from synthdsl.base.diagnostic import Diagnostic


@dataclass(frozen=True, slots=True)
class Repair:
    """What is wrong, and how to go on, in this order.

    Take `drop` states back, close so many brackets, insert tokens of these kinds, pass over so many tokens, read the
    misfit as another `kind`. Without any of them what was begun is given up, and reading starts again further on.
    """

    diagnostic: Diagnostic
    drop: int = 0
    close: int = 0
    insert: tuple[str, ...] = ()
    skip: int = 0
    kind: str = ""
