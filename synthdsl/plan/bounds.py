"""How many calls a row can need at most, column by column, from the plan alone.

Answers that are asked for again (because they did not fit, or broke a rule) come on top.
"""

from __future__ import annotations

from dataclasses import dataclass

from synthdsl.model.expr import Expr, Value
from synthdsl.model.work import Call, Chat, Inner, Invoke, Iterate, Turn, Work
from synthdsl.types.terms import ListType, OptionalType


@dataclass(frozen=True, slots=True)
class Bound:
    """At most `most` calls a row for a statement, by its address; None where only the data can tell.

    model: the expression of the model.
    """

    address: str
    model: Expr
    most: int | None


def bounds(work: Work, address: str) -> list[Bound]:
    """The calls that a work makes for one row, statement by statement."""
    match work:
        case Call():
            most = 1 if work.items is None else _items(work.items)
            return [Bound(address, work.model, _times(most, work.samples or 1))]
        case Chat():
            turns = _constant(work.high)
            return [Bound(f"{address}.{p.role}", p.model, turns) for p in work.parts if isinstance(p, Turn)]
        case Iterate():
            rounds = _constant(work.times)
            return [Bound(b.address, b.model, _times(b.most, rounds)) for b in _inside(work.body)]
        case Invoke():
            return _inside(work.body)


def _inside(body: tuple[Inner, ...]) -> list[Bound]:
    return [b for i in body if isinstance(i.make, Work) for b in bounds(i.make, i.address)]


def _items(expr: Expr) -> int | None:
    type_ = expr.type.inner if isinstance(expr.type, OptionalType) else expr.type
    return type_.max if isinstance(type_, ListType) else None


def _constant(expr: Expr) -> int | None:
    return expr.value if isinstance(expr, Value) and isinstance(expr.value, int) else None


def _times(a: int | None, b: int | None) -> int | None:
    return None if a is None or b is None else a * b
