"""What fell short in a finished run, as findings: rows that are missing, and expectations that do not hold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from synthdsl.base.diagnostic import Diagnostic
from synthdsl.base.span import NOWHERE, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from synthdsl.engine.checks import CheckReport
    from synthdsl.engine.run import DatasetReport, Outcome
    from synthdsl.plan.steps import Plan


def shortfalls(outcome: Outcome, plan: Plan) -> list[Diagnostic]:
    """All of them, in the order of the run. The data were made and written all the same."""
    headers = {d.id: d.rows.span for d in plan.datasets}
    conditions = {(c.dataset, c.name): c.condition.span for c in plan.checks}
    missing = [d for r in outcome.datasets for d in _missing(r, headers.get(r.id, NOWHERE))]
    failed = [_failed(c, conditions.get((c.dataset, c.name), NOWHERE)) for c in outcome.checks if not c.passed]
    return [*outcome.findings, *missing, *failed]


def _missing(report: DatasetReport, span: Span) -> Iterator[Diagnostic]:
    notes = ("Raise the limit, or loosen a rule.",)
    if report.barren and report.wanted is not None and report.rows < report.wanted:
        message = (
            f"'{report.id}' stopped growing at {report.rows:,} of {report.wanted:,} rows: three rounds in a row "
            f"accepted nothing; {report.candidates:,} were tried."
        )
        yield Diagnostic("E0818", message, span, ("Loosen a rule over the pool, or make candidates more different.",))
    elif report.wanted is not None and report.rows < report.wanted:
        rate = report.rows / report.candidates if report.candidates else 0.0
        message = (
            f"'{report.id}' has {report.rows} of {report.wanted} rows: "
            f"{report.candidates} were tried, {rate:.1%} accepted."
        )
        yield Diagnostic("E0803", message, span, notes)
    if report.short:
        message = f"'{report.id}' lacks {report.short} rows: some parents had too few accepted ones."
        yield Diagnostic("E0803", message, span, notes)


def _failed(check: CheckReport, span: Span) -> Diagnostic:
    message = f"The expectation '{check.name}' of '{check.dataset}' does not hold: {check.text}."
    measured = tuple(f"Measured: {name} = {shown(value)}." for name, value in check.measured)
    return Diagnostic("E0805", message, span, (*measured, *((check.reason,) if check.reason else ())))


def shown(value: Any) -> str:
    """A measured value for a person."""
    if isinstance(value, float):
        return f"{value:,.6g}"
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value:,}"
    from synthdsl.plan.show import show_value

    return show_value(value)
