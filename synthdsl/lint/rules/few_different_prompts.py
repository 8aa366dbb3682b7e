"""`few-different-prompts`: many rows, few prompts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from synthdsl.lint.contract import Finding, Rule
from synthdsl.lint.subject import Subject, columns_of
from synthdsl.model.spec import Column, FreshRows
from synthdsl.model.walk import walk
from synthdsl.types.terms import BoolType, IntType, LiteralType, Type

MANY = 4
"""Calls for each different prompt that are not yet doubtful."""


def look(subject: Subject) -> Iterator[Finding]:
    for asked in subject.calls:
        rows = asked.dataset.rows
        if not isinstance(rows, FreshRows) or rows.growth is not None or asked.call.items is not None:
            continue
        columns = {c.name: c for c in asked.dataset.columns}
        kinds = _kinds({c for p in asked.call.prompts for c in columns_of(p.text)}, columns)
        if kinds is not None and kinds > 1 and rows.count > MANY * kinds:
            message = f"{rows.count:,} rows ask '{asked.column.name}' with {kinds:,} different prompts at most."
            yield Finding(asked.column.span, message, ("Choose from more values, or make fewer rows.",))


def _kinds(names: set[str], columns: Mapping[str, Column]) -> int | None:
    """How many combinations of values the columns have; None where nobody can say."""
    waiting, seen, total = list(names), set(), 1
    while waiting:
        name = waiting.pop()
        column = columns.get(name)
        if name in seen or column is None:
            if column is None:
                return None
            continue
        seen.add(name)
        if column.is_paid:
            return None
        if column.expr is not None and not any(getattr(n, "slot", None) is not None for n in walk(column.expr)):
            if not column.reads:
                return None
            waiting.extend(column.reads)
            continue
        size = _size(column.type)
        if size is None:
            return None
        total *= size
        waiting.extend(column.reads)
    return total


def _size(type_: Type) -> int | None:
    match type_:
        case LiteralType(values):
            return len(values)
        case BoolType():
            return 2
        case IntType(low, high) if low is not None and high is not None:
            return high - low + 1
        case _:
            return None


RULE = Rule("L0301", look)
