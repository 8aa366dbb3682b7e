"""The types of columns that a source does not declare, from the beginning of the data.

Careful rather than clever: a column of cells is int, float, bool or date only where every cell is one in the form that
a program writes; `02134`, `NO`, `12:30` and `1e5` in a column of codes stay text. Empty cells make the type optional.
Values from JSON and databases have their types; lists and records are looked into.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Sequence
from typing import Any

from synthdsl.dataset.moments import read_date
from synthdsl.dataset.validate import INT_HIGH, INT_LOW
from synthdsl.types.relations import optional
from synthdsl.types.terms import (
    BOOL,
    DATE,
    FLOAT,
    INT,
    JSON,
    STR,
    TIMESTAMP,
    Field,
    ListType,
    RecordType,
    Type,
)

_INT = re.compile(r"-?(0|[1-9][0-9]{0,18})", re.ASCII)
_FLOAT = re.compile(r"-?(0|[1-9][0-9]{0,18})\.[0-9]+([eE][+-]?[0-9]{1,3})?", re.ASCII)
_BOOLS = ({"true", "false"}, {"True", "False"}, {"TRUE", "FALSE"})
_MAX_DEPTH = 8
_MAX_FIELDS = 200


def infer_cells(cells: Sequence[str]) -> Type:
    """The type of a column of text cells."""
    distinct = set(cells)
    some = distinct - {""}
    plain = _infer_some(some)
    return optional(plain) if len(some) < len(distinct) and plain != STR else plain


def _infer_some(cells: set[str]) -> Type:
    if not cells:
        return STR
    if all(_INT.fullmatch(c) and INT_LOW <= int(c) <= INT_HIGH for c in cells):
        return INT
    if all(_FLOAT.fullmatch(c) or _INT.fullmatch(c) for c in cells):
        return FLOAT
    if any(cells <= pair for pair in _BOOLS):
        return BOOL
    return DATE if all(read_date(c) for c in cells) else STR


def infer_values(values: Sequence[Any], depth: int = 0) -> Type:
    """The type of a column of JSON or database values; `json` where they have nothing in common."""
    some = [v for v in values if v is not None]
    kinds = set(map(type, some))
    plain = _infer_kinds(kinds, some, depth)
    return optional(plain) if len(some) < len(values) else plain


def _infer_kinds(kinds: set[type], values: list[Any], depth: int) -> Type:
    if not kinds:
        return STR
    if kinds == {list} and depth < _MAX_DEPTH:
        items = [item for value in values for item in value]
        return ListType(infer_values(items, depth + 1)) if items else JSON
    if kinds == {dict} and depth < _MAX_DEPTH:
        return _infer_record(values, depth)
    if kinds == {int, float}:
        return FLOAT
    if kinds == {int}:
        return INT if all(INT_LOW <= v <= INT_HIGH for v in values) else JSON
    return _SCALARS.get(next(iter(kinds)), JSON) if len(kinds) == 1 else JSON


_SCALARS: dict[type, Type] = {
    str: STR,
    float: FLOAT,
    bool: BOOL,
    datetime.date: DATE,
    datetime.datetime: TIMESTAMP,
}


def _infer_record(values: list[dict[str, Any]], depth: int) -> Type:
    names = dict.fromkeys(name for value in values for name in value)
    if not names or len(names) > _MAX_FIELDS:
        return JSON
    fields = [Field(name, infer_values([v.get(name) for v in values], depth + 1)) for name in names]
    return RecordType(tuple(fields))


def infer_row(columns: Iterable[tuple[str, Sequence[Any]]], *, cells: bool) -> RecordType:
    """The row type of columns of raw values."""
    infer = infer_cells if cells else infer_values
    return RecordType(tuple(Field(name, infer(values)) for name, values in columns))
