"""The rules of a dataset: conditions over its rows, what happens where they do not hold, deliberate violations."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from synthdsl.base.diagnostic import Diagnostic
from synthdsl.base.suggest import did_you_mean
from synthdsl.model.constants import constant
from synthdsl.model.declare import evaluate, typer_of
from synthdsl.model.expr import Apply, Expr, WholeColumn, WholeDataset
from synthdsl.model.files import File
from synthdsl.model.program import Report
from synthdsl.model.remedies import CHOICES, Remedy, read_else
from synthdsl.model.scope import Workplace
from synthdsl.model.spec import Action, Column, Rule, Violation
from synthdsl.model.walk import walk
from synthdsl.syntax import ast
from synthdsl.types.relations import is_bool
from synthdsl.types.terms import UnknownType

if TYPE_CHECKING:
    from synthdsl.model.bodies import BodyRow


def random_columns(columns: Iterable[Column]) -> set[str]:
    """The columns whose value is drawn, or computed from one that is."""
    by_name = {c.name: c for c in columns}
    memo: dict[str, bool] = {}
    for start in by_name:
        stack = [start]
        while stack:
            name = stack[-1]
            column = by_name[name]
            if name in memo:
                stack.pop()
                continue
            if column.is_paid or any(draws(e) for e in column.expressions):
                memo[name] = True
                stack.pop()
                continue
            waiting = [r for r in column.reads if r in by_name and r not in memo]
            if waiting:
                memo.update(dict.fromkeys((w for w in waiting if w in stack), False))
                stack.extend(w for w in waiting if w not in stack)
                continue
            memo[name] = any(memo.get(r, False) for r in column.reads)
            stack.pop()
    return {n for n, drawn in memo.items() if drawn}


def draws(expr: Expr) -> bool:
    """Whether a sampler stands anywhere in it."""
    return any(isinstance(e, Apply) and e.slot is not None for e in walk(expr))


def paid_columns(columns: Iterable[Column]) -> set[str]:
    """The columns that models write, and all that are computed from them."""
    paid: set[str] = set()
    ordered = list(columns)
    changed = True
    while changed:
        changed = False
        for column in ordered:
            if column.name not in paid and (column.is_paid or any(r in paid for r in column.reads)):
                paid.add(column.name)
                changed = True
    return paid


def make_rules(
    file: File, item: ast.DatasetDecl, row: BodyRow, columns: tuple[Column, ...], report: Report, pool: str = ""
) -> tuple[Rule, ...]:
    """The rules of a dataset. pool: its own id where it grows, so that rules may look at its rows."""
    statements = [s for s in item.body if isinstance(s, ast.Rule)]
    if not statements:
        return ()
    random, paid = random_columns(columns), paid_columns(columns)
    rules: list[Rule] = []
    for statement in statements:
        work = Workplace(report, draws="it can stand in a 'var' only.", row_number="a rule looks at values only.")
        typer = typer_of(file, row, work)
        condition = typer.type_expr(statement.condition)
        typer.want_bool(condition, "A rule")
        remedy = Remedy()
        if statement.otherwise is not None:
            remedy = read_else(file, row, statement, {c.name: c for c in columns}, work.reads, report)
        action = _action(statement, work.reads, random, paid, condition, report)
        if not is_bool(condition.type) or isinstance(condition.type, UnknownType):
            continue
        if pool and reads_pool(condition, pool):
            action = _pool_action(statement, action, report)
        known = constant(condition)
        name = statement.name.text
        if known is not None:
            if known.value:
                report(Diagnostic("W0501", f"The rule '{name}' always holds.", statement.condition.span))
            elif action == "redraw":
                report(
                    Diagnostic("E0501", f"The rule '{statement.name.text}' can never hold.", statement.condition.span)
                )
            if action == "redraw":
                continue
        if action in ("retry", "repair") and remedy.target is None:
            continue
        spare = (remedy.target, remedy.times, remedy.repair)
        rules.append(Rule(name, condition, action, statement.doc, statement.span, *spare))
    return tuple(rules)


def reads_pool(condition: Expr, pool: str) -> bool:
    """Whether a condition looks at the rows of the dataset that grows."""
    return any(isinstance(e, WholeColumn | WholeDataset) and e.dataset == pool for e in walk(condition))


def _pool_action(statement: ast.Rule, action: Action, report: Report) -> Action:
    """Rules that look at the pool are judged at the end of a round, when nothing is drawn or asked again."""
    if action in ("drop", "flag", "fail"):
        return action
    name = statement.name.text
    message = f"The rule '{name}' looks at the rows accepted so far, so it is judged at the end of a round."
    notes = ("Choose one of `else drop`, `else flag`, `else fail`.",)
    report(Diagnostic("E0503" if action == "redraw" else "E0504", message, statement.span, notes))
    return "drop"


def _action(
    statement: ast.Rule,
    reads: Mapping[str, None],
    random: set[str],
    paid: set[str],
    condition: Expr,
    report: Report,
) -> Action:
    name = statement.name.text
    if statement.otherwise is not None:
        word = statement.otherwise.action.text
        if word in ("drop", "flag", "fail"):
            return word  # type: ignore[return-value]
        if word in ("retry", "repair"):
            return word  # type: ignore[return-value]
        return "drop"
    if any(r in paid for r in reads):
        message = f"The rule '{name}' reads what a model wrote, so it must say what happens when it does not hold."
        report(Diagnostic("E0503", message, statement.span, (CHOICES,)))
        return "drop"
    if not any(r in random for r in reads) and constant(condition) is None:
        if isinstance(condition.type, UnknownType):
            return "drop"
        message = f"The rule '{name}' reads nothing that is drawn, so nothing can be drawn again."
        notes = ("Choose one of `else drop`, `else flag`, `else fail`.",)
        report(Diagnostic("E0505", message, statement.span, notes))
        return "drop"
    return "redraw"


def make_violations(
    file: File, item: ast.DatasetDecl, rules: tuple[Rule, ...], report: Report
) -> tuple[Violation, ...]:
    by_name = {r.name: r for r in rules}
    made: list[Violation] = []
    total = 0.0
    for statement in item.body:
        if not isinstance(statement, ast.Violate):
            continue
        name = statement.rule.text
        rule = by_name.get(name)
        share = evaluate(file, statement.share, report)
        if rule is None:
            known = did_you_mean(name, by_name)
            report(Diagnostic("E0506", f"There is no rule '{name}' to violate.", statement.rule.span, known))
            continue
        if rule.action != "redraw":
            message = f"'{name}' cannot be violated: only rules over drawn values can be drawn the other way."
            report(Diagnostic("E0507", message, statement.rule.span))
            continue
        if share is None:
            continue
        if isinstance(share, bool) or not isinstance(share, int | float) or not 0 <= share <= 1:
            report(Diagnostic("E0508", "A share lies between 0% and 100%.", statement.share.span))
            continue
        total += share
        if total > 1 + 1e-9:
            report(Diagnostic("E0508", f"The shares of violations sum to {total:.0%}.", statement.share.span))
            continue
        made.append(Violation(name, float(share), statement.span))
    return tuple(made)
