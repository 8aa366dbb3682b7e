"""The JSON Schema of a column's type, in the form that servers constrain answers by.

In: a type term. Out: a `Schema`, or None where the answer is text. The form is that of OpenAI's strict structured
outputs, which the grammar converters of llama.cpp and vLLM read too: the root is an object, objects are closed, all
properties are required, an optional one may be null, alternatives stand under `anyOf`. Keywords that strict mode
refuses (lengths of text, patterns that not every regular expression engine reads) are said in the description instead;
the reader tests them all the same. Fields keep their order, because models write them in it: reasoning before verdict.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from synthdsl.llm.request import Schema
from synthdsl.types.show import show
from synthdsl.types.terms import (
    BoolType,
    DateType,
    DurationType,
    FloatType,
    IntType,
    JsonType,
    ListType,
    LiteralType,
    NullType,
    OptionalType,
    RecordType,
    StrType,
    TimestampType,
    Type,
    UnionType,
)

MAX_PLACES = 5000
"""Fields, items and alternatives of one answer's type, nested ones included: OpenAI's bound of properties."""

BOUNDS = ("minimum", "maximum", "minItems", "maxItems", "pattern", "format")
"""Keywords that some servers refuse in a schema; see `without_bounds`."""


def is_text(type_: Type) -> bool:
    """Whether the answer is the text itself: `str` with any refinements. A pattern is tested, not constrained."""
    return isinstance(type_, StrType)


def unanswerable(type_: Type) -> str | None:
    """Why no model can answer with a value of the type, in words that can follow a colon; None when one can."""
    for count, place in enumerate(_places(type_), start=1):
        if not isinstance(place, _ANSWERABLE):
            return f"{show(place)} is nothing that can be written as JSON"
        if count > MAX_PLACES:
            return f"the type has more than {MAX_PLACES} fields, items and alternatives"
    return None


def schema_of(type_: Type, name: str) -> Schema | None:
    """The schema of an answer; None where it is text. name: of the column; what servers refuse in it becomes `_`.

    Raises ValueError for a type that `unanswerable` refuses.
    """
    if is_text(type_):
        return None
    reason = unanswerable(type_)
    if reason:
        raise ValueError(reason)
    label = re.sub(r"[^A-Za-z0-9_]", "_", name)[:64] or "answer"
    if isinstance(type_, RecordType):
        return Schema(label, _schema(type_), wrapped=False)
    return Schema(label, _object({"value": _schema(type_)}), wrapped=True)


def is_strict(document: Mapping[str, Any]) -> bool:
    """Whether strict mode takes the document: a place for any JSON value has no `type`, which it refuses."""
    inner = _inner(document)
    if not inner and "type" not in document and "anyOf" not in document:
        return False
    return all(map(is_strict, inner))


def without_bounds(document: Mapping[str, Any]) -> dict[str, Any]:
    """The same schema for servers that take no bounds: each is said in the description of its place."""
    bounds = [said(k, document[k]) for k in BOUNDS if k in document]
    made: dict[str, Any] = {}
    for key, value in document.items():
        match key:
            case "properties":
                made[key] = {n: without_bounds(v) for n, v in value.items()}
            case "items":
                made[key] = without_bounds(value)
            case "anyOf":
                made[key] = [without_bounds(v) for v in value]
            case _ if key not in BOUNDS:
                made[key] = value
    return _described(made, *bounds)


def said(keyword: str, value: Any) -> str:
    """A bound in words, by the keyword of JSON Schema that sets it."""
    words = {
        "minLength": "at least {} characters",
        "maxLength": "at most {} characters",
        "pattern": "matches the regular expression {}",
        "minimum": "at least {}",
        "maximum": "at most {}",
        "minItems": "at least {} items",
        "maxItems": "at most {} items",
    }
    if keyword == "format":
        return {"date": "a day as YYYY-MM-DD", "date-time": "a moment as YYYY-MM-DDTHH:MM:SSZ"}[value]
    return words[keyword].format(value)


_ANSWERABLE = (
    StrType
    | IntType
    | FloatType
    | BoolType
    | DateType
    | TimestampType
    | DurationType
    | NullType
    | LiteralType
    | ListType
    | RecordType
    | UnionType
    | OptionalType
    | JsonType
)


def _places(type_: Type) -> Iterator[Type]:
    """The type and all in it, one at a time: a reader may stop early, types can share parts a million times."""
    waiting = [type_]
    while waiting:
        place = waiting.pop()
        yield place
        match place:
            case OptionalType(inner):
                waiting.append(inner)
            case ListType(item):
                waiting.append(item)
            case RecordType(fields):
                waiting.extend(f.type for f in fields)
            case UnionType(members):
                waiting.extend(members)


def _schema(type_: Type) -> dict[str, Any]:
    match type_:
        case StrType():
            return _text(type_)
        case IntType(low, high):
            return {"type": "integer", **_given(minimum=low, maximum=high)}
        case FloatType(low, high):
            return {"type": "number", **_given(minimum=low, maximum=high)}
        case BoolType():
            return {"type": "boolean"}
        case DateType():
            return {"type": "string", "format": "date"}
        case TimestampType():
            return {"type": "string", "format": "date-time"}
        case DurationType():
            return {"type": "number", "description": "in seconds"}
        case NullType():
            return {"type": "null"}
        case LiteralType(values):
            return {"type": _LITERALS[type(values[0])], "enum": list(values)}
        case ListType(item, low, high):
            return {"type": "array", "items": _schema(item), **_given(minItems=low or None, maxItems=high)}
        case RecordType(fields):
            return _object({f.name: _described(_schema(f.type), f.doc.strip()) for f in fields})
        case UnionType(members, tag):
            return {"anyOf": [_schema(_tag_first(m, tag)) for m in members]}
        case OptionalType(UnionType() as union):
            return {"anyOf": [*_schema(union)["anyOf"], {"type": "null"}]}
        case OptionalType(inner):
            return {"anyOf": [_schema(inner), {"type": "null"}]}
        case JsonType():
            return {"description": "any JSON value"}
        case _:
            raise ValueError(f"{show(type_)} has no schema")


_LITERALS = {str: "string", int: "integer", bool: "boolean"}


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}


def _tag_first(member: RecordType, tag: str) -> RecordType:
    """A server that writes under a grammar has to choose the record first; OpenAI refuses equal first keys."""
    first = [f for f in member.fields if f.name == tag]
    return RecordType((*first, *(f for f in member.fields if f.name != tag)), member.name)


_PORTABLE_PATTERN = re.compile(
    r"\^(?:[\w ,:;/@#%&=<>~'\"-]|\[[\w .,:;/@#-]+\]|\\[.dw-]|\{\d+(?:,\d*)?\}|[+*?])+\$", re.ASCII
)
"""Patterns that mean the same to every engine and grammar converter: anchored; literals, classes, repetitions."""


def _text(type_: StrType) -> dict[str, Any]:
    made: dict[str, Any] = {"type": "string"}
    bounds = [said("minLength", type_.min)] if type_.min else []
    bounds += [said("maxLength", type_.max)] if type_.max is not None else []
    if type_.pattern is not None:
        if _PORTABLE_PATTERN.fullmatch(type_.pattern):
            made["pattern"] = type_.pattern
        else:
            bounds.append(said("pattern", type_.pattern))
    return _described(made, *bounds)


def _described(document: dict[str, Any], *texts: str) -> dict[str, Any]:
    """The document with the texts before what its description says."""
    parts = [t for t in (*texts, document.get("description", "")) if t]
    return {**document, "description": "; ".join(parts)} if parts else document


def _given(**bounds: Any) -> dict[str, Any]:
    return {k: v for k, v in bounds.items() if v is not None}


def _inner(document: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The documents one level below."""
    items = [document["items"]] if "items" in document else []
    return [*document.get("properties", {}).values(), *items, *document.get("anyOf", ())]
