"""Which arms of a `match` a row takes: it is lowered to branches, which keep the place of the whole."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from synthdsl.base.span import Span
from synthdsl.dataset.vector import to_list
from synthdsl.engine.evaluate import evaluate
from synthdsl.engine.frame import Frame
from synthdsl.model.expr import Branch, ColumnRef, Expr, LocalRef
from synthdsl.model.walk import walk
from synthdsl.ops.contract import Undefined


@dataclass(frozen=True, slots=True)
class Arms:
    """A `match`: its place, and the conditions of its arms in order; the last arm has none."""

    span: Span
    tests: tuple[Expr, ...]

    @property
    def reads(self) -> set[str]:
        """The columns that the conditions read."""
        return {n.column for test in self.tests for n in walk(test) if isinstance(n, ColumnRef)}


def arms_in(exprs: Iterable[Expr], places: Collection[Span]) -> list[Arms]:
    """The matches at these places. One that looks at the items of a list is left out: a row has many of them."""
    found: dict[Span, Arms] = {}
    for expr in exprs:
        for node in walk(expr):
            if not isinstance(node, Branch) or node.span not in places or node.span in found:
                continue
            tests: list[Expr] = []
            at: Expr = node
            while isinstance(at, Branch) and at.span == node.span:
                tests.append(at.test)
                at = at.other
            if not any(isinstance(n, LocalRef) for test in tests for n in walk(test)):
                found[node.span] = Arms(node.span, tuple(tests))
    return list(found.values())


def arm_taken(arms: Arms, frame: Frame) -> int | None:
    """The number of the arm that the one row of a frame takes; None where a condition has no value."""
    try:
        for number, test in enumerate(arms.tests):
            if to_list(evaluate(test, frame), 1)[0]:
                return number
    except Undefined:
        return None
    return len(arms.tests)
