"""Typed expressions as text, close to how they were written: for plans, reports and explanations."""

from __future__ import annotations

import datetime
import json
from typing import Any

from synthdsl.model.expr import (
    Aggregate,
    Apply,
    Both,
    Branch,
    Collect,
    ColumnRef,
    Expr,
    FieldOf,
    Let,
    LocalRef,
    MakeList,
    MakeMap,
    MakeRange,
    MakeRecord,
    Text,
    Value,
    WholeColumn,
    WholeDataset,
)

_INFIX = {
    "add": "+",
    "sub": "-",
    "mul": "*",
    "div": "/",
    "eq": "==",
    "ne": "!=",
    "lt": "<",
    "le": "<=",
    "gt": ">",
    "ge": ">=",
    "in_": "in",
}
MAX_SHOWN = 400


def show_expr(expr: Expr) -> str:
    """The expression as text, shortened to `MAX_SHOWN` characters."""
    text = _show(expr, 0)
    return text if len(text) <= MAX_SHOWN else text[: MAX_SHOWN - 3] + "..."


def _show(expr: Expr, depth: int) -> str:
    if depth > 30:
        return "..."
    d = depth + 1
    match expr:
        case Value(value):
            return show_value(value)
        case ColumnRef(column):
            return column
        case LocalRef(local):
            return local.split("#")[0]
        case WholeColumn(dataset, column):
            return f"{dataset}.{column}"
        case WholeDataset(dataset):
            return dataset
        case FieldOf(base, name):
            return f"{_show(base, d)}.{name}"
        case Apply("not_", (inner,)):
            return f"not {_show(inner, d)}"
        case Apply("neg", (inner,)):
            return f"-{_show(inner, d)}"
        case Apply("item", (base, index)):
            return f"{_show(base, d)}[{_show(index, d)}]"
        case Apply("slice_", (base, start, stop)):
            low, high = ("" if isinstance(b, Value) and b.value is None else _show(b, d) for b in (start, stop))
            return f"{_show(base, d)}[{low}:{high}]"
        case Apply(operator, (left, right)) if operator in _INFIX:
            return f"({_show(left, d)} {_INFIX[operator]} {_show(right, d)})"
        case Apply("fake", (locale, provider, arguments)):
            name = provider.value if isinstance(provider, Value) else "?"
            return f"faker({_show(locale, d)}).{name}{_show(arguments, d) if _filled(arguments) else '()'}"
        case Apply(operator, arguments):
            return f"{operator}({', '.join(_show(a, d) for a in arguments if _given(a))})"
        case Aggregate(operator, arguments):
            return f"{operator}({', '.join(_show(a, d) for a in arguments if _given(a))})"
        case Branch(test, then, other):
            return f"({_show(then, d)} if {_show(test, d)} else {_show(other, d)})"
        case Both(kind, left, right):
            return f"({_show(left, d)} {kind} {_show(right, d)})"
        case Collect(body, local, iterable, condition):
            rest = "" if condition is None else f" if {_show(condition, d)}"
            return f"[{_show(body, d)} for {local.split('#')[0]} in {_show(iterable, d)}{rest}]"
        case MakeList(items):
            return f"[{', '.join(_show(i, d) for i in items)}]"
        case MakeRecord(entries):
            return "{ " + ", ".join(f"{n}: {_show(v, d)}" if n else f"...{_show(v, d)}" for n, v in entries) + " }"
        case MakeMap(keys, values):
            pairs = zip(keys, values, strict=True)
            return "{" + ", ".join(f"{show_value(k)}: {_show(v, d)}" for k, v in pairs) + "}"
        case MakeRange(start, stop):
            return f"{_show(start, d)} .. {_show(stop, d)}"
        case Let(bindings):
            return f"template({', '.join(_show(v, d) for _, v in bindings)})"
        case Text():
            return "template"


def _given(expr: Expr) -> bool:
    return not (isinstance(expr, Value) and expr.value is None)


def _filled(expr: Expr) -> bool:
    return not (isinstance(expr, Value) and expr.value == {}) and not (
        isinstance(expr, MakeRecord) and not expr.entries
    )


def show_value(value: Any) -> str:
    """A constant as a literal of the language."""
    if isinstance(value, datetime.date | datetime.datetime):
        return value.isoformat()
    if isinstance(value, tuple):
        return " .. ".join(show_value(v) for v in value)
    try:
        return json.dumps(value, ensure_ascii=False, default=str)
    except (TypeError, ValueError):
        return str(value)
