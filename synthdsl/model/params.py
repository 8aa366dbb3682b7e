"""Params set from outside (`--set rows=50`): a text read as the param's type."""

from __future__ import annotations

import datetime
import json
from typing import Any

from synthdsl.dataset.validate import fits
from synthdsl.types.relations import without_null
from synthdsl.types.show import show
from synthdsl.types.terms import (
    BoolType,
    DateType,
    FloatType,
    IntType,
    LiteralType,
    OptionalType,
    StrType,
    TimestampType,
    Type,
    UnknownType,
)


def read_setting(text: str, type_: Type) -> tuple[Any, str]:
    """The value a text says for a type, and a sentence why it is none (empty when it is)."""
    if isinstance(type_, UnknownType):
        return None, ""
    if isinstance(type_, OptionalType) and text == "null":
        return None, ""
    try:
        value = _read(text, without_null(type_))
    except (ValueError, json.JSONDecodeError):
        return None, f"this is no {show(type_)}."
    reason = fits(value, type_)
    return (None, f"{reason}.") if reason else (value, "")


def _read(text: str, type_: Type) -> Any:
    match type_:
        case StrType():
            return text
        case LiteralType(values):
            return next((v for v in values if str(v).lower() == text.lower()), text)
        case IntType():
            return int(text.replace("_", ""))
        case FloatType():
            return float(text[:-1]) / 100 if text.endswith("%") else float(text.replace("_", ""))
        case BoolType():
            if text not in ("true", "false"):
                raise ValueError(text)
            return text == "true"
        case DateType():
            return datetime.date.fromisoformat(text)
        case TimestampType():
            return datetime.datetime.fromisoformat(text)
        case _:
            return json.loads(text)
