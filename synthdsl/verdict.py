"""What fell short in a finished run, as findings: the engine's, and expectations that do not hold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from synthdsl.base.diagnostic import Diagnostic
from synthdsl.base.span import NOWHERE, Span

if TYPE_CHECKING:
    from synthdsl.engine.run import CheckReport, Outcome
    from synthdsl.model.spec import Spec


def shortfalls(outcome: Outcome, spec: Spec | None) -> list[Diagnostic]:
    """All of them, in the order of the run. The data were made and written all the same."""
    places = {} if spec is None else {(e.dataset, c.name): c.span for e in spec.expectations for c in e.checks}
    failed = [_failed(c, places) for c in outcome.checks if not c.passed]
    return [*outcome.findings, *failed]


def _failed(check: CheckReport, places: dict[tuple[str, str], Span]) -> Diagnostic:
    message = f"The expectation '{check.name}' of '{check.dataset}' does not hold: {check.text}."
    measured = tuple(f"Measured: {name} = {shown(value)}." for name, value in check.measured)
    return Diagnostic("E0805", message, places.get((check.dataset, check.name), NOWHERE), measured)


def shown(value: Any) -> str:
    """A measured value for a person."""
    if isinstance(value, float):
        return f"{value:,.6g}"
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value:,}"
    from synthdsl.plan.show import show_value

    return show_value(value)
