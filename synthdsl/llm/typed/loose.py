"""Small liberties that models take with values, undone: the case of a literal, a value without its quotes."""

from __future__ import annotations

from typing import Any

from synthdsl.types.relations import without_null
from synthdsl.types.terms import (
    BoolType,
    DateType,
    DurationType,
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


def tidied(raw: Any, type_: Type) -> Any:
    """The JSON value with each text that is a literal but for case and surrounding blanks replaced by the literal."""
    match type_:
        case OptionalType(inner):
            return None if raw is None else tidied(raw, inner)
        case LiteralType(values) if isinstance(raw, str):
            return _literal(raw, values)
        case ListType(item) if isinstance(raw, list):
            return [tidied(v, item) for v in raw]
        case RecordType(fields) if isinstance(raw, dict):
            known = {f.name: f.type for f in fields}
            return {k: tidied(v, known[k]) if k in known else v for k, v in raw.items()}
        case UnionType(members, tag) if isinstance(raw, dict) and isinstance(raw.get(tag), str):
            for member in members:
                made = tidied(raw, member)
                field = member.field(tag)
                if field is not None and isinstance(field.type, LiteralType) and made[tag] in field.type.values:
                    return made
            return raw
        case _:
            return raw


def bare(text: str, type_: Type) -> list[Any]:
    """JSON values that a text without any JSON around it may stand for: `high`, `"5."`, `True`, `2025-01-31`.

    At most two, the first closer to the text; for simple types only, and for `str?`.
    """
    kept = text.strip()
    bald = kept.strip("`\"'* \n").removesuffix(".").rstrip("`\"'* \n")
    if isinstance(type_, OptionalType) and bald.casefold() == "null":
        return [None]
    match without_null(type_):
        case StrType():
            return [kept] if kept[:1] not in ("", "{", "[", '"', "`") else []
        case LiteralType(values) if isinstance(values[0], str):
            return [kept, bald]
        case DateType() | TimestampType():
            return [kept, bald]
        case BoolType():
            return [{"true": True, "false": False}.get(bald.casefold(), bald)]
        case IntType() | FloatType() | DurationType() | LiteralType():
            return _number(bald)
        case _:
            return []


def _literal(raw: str, values: tuple[str | int | bool, ...]) -> str:
    if raw in values:
        return raw
    folded = raw.strip().casefold()
    same = [v for v in values if isinstance(v, str) and v.casefold() == folded]
    return same[0] if len(same) == 1 else raw


def _number(text: str) -> list[Any]:
    from pydantic_core import from_json

    try:
        return [from_json(text)]
    except ValueError:
        return []
