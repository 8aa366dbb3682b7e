"""What values an expression can take: exact distributions of samplers, bounds of everything else.

Pure Python over known arguments; no numpy, nothing is drawn.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from synthdsl.model.calls import unify
from synthdsl.model.constants import constant
from synthdsl.model.expr import Apply, Both, Branch, ColumnRef, Expr, Value
from synthdsl.ops.contract import Argument, Between, CallSite, Domain, Finite
from synthdsl.ops.signature import read_signature
from synthdsl.ops.table import operator


def domain_of(sampler: Apply) -> Domain | None:
    """The values a sampler can give, from its known arguments; None when nothing is known."""
    found = operator(sampler.operator)
    if found.domain is None:
        return None
    site = call_site(sampler)
    return None if site is None else found.domain(site)


def call_site(made: Apply) -> CallSite | None:
    """The arguments of an applied operator by the names of the signature they fit."""
    for text in operator(made.operator).signatures:
        signature = read_signature(text)
        parameters = [p for p in signature.parameters if not p.many]
        if len(parameters) != len(made.arguments):
            continue
        variables: dict[str, object] = {}
        if all(
            _absent(a) or unify(p.shape, a.type, variables)  # type: ignore[arg-type]
            for p, a in zip(parameters, made.arguments, strict=True)
        ):
            arguments = {
                p.name: Argument(a.type, constant(a), not _absent(a), a.span)
                for p, a in zip(parameters, made.arguments, strict=True)
            }
            return CallSite(arguments)
    return None


def _absent(expr: Expr) -> bool:
    return isinstance(expr, Value) and expr.value is None


# --- bounds --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Bounds:
    """A number between `low` and `high`, ends included; infinite where nothing is known."""

    low: float = -math.inf
    high: float = math.inf

    def meet(self, other: Bounds) -> Bounds:
        """What lies in both; empty when `low > high`."""
        return Bounds(max(self.low, other.low), min(self.high, other.high))

    def join(self, other: Bounds) -> Bounds:
        """What holds both."""
        return Bounds(min(self.low, other.low), max(self.high, other.high))

    @property
    def empty(self) -> bool:
        return self.low > self.high


Truth = bool | None
"""Certain, or None where it can be either."""

ANY = Bounds()


def bounds_of(expr: Expr, columns: Mapping[str, Bounds]) -> Bounds:
    """Bounds of a numeric expression, given those of the columns it reads. Sound, not always tight."""
    match expr:
        case Value(value):
            if isinstance(value, int | float) and not math.isnan(value):
                return Bounds(float(value), float(value))
            return ANY
        case ColumnRef(column):
            return columns.get(column, ANY)
        case Branch(_, then, other):
            return bounds_of(then, columns).join(bounds_of(other, columns))
        case Apply() if expr.slot is not None:
            return _of_domain(domain_of(expr))
        case Apply():
            return _applied(expr, [bounds_of(a, columns) for a in expr.arguments])
        case _:
            return ANY


def _of_domain(domain: Domain | None) -> Bounds:
    match domain:
        case Between(low, high):
            return Bounds(low, high)
        case Finite(outcomes):
            values = [v for v, p in outcomes if p > 0]
            if values and all(isinstance(v, int | float) for v in values):
                return Bounds(min(values), max(values))
        case None:
            pass
    return ANY


def _applied(expr: Apply, given: list[Bounds]) -> Bounds:
    match expr.operator, given:
        case "add", [a, b]:
            return Bounds(a.low + b.low, a.high + b.high)
        case "sub", [a, b]:
            return Bounds(a.low - b.high, a.high - b.low)
        case "neg", [a]:
            return Bounds(-a.high, -a.low)
        case "mul", [a, b]:
            return _product(a, b)
        case "clamp", [x, low, high]:
            return Bounds(min(max(x.low, low.low), high.low), min(max(x.high, low.high), high.high))
        case "int" | "float" | "round" | "floor" | "ceil", [x, *_]:
            # Rounding moves a bound by less than one, to a whole number at most.
            slack = 0.0 if expr.operator == "float" else 1.0
            if expr.operator == "int":
                return Bounds(_toward_zero(x.low), _toward_zero(x.high))
            return Bounds(x.low - slack, x.high + slack)
        case "abs", [x]:
            least = 0.0 if x.low <= 0 <= x.high else min(abs(x.low), abs(x.high))
            return Bounds(least, max(abs(x.low), abs(x.high)))
        case "min", [first, *rest] if rest:
            every = [first, *rest]
            return Bounds(min(b.low for b in every), min(b.high for b in every))
        case "max", [first, *rest] if rest:
            every = [first, *rest]
            return Bounds(max(b.low for b in every), max(b.high for b in every))
        case _:
            return ANY


def _toward_zero(x: float) -> float:
    return x if math.isinf(x) else float(math.trunc(x))


def _product(a: Bounds, b: Bounds) -> Bounds:
    ends = [x * y for x in (a.low, a.high) for y in (b.low, b.high)]
    # 0 * inf is undefined; then nothing is known.
    return ANY if any(math.isnan(e) for e in ends) else Bounds(min(ends), max(ends))


# --- truth ---------------------------------------------------------------------------------------


def truth_of(expr: Expr, columns: Mapping[str, Bounds]) -> Truth:
    """Whether a condition is certain under the bounds."""
    match expr:
        case Value(bool() as value):
            return value
        case Both(kind, left, right):
            a, b = truth_of(left, columns), truth_of(right, columns)
            if kind == "and":
                return False if a is False or b is False else (True if a and b else None)
            return True if a or b else (False if a is False and b is False else None)
        case Apply("not_", (inner,)):
            known = truth_of(inner, columns)
            return None if known is None else not known
        case Apply("lt" | "le" | "gt" | "ge" | "eq" | "ne", (left, right)):
            return _compared(expr.operator, bounds_of(left, columns), bounds_of(right, columns))
        case _:
            return None


def _compared(operator_: str, a: Bounds, b: Bounds) -> Truth:
    match operator_:
        case "lt":
            return True if a.high < b.low else (False if a.low >= b.high else None)
        case "le":
            return True if a.high <= b.low else (False if a.low > b.high else None)
        case "gt":
            return _compared("lt", b, a)
        case "ge":
            return _compared("le", b, a)
        case _:
            apart = a.high < b.low or b.high < a.low
            return (operator_ == "ne") if apart else None


def narrowed(condition: Expr, columns: Mapping[str, Bounds]) -> dict[str, Bounds]:
    """The bounds of single columns once the condition holds: from its parts `column < constant` and the like."""
    found = dict(columns)
    stack = [condition]
    while stack:
        part = stack.pop()
        match part:
            case Both("and", left, right):
                stack += [left, right]
            case Apply("lt" | "le" | "gt" | "ge" | "eq", (left, right)):
                _narrow(found, part.operator, left, right)
            case _:
                pass
    return found


_MIRROR = {"lt": "gt", "le": "ge", "gt": "lt", "ge": "le", "eq": "eq"}


def _narrow(found: dict[str, Bounds], operator_: str, left: Expr, right: Expr) -> None:
    if isinstance(left, Value) and isinstance(right, ColumnRef):
        left, right, operator_ = right, left, _MIRROR[operator_]
    if not isinstance(left, ColumnRef) or not isinstance(right, Value):
        return
    if isinstance(right.value, bool) or not isinstance(right.value, int | float):
        return
    limit = float(right.value)
    # `x < 5` is kept as `x <= the float before 5`, so that `x < 5` and `x >= 5` exclude each other.
    cut = {
        "lt": Bounds(high=math.nextafter(limit, -math.inf)),
        "le": Bounds(high=limit),
        "gt": Bounds(low=math.nextafter(limit, math.inf)),
        "ge": Bounds(low=limit),
        "eq": Bounds(limit, limit),
    }[operator_]
    found[left.column] = found.get(left.column, ANY).meet(cut)
