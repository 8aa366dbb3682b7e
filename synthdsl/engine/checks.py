"""Expectations: their aggregates while rows are made, their answers when a dataset is finished."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from synthdsl.model.expr import Aggregate, Value
from synthdsl.model.rowcode import row_function
from synthdsl.model.walk import rewrite, walk
from synthdsl.ops.contract import Undefined
from synthdsl.plan.steps import CheckPlan, Plan

Folds = Sequence[tuple[Aggregate, Any]]
"""Each aggregate of a dataset's expectations with its fold."""


@dataclass(slots=True)
class CheckReport:
    """How an expectation came out; `measured` are its aggregates with their values. reason: why it has no value."""

    dataset: str
    name: str
    text: str
    passed: bool
    measured: tuple[tuple[str, Any], ...]
    reason: str = ""


def aggregates_of(checks: Sequence[CheckPlan]) -> tuple[Aggregate, ...]:
    """The aggregates in expectations, each once."""
    found = [node for c in checks for node in walk(c.condition) if isinstance(node, Aggregate)]
    unique: list[Aggregate] = []
    for node in found:
        if node not in unique:
            unique.append(node)
    return tuple(unique)


def checked(plan: Plan, dataset: str, folds: Folds, tables: Mapping[str, Any]) -> list[CheckReport]:
    """How the expectations of a finished dataset came out."""
    checks = [c for c in plan.checks if c.dataset == dataset]
    measures = [_measure(node, fold) for node, fold in folds] if checks else []
    return [_check(check, measures, tables) for check in checks]


@dataclass(frozen=True, slots=True)
class _Measure:
    """An aggregate over a finished dataset. reason: why it has no value, else empty."""

    node: Aggregate
    value: Any
    reason: str = ""


def _measure(node: Aggregate, fold: Any) -> _Measure:
    try:
        return _Measure(node, fold.result())
    except Undefined as reason:
        return _Measure(node, None, str(reason))


def _check(check: CheckPlan, measures: Sequence[_Measure], tables: Mapping[str, Any]) -> CheckReport:
    """An expectation on values that do not exist does not hold."""
    # Constants in an aggregate may be lists: they compare, and have no hash.
    mine = [m for m in measures if any(m.node == n for n in walk(check.condition) if isinstance(n, Aggregate))]

    def known(node: Any) -> Any:
        if not isinstance(node, Aggregate):
            return node
        return Value(next(m.value for m in mine if m.node == node), node.type)

    def resolve(node: Any) -> Any:
        return tables[node.dataset].column(node.column)

    reason = next((m.reason for m in mine if m.reason), "")
    passed = False
    if not reason:
        try:
            passed = bool(row_function(rewrite(check.condition, known), [], resolve)())
        except Undefined as undefined:
            reason = str(undefined)
    measured = {_shown(m.node): m.value for m in mine if not m.reason}
    return CheckReport(check.dataset, check.name, check.text, passed, tuple(measured.items()), reason)


def _shown(node: Aggregate) -> str:
    from synthdsl.plan.show import show_expr

    return show_expr(node)
