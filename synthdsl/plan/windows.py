"""Which rules can be kept by drawing from where they hold, instead of drawing again until they do.

In: the columns of a group in order, and its rules. Out: a `Window` for each column that is a plain draw and that a
part of a rule bounds by what is known before it. The window is drawn from exactly; where it depends on other draws of
the group, those must be weighted by the chance of the window (the engine refuses them with what is missing to it).
That saves nothing when the window can be as wide as the distribution: such a column is left to be drawn again.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator

from synthdsl.model.expr import Apply, Both, ColumnRef, Expr, Value
from synthdsl.model.walk import free_columns, walk
from synthdsl.ops.table import operator
from synthdsl.plan.domains import ANY, Bounds, bounds_of, narrowed
from synthdsl.plan.steps import Condition, Limit, Make, Window
from synthdsl.types.terms import DateType, DurationType, FloatType, IntType, LiteralType, TimestampType, Type

_MIRROR = {"lt": "gt", "le": "ge", "gt": "lt", "ge": "le", "eq": "eq"}

_TOTAL = {"add", "sub", "neg", "mul", "min", "max", "abs"}
"""What a bound may be made of: it is computed also where an earlier part of the rule fails, so it must be defined."""

_LARGEST = 2.0**51
"""Whole numbers up to here are counted exactly in floats."""


def windows_of(drawn: tuple[Make, ...], conditions: tuple[Condition, ...]) -> tuple[Window, ...]:
    """The windows of a group's columns, in the order of the columns."""
    own = {m.column for m in drawn}
    made: set[str] = set()
    known: dict[str, Bounds] = {}
    found: list[Window] = []
    parts = [(c.rule, part) for c in conditions for part in _parts(c.condition)]
    for make in drawn:
        known[make.column] = bounds_of(make.expr, known)
        limits = tuple(_limits(make, parts, own - made)) if _is_draw(make) else ()
        window = _window(make, limits, own, known) if limits else None
        if window is not None:
            found.append(window)
            known[make.column] = known[make.column].meet(Bounds(*(window.reach or ())))
        for condition in conditions:
            known[make.column] = narrowed(condition.condition, known).get(make.column, ANY)
        made.add(make.column)
    return tuple(found)


def _parts(condition: Expr) -> Iterator[Expr]:
    stack = [condition]
    while stack:
        part = stack.pop()
        if isinstance(part, Both) and part.kind == "and":
            stack += [part.right, part.left]
        else:
            yield part


def _is_draw(make: Make) -> bool:
    expr = make.expr
    if not isinstance(expr, Apply) or expr.slot is None or operator(expr.operator).within is None:
        return False
    if _class(make.type) is not _class(expr.type):
        return False
    if isinstance(expr.type, IntType):
        bounds = bounds_of(expr, {})
        return bounds.low >= -_LARGEST and bounds.high <= _LARGEST
    return True


def _limits(make: Make, parts: Iterable[tuple[str, Expr]], later: set[str]) -> Iterator[Limit]:
    """later: the columns of the group that are not made before this one (itself among them)."""
    for rule, part in parts:
        if not isinstance(part, Apply) or part.operator not in _MIRROR:
            continue
        left, right = part.arguments
        for side, other, word in ((left, right, part.operator), (right, left, _MIRROR[part.operator])):
            if not isinstance(side, ColumnRef) or side.column != make.column or not _bounds(other, make.type):
                continue
            if later & set(free_columns(other)) or (word == "eq" and _class(make.type) is FloatType):
                continue
            match word:
                case "lt" | "le" | "gt" | "ge" | "eq":
                    yield Limit(rule, word, other)


def _bounds(expr: Expr, type_: Type) -> bool:
    """Whether an expression is a bound for values of the type, defined in every row."""
    numbers = (IntType, FloatType)
    fits = _class(expr.type) is _class(type_) or (_class(expr.type) in numbers and _class(type_) in numbers)
    return fits and all(
        (_class(node.type) is not None or isinstance(node.type, DurationType))
        and (isinstance(node, ColumnRef | Value) or (isinstance(node, Apply) and node.operator in _TOTAL))
        for node in walk(expr)
    )


def _class(type_: Type) -> type | None:
    match type_:
        case IntType():
            return IntType
        case FloatType():
            return FloatType
        case DateType() | TimestampType():
            return type(type_)
        case LiteralType(values) if all(isinstance(v, int) and not isinstance(v, bool) for v in values):
            return IntType
        case _:
            return None


def _window(make: Make, limits: tuple[Limit, ...], own: set[str], known: dict[str, Bounds]) -> Window | None:
    if own & set(free_columns(make.expr)):
        # Its distribution differs from draw to draw, and with it what the widest window holds.
        return None
    fixed = tuple(limit for limit in limits if not own & set(free_columns(limit.bound)))
    if len(fixed) < len(limits) and _class(make.type) in (IntType, FloatType):
        reach = _reach(make, limits, known)
        if reach is not None:
            return Window(make.column, limits, reach)
    return Window(make.column, fixed, None) if fixed else None


def _reach(make: Make, limits: tuple[Limit, ...], known: dict[str, Bounds]) -> tuple[float, float] | None:
    """The widest window; None where it is no narrower than the distribution."""
    reach = ANY
    for limit in limits:
        bound = bounds_of(limit.bound, known)
        if limit.operator in ("lt", "le", "eq"):
            reach = reach.meet(Bounds(high=bound.high))
        if limit.operator in ("gt", "ge", "eq"):
            reach = reach.meet(Bounds(low=bound.low))
    whole = bounds_of(make.expr, {})
    if reach.empty or (reach.low <= whole.low and reach.high >= whole.high):
        return None
    low, high = reach.low, reach.high
    if _class(make.type) is IntType:
        low, high = (x if math.isinf(x) else f(x) for x, f in ((low, math.floor), (high, math.ceil)))
    return float(low), float(high)
