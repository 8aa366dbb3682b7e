"""Schemas in the strict form, for every type; and that they allow just what is read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from hypothesis import given, settings

from synthdsl.llm.typed.schema import BOUNDS, MAX_PLACES, is_strict, schema_of, unanswerable, without_bounds
from synthdsl.types.relations import optional
from synthdsl.types.terms import (
    BOOL,
    DATE,
    DURATION,
    FLOAT,
    INT,
    JSON,
    MESSAGES,
    MODEL,
    STR,
    TIMESTAMP,
    Field,
    FloatType,
    IntType,
    ListType,
    LiteralType,
    MapType,
    RecordType,
    StrType,
    Type,
    UnionType,
)
from tests.llm.typed.answers import types

STRICT = {
    "type", "properties", "required", "additionalProperties", "items", "anyOf", "enum", "description",
    "minimum", "maximum", "minItems", "maxItems", "pattern", "format",
}  # fmt: skip
"""Keywords of OpenAI's strict mode that are used here."""


def document(type_: Type) -> Mapping[str, Any]:
    schema = schema_of(type_, "d.c")
    assert schema is not None
    return schema.document


def inner(type_: Type) -> Any:
    """The schema of a type that is no record."""
    return document(type_)["properties"]["value"]


def places(doc: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield doc
    for part in (*doc.get("properties", {}).values(), *doc.get("anyOf", ())):
        yield from places(part)
    if "items" in doc:
        yield from places(doc["items"])


def items(keyword: str, value: str) -> Any:
    return {"type": "array", "items": {"type": "string", keyword: value}}


CASES: list[tuple[Type, Any]] = [
    (IntType(1, 5), {"type": "integer", "minimum": 1, "maximum": 5}),
    (INT, {"type": "integer"}),
    (FloatType(0.0, None), {"type": "number", "minimum": 0.0}),
    (BOOL, {"type": "boolean"}),
    (LiteralType(("high", "low")), {"type": "string", "enum": ["high", "low"]}),
    (LiteralType((1, 2)), {"type": "integer", "enum": [1, 2]}),
    (DATE, {"type": "string", "format": "date"}),
    (TIMESTAMP, {"type": "string", "format": "date-time"}),
    (DURATION, {"type": "number", "description": "in seconds"}),
    (ListType(FLOAT, 1, 3), {"type": "array", "items": {"type": "number"}, "minItems": 1, "maxItems": 3}),
    (optional(BOOL), {"anyOf": [{"type": "boolean"}, {"type": "null"}]}),
    (ListType(StrType(2, 9)), items("description", "at least 2 characters; at most 9 characters")),
    (ListType(StrType(pattern="^[A-Z]{3}-[0-9]+$")), items("pattern", "^[A-Z]{3}-[0-9]+$")),
    (ListType(StrType(pattern="(?=a)")), items("description", "matches the regular expression (?=a)")),
    (JSON, {"description": "any JSON value"}),
]  # fmt: skip


@pytest.mark.parametrize(("type_", "expected"), CASES)
def test_simple_types_stand_under_value(type_: Type, expected: Any) -> None:
    schema = schema_of(type_, "d.c")
    assert schema is not None and schema.wrapped
    assert inner(type_) == expected
    assert schema.document["required"] == ["value"]


@pytest.mark.parametrize("type_", [STR, StrType(1, 5), StrType(pattern="^a$")])
def test_text_needs_no_schema(type_: Type) -> None:
    assert schema_of(type_, "d.c") is None


def test_records_keep_their_order_and_their_documentation() -> None:
    type_ = RecordType((Field("why", STR, "Two sentences"), Field("a", optional(INT), "or null"), Field("Z", MESSAGES)))
    schema = schema_of(type_, "My answers: «x»")
    assert schema is not None and not schema.wrapped and schema.name == "My_answers___x_"
    assert list(schema.document["properties"]) == schema.document["required"] == ["why", "a", "Z"]
    assert schema.document["properties"]["why"] == {"type": "string", "description": "Two sentences"}
    assert schema.document["properties"]["a"]["description"] == "or null"


def test_unions_have_their_tag_first() -> None:
    members = tuple(RecordType((Field("x", STR), Field("kind", LiteralType((k,))))) for k in ("a", "b"))
    made = inner(UnionType(members, "kind"))
    assert [next(iter(m["properties"])) for m in made["anyOf"]] == ["kind", "kind"]
    assert [m["properties"]["kind"]["enum"] for m in made["anyOf"]] == [["a"], ["b"]]
    assert inner(optional(UnionType(members, "kind")))["anyOf"][2] == {"type": "null"}


@settings(max_examples=60, deadline=None)
@given(types)
def test_every_schema_is_in_the_strict_form(type_: Type) -> None:
    schema = schema_of(type_, "d.c")
    if schema is None:
        return
    assert schema.document["type"] == "object"
    for place in places(schema.document):
        assert set(place) <= STRICT
        if place.get("type") == "object":
            assert place["additionalProperties"] is False and place["required"] == list(place["properties"])
    assert is_strict(schema.document) == all("type" in p or "anyOf" in p for p in places(schema.document))


@settings(max_examples=60, deadline=None)
@given(types)
def test_bounds_can_be_said_instead(type_: Type) -> None:
    schema = schema_of(type_, "d.c")
    if schema is None:
        return
    plain = without_bounds(schema.document)
    assert not any(set(p) & set(BOUNDS) for p in places(plain))
    assert [p.get("type") for p in places(plain)] == [p.get("type") for p in places(schema.document)]


def test_bounds_are_said_before_what_is_said_already() -> None:
    type_ = RecordType((Field("n", IntType(1, 5), "How good"), Field("d", DATE)))
    fields = without_bounds(document(type_))["properties"]
    assert fields["n"] == {"type": "integer", "description": "at least 1; at most 5; How good"}
    assert fields["d"] == {"type": "string", "description": "a day as YYYY-MM-DD"}


def test_what_no_model_can_answer_is_known_beforehand() -> None:
    assert unanswerable(ListType(RecordType((Field("a", optional(DATE)),)))) is None
    for type_ in (MODEL, MapType(STR, INT), ListType(RecordType((Field("m", MODEL),)))):
        reason = unanswerable(type_)
        assert reason is not None and "nothing that can be written as JSON" in reason
        with pytest.raises(ValueError, match="nothing that can be written"):
            schema_of(type_, "d.c")


def test_a_type_that_doubles_forty_times_is_refused_at_once() -> None:
    type_ = RecordType((Field("a", STR),))
    for _ in range(40):
        type_ = RecordType((Field("a", type_), Field("b", type_)))
    assert unanswerable(type_) == f"the type has more than {MAX_PLACES} fields, items and alternatives"
