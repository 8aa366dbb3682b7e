"""Constants: the type of a Python value, and expressions that are known before the run."""

from __future__ import annotations

import datetime
from typing import Any

from synthdsl.dataset.vector import Constant
from synthdsl.model.expr import (
    Apply,
    Branch,
    Expr,
    MakeList,
    MakeMap,
    MakeRange,
    MakeRecord,
    Value,
)
from synthdsl.types.relations import join_all
from synthdsl.types.terms import (
    BOOL,
    DATE,
    DURATION,
    JSON,
    NULL,
    STR,
    TIMESTAMP,
    UNKNOWN,
    Field,
    FloatType,
    IntType,
    ListType,
    LiteralType,
    RecordType,
    Type,
    UnknownType,
)

LONG_TEXT = 200
"""A longer text is no category: its type is str, not a literal."""


def type_of(value: Any) -> Type:
    """The narrowest type of a Python value: literals for text, exact bounds for numbers."""
    match value:
        case None:
            return NULL
        case bool():
            return BOOL
        case int():
            return IntType(value, value)
        case float():
            return FloatType(value, value)
        case str():
            return LiteralType((value,)) if len(value) <= LONG_TEXT else STR
        case datetime.datetime():
            return TIMESTAMP
        case datetime.date():
            return DATE
        case datetime.timedelta():
            return DURATION
        case list():
            return ListType(join_all([type_of(v) for v in value]) or JSON)
        case dict():
            return RecordType(tuple(Field(str(k), type_of(v)) for k, v in value.items()))
        case _:
            return UNKNOWN


def constant(expr: Expr) -> Constant | None:
    """The value of an expression that is known already, None otherwise. Displays of constants are constants."""
    match expr:
        case Value(value, type_):
            return None if isinstance(type_, UnknownType) else Constant(value)
        case MakeList(items):
            parts = [constant(i) for i in items]
            return None if None in parts else Constant([p.value for p in parts if p is not None])
        case MakeRecord(entries):
            record: dict[str, Any] = {}
            for name, entry in entries:
                known = constant(entry)
                if known is None:
                    return None
                if name is None and not isinstance(known.value, dict):
                    return None
                record.update(known.value if name is None else {name: known.value})
            return Constant(record)
        case MakeMap(keys, values):
            parts = [constant(v) for v in values]
            if None in parts:
                return None
            return Constant(dict(zip(keys, [p.value for p in parts if p is not None], strict=True)))
        case MakeRange(start, stop):
            first, last = constant(start), constant(stop)
            return None if first is None or last is None else Constant((first.value, last.value))
        case _:
            return None


def folded(expr: Expr) -> Expr:
    """The expression itself, or its value where all that it needs is known.

    Raises `ops.contract.Undefined` when the value does not exist (`1 / 0`).
    """
    if isinstance(expr, Branch):
        test = constant(expr.test)
        return expr if test is None else (expr.then if test.value else expr.other)
    if not isinstance(expr, Apply) or expr.slot is not None or expr.named:
        return expr
    from synthdsl.ops.table import operator

    found = operator(expr.operator)
    if found.scalar is None or found.needs_row or found.effects or not found.runnable:
        return expr
    values = [constant(a) for a in expr.arguments]
    if any(v is None for v in values):
        return expr
    result = found.scalar(*[v.value for v in values if v is not None])
    return Value(result, _result_type(result, expr.type), expr.span)


def _result_type(value: Any, wanted: Type) -> Type:
    narrow = type_of(value)
    return wanted if isinstance(narrow, RecordType | ListType) or value is None else narrow
