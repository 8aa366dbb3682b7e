"""A text cell as a value of a type: what csv and tsv files hold.

Text is kept as it stands: `NO`, `02134` and `12:30` are never taken for something else. Numbers, booleans and dates may
have blanks around them. An empty cell is null where the type is optional, and else the empty text.
`columns.py` does the same for whole columns, faster; a test holds the two together.
"""

from __future__ import annotations

import json
import math
import re
from typing import Any, NoReturn

from synthdsl.dataset.moments import Unfit, read_date, read_timestamp
from synthdsl.dataset.validate import fits, shorten
from synthdsl.dataset.values import no_constant, read_value
from synthdsl.types.relations import literal_kind
from synthdsl.types.show import show
from synthdsl.types.terms import (
    BoolType,
    DateType,
    FloatType,
    IntType,
    ListType,
    LiteralType,
    OptionalType,
    RecordType,
    StrType,
    TimestampType,
    Type,
    UnionType,
)

_INT = re.compile(r"[+-]?[0-9]{1,20}", re.ASCII)
_FLOAT = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?", re.ASCII)
_BOOLS = {"true": True, "false": False, "True": True, "False": False, "TRUE": True, "FALSE": False}
_BLANKS = " \t\r\n"


def read_cell(text: str, type_: Type) -> Any:
    """The value a cell says. Raises `Unfit` with the reason where it is none of the type's."""
    if isinstance(type_, OptionalType):
        return None if text == "" else read_cell(text, type_.inner)
    value = _read(text, type_)
    reason = fits(value, type_)
    if reason:
        raise Unfit(reason)
    return value


def _read(text: str, type_: Type) -> Any:
    match type_:
        case StrType():
            return text
        case IntType():
            return _int(text, type_)
        case FloatType():
            return _float(text, type_)
        case BoolType():
            return _bool(text, type_)
        case DateType():
            return read_date(text.strip(_BLANKS)) or _refuse(text, type_)
        case TimestampType():
            return read_timestamp(text.strip(_BLANKS)) or _refuse(text, type_)
        case LiteralType():
            return _literal(text, type_)
        case ListType() | RecordType() | UnionType():
            return _json(text, type_)
        case _:
            return text


def _int(text: str, type_: Type) -> int:
    found = text.strip(_BLANKS)
    if not _INT.fullmatch(found):
        _refuse(text, type_)
    return int(found)


def _float(text: str, type_: Type) -> float:
    found = text.strip(_BLANKS)
    # Adding zero makes one zero of the two: `-0` is an int to some writers.
    value = float(found) + 0.0 if _FLOAT.fullmatch(found) else math.nan
    if not math.isfinite(value):
        _refuse(text, type_)
    return value


def _bool(text: str, type_: Type) -> bool:
    try:
        return _BOOLS[text.strip(_BLANKS)]
    except KeyError:
        _refuse(text, type_)


def _literal(text: str, type_: LiteralType) -> str | int | bool:
    kind = literal_kind(type_)
    if isinstance(kind, IntType):
        return _int(text, type_)
    return _bool(text, type_) if isinstance(kind, BoolType) else text


def _json(text: str, type_: Type) -> Any:
    try:
        value = json.loads(text, parse_constant=no_constant)
    except (ValueError, RecursionError):
        raise Unfit(f"{_no(text, type_)}, written as JSON") from None
    return read_value(value, type_)


def _refuse(text: str, type_: Type) -> NoReturn:
    raise Unfit(_no(text, type_))


def _no(text: str, type_: Type) -> str:
    return f"{shorten(text)} is no {show(type_)}"
