"""Whether rules can hold: the exact conditional distribution where few values are drawn.

A group whose draws all have few, known values is enumerated: each combination of outcomes with its probability,
the columns computed, the rules asked. What remains, normalised, is the distribution the run draws from; when
nothing remains the rules conflict, and the smallest set of them that already does is reported. Where the draws
are too many, bounds of the columns still show rules that can never hold, always hold, or exclude each other.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations, product
from typing import Any

from synthdsl.base.diagnostic import Diagnostic, Label
from synthdsl.model.expr import Apply, ColumnRef, Expr, LocalRef, WholeColumn, WholeDataset
from synthdsl.model.rowcode import Unsupported, row_function
from synthdsl.model.spec import Dataset, Rule
from synthdsl.model.walk import rewrite, walk
from synthdsl.ops.contract import Finite, Undefined
from synthdsl.ops.table import operator
from synthdsl.plan.domains import Bounds, bounds_of, domain_of, narrowed, truth_of
from synthdsl.plan.steps import Condition, Make, Outcome

MAX_COMBINATIONS = 4_096
"""Enumerating more would make `check` slow; rejection does the same there, only not in one draw."""

LARGEST_CONFLICT = 4
"""A conflict of more rules than this is reported whole."""

Solved = tuple[tuple[Outcome, ...] | None, tuple[tuple[str, tuple[Outcome, ...]], ...], float | None]
_UNSOLVED: Solved = (None, (), None)


def solve(
    dataset: Dataset,
    drawn: tuple[Make, ...],
    conditions: tuple[Condition, ...],
    rules: Sequence[Rule],
    violated: Sequence[str],
    findings: list[Diagnostic],
) -> Solved:
    """Outcomes of the group (None where they cannot be enumerated), those with a rule broken, the acceptance."""
    cases = _enumerate(drawn, conditions)
    if cases is None:
        _by_bounds(drawn, rules, findings)
        return _UNSOLVED
    for i, rule in enumerate(rules):
        if all(case.holds[i] for case in cases):
            findings.append(Diagnostic("W0501", f"The rule '{rule.name}' always holds.", rule.span))
    good = [c for c in cases if all(c.holds)]
    if not good:
        _conflict(dataset, rules, cases, findings)
        return _UNSOLVED
    total = sum(c.probability for c in good)
    broken: list[tuple[str, tuple[Outcome, ...]]] = []
    for i, rule in enumerate(rules):
        if rule.name not in violated:
            continue
        wrong = [c for c in cases if not c.holds[i] and all(h for j, h in enumerate(c.holds) if j != i)]
        if not wrong:
            message = f"The rule '{rule.name}' cannot be violated: no draw breaks it while the other rules hold."
            findings.append(Diagnostic("E0507", message, rule.span))
            continue
        broken.append((rule.name, _outcomes(wrong)))
    return _outcomes(good), tuple(broken), total


@dataclass(slots=True)
class _Case:
    """One joint outcome: the columns' values, its probability, which rules hold."""

    values: tuple[Any, ...]
    probability: float
    holds: tuple[bool, ...]


def _outcomes(cases: Sequence[_Case]) -> tuple[Outcome, ...]:
    total = sum(c.probability for c in cases)
    return tuple(Outcome(c.values, c.probability / total) for c in cases)


def _enumerate(drawn: tuple[Make, ...], conditions: tuple[Condition, ...]) -> list[_Case] | None:
    own = {m.column for m in drawn}
    exprs = [m.expr for m in drawn] + [c.condition for c in conditions]
    if any(_depends_elsewhere(node, own) for expr in exprs for node in walk(expr)):
        return None
    slots: list[tuple[str, Finite]] = []
    replaced: list[Expr] = []
    combinations_ = 1
    for make in drawn:
        samplers: dict[int, str] = {}
        for node in walk(make.expr):
            if not isinstance(node, Apply) or node.slot is None or node.slot in samplers:
                continue
            domain = domain_of(node)
            if not isinstance(domain, Finite):
                return None
            combinations_ *= len(domain.outcomes)
            if combinations_ > MAX_COMBINATIONS:
                return None
            samplers[node.slot] = f"{make.column}@{node.slot}"
            slots.append((samplers[node.slot], domain))
        replaced.append(rewrite(make.expr, _with_locals(samplers)))
    try:
        return _cases(drawn, replaced, conditions, slots)
    except (Undefined, Unsupported):
        # A value is undefined for some outcome: the run finds the row and says so.
        return None


def _depends_elsewhere(node: Expr, own: set[str]) -> bool:
    match node:
        case ColumnRef(column):
            return column not in own
        case WholeColumn() | WholeDataset():
            return True
        case Apply():
            return operator(node.operator).needs_row or bool(node.named)
        case _:
            return False


def _with_locals(samplers: dict[int, str]) -> Callable[[Expr], Expr]:
    def change(node: Expr) -> Expr:
        if isinstance(node, Apply) and node.slot is not None:
            return LocalRef(samplers[node.slot], node.type)
        return node

    return change


def _cases(
    drawn: tuple[Make, ...],
    exprs: Sequence[Expr],
    conditions: tuple[Condition, ...],
    slots: Sequence[tuple[str, Finite]],
) -> list[_Case]:
    names = [name for name, _ in slots]
    known = list(names)
    makers: list[Callable[..., Any]] = []
    for make, expr in zip(drawn, exprs, strict=True):
        makers.append(row_function(expr, known))
        known = [*known, make.column]
    columns = [m.column for m in drawn]
    judges = [row_function(c.condition, columns) for c in conditions]
    found: dict[str, _Case] = {}
    for combination in product(*(domain.outcomes for _, domain in slots)):
        probability = 1.0
        for _, weight in combination:
            probability *= weight
        if probability == 0.0:
            continue
        given = [value for value, _ in combination]
        for maker in makers:
            given.append(maker(*given))
        values = tuple(given[len(names) :])
        key = repr(values)
        if key in found:
            found[key].probability += probability
        else:
            found[key] = _Case(values, probability, tuple(bool(judge(*values)) for judge in judges))
    return list(found.values())


def _conflict(dataset: Dataset, rules: Sequence[Rule], cases: Sequence[_Case], findings: list[Diagnostic]) -> None:
    seen = {c.holds for c in cases}
    for size in range(1, min(len(rules), LARGEST_CONFLICT) + 1):
        for chosen in combinations(range(len(rules)), size):
            if not any(all(holds[i] for i in chosen) for holds in seen):
                _report([rules[i] for i in chosen], findings)
                return
    _report(rules, findings)


def _report(conflicting: Sequence[Rule], findings: list[Diagnostic]) -> None:
    rules = sorted(conflicting, key=lambda r: r.span.start)
    first = rules[0]
    if len(rules) == 1:
        message = f"No draw satisfies the rule '{first.name}'."
        findings.append(Diagnostic("E0501", message, first.span, ("Loosen it, or widen what is drawn.",)))
        return
    names = ", ".join(f"'{r.name}'" for r in rules)
    labels = tuple(Label(r.span, "together with this one") for r in rules[1:])
    message = f"No draw satisfies the rules {names} together."
    findings.append(Diagnostic("E0502", message, first.span, ("Each alone can hold; loosen one of them.",), labels))


# --- bounds --------------------------------------------------------------------------------------


def _by_bounds(drawn: tuple[Make, ...], rules: Sequence[Rule], findings: list[Diagnostic]) -> None:
    columns: dict[str, Bounds] = {}
    for make in drawn:
        columns[make.column] = bounds_of(make.expr, columns)
    possible: list[Rule] = []
    for rule in rules:
        truth = truth_of(rule.condition, columns)
        if truth is True:
            findings.append(Diagnostic("W0501", f"The rule '{rule.name}' always holds.", rule.span))
        elif truth is False or any(b.empty for b in narrowed(rule.condition, columns).values()):
            _report([rule], findings)
        else:
            possible.append(rule)
    for one, two in combinations(possible, 2):
        if _exclude(one, two, columns) or _exclude(two, one, columns):
            _report([one, two], findings)
            return


def _exclude(one: Rule, two: Rule, columns: dict[str, Bounds]) -> bool:
    first = narrowed(one.condition, columns)
    both = narrowed(two.condition, first)
    return any(b.empty for b in both.values()) or truth_of(two.condition, first) is False
