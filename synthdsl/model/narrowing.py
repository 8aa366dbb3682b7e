"""What a condition that was tested tells about the values it names.

`x != null` makes `x: T?` a `T`; `kind == "a"` leaves of a literal union what fits; and a column made only
`when` a condition holds is not null where that condition is known to hold.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from synthdsl.model.expr import Apply, Both, ColumnRef, Expr, FieldOf, LocalRef, Value
from synthdsl.types.relations import is_nullable, without_null
from synthdsl.types.terms import LiteralType, Type


def path_of(expr: Expr) -> str | None:
    """A text that names the same place for equal references; None for what is no place."""
    match expr:
        case ColumnRef(column):
            return column
        case LocalRef(local):
            return local
        case FieldOf(base, name):
            inner = path_of(base)
            return None if inner is None else f"{inner}.{name}"
        case _:
            return None


@dataclass(frozen=True, slots=True)
class Known:
    """Types of places as narrowed, and conditions that hold."""

    types: Mapping[str, Type] = field(default_factory=dict)
    facts: tuple[Expr, ...] = ()

    def learn(self, test: Expr, truth: bool) -> Known:
        """What is known where `test` turned out true (or false)."""
        match test:
            case Both("and", left, right) if truth:
                return self.learn(left, True).learn(right, True)
            case Both("or", left, right) if not truth:
                return self.learn(left, False).learn(right, False)
            case Apply("not_", (inner,)):
                return self.learn(inner, not truth)
            case Apply("eq" | "ne", (left, right)):
                equal = (test.operator == "eq") == truth
                known = self._compared(left, right, equal)
                return known._holding(test) if truth else known
            case ColumnRef() | LocalRef() | FieldOf() if truth and is_nullable(test.type):
                return self._narrow(test, without_null(test.type))._holding(test)
            case _:
                return self._holding(test) if truth else self

    def _holding(self, test: Expr) -> Known:
        return replace(self, facts=(*self.facts, test))

    def _narrow(self, place: Expr, type_: Type) -> Known:
        path = path_of(place)
        return self if path is None else replace(self, types={**self.types, path: type_})

    def _compared(self, left: Expr, right: Expr, equal: bool) -> Known:
        if isinstance(left, Value):
            left, right = right, left
        if not isinstance(right, Value) or path_of(left) is None:
            return self
        type_ = self.types.get(path_of(left) or "", left.type)
        if right.value is None:
            return self if equal else self._narrow(left, without_null(type_))
        plain = without_null(type_)
        if isinstance(plain, LiteralType):
            kept = tuple(v for v in plain.values if (v == right.value) == equal)
            if kept:
                narrowed: Type = LiteralType(kept)
                return self._narrow(left, narrowed if equal else _same_null(type_, narrowed))
        return self._narrow(left, plain) if equal else self

    def type(self, place: Expr) -> Type:
        """The type of a place, as far as it is narrowed."""
        return self.types.get(path_of(place) or "", place.type)

    def holds(self, condition: Expr) -> bool:
        """Whether a condition is certain: it was tested, or all its parts are."""
        if condition in self.facts:
            return True
        match condition:
            case Both("and", left, right):
                return self.holds(left) and self.holds(right)
            case Both("or", left, right):
                return self.holds(left) or self.holds(right)
            case Apply("eq", (left, Value(value))):
                return self.type(left) == LiteralType((value,))
            case Apply("ne", (left, Value(value))):
                known = self.type(left)
                return isinstance(known, LiteralType) and value not in known.values
            case _:
                return False


def _same_null(old: Type, new: Type) -> Type:
    from synthdsl.types.relations import optional

    return optional(new) if is_nullable(old) else new
