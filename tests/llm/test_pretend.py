"""What `simulated()` answers is a value of its column's type, whatever the type."""

from __future__ import annotations

import random

import orjson
import pytest

from synthdsl.llm.reply import Reply, Usage
from synthdsl.llm.typed.pretend import pretended
from synthdsl.llm.typed.read import Reader
from synthdsl.llm.typed.schema import schema_of
from synthdsl.types.terms import (
    BOOL,
    DATE,
    TIMESTAMP,
    Field,
    FloatType,
    IntType,
    ListType,
    LiteralType,
    OptionalType,
    RecordType,
    StrType,
    Type,
    UnionType,
)

TAGGED = UnionType(
    (
        RecordType((Field("kind", LiteralType(("a",))), Field("x", IntType(1, 3)))),
        RecordType((Field("kind", LiteralType(("b",))), Field("y", StrType(max=5)))),
    ),
    "kind",
)
TYPES: list[Type] = [
    StrType(),
    StrType(max=60),
    StrType(max=18),
    StrType(max=3),
    StrType(min=300),
    StrType(min=50, max=52),
    StrType(min=7, max=7),
    StrType(pattern="^[A-Z]{3}-[0-9]{4}$"),
    StrType(pattern="[a-z]+", min=4, max=9),
    IntType(),
    IntType(5, None),
    IntType(None, -7),
    IntType(1, 5),
    FloatType(0.2501, 0.2502),
    FloatType(None, 0.5),
    BOOL,
    DATE,
    TIMESTAMP,
    ListType(StrType(max=10), 2, 3),
    ListType(BOOL, None, 0),
    ListType(BOOL, 9, None),
    TAGGED,
    OptionalType(TAGGED),
    RecordType((Field("a", OptionalType(StrType(max=2))), Field("b", ListType(IntType(1, 2), 1, None)))),
]


@pytest.mark.parametrize("type_", TYPES, ids=repr)
def test_a_pretended_value_is_read_as_one_of_the_type(type_: Type) -> None:
    reader, schema = Reader(type_, False), schema_of(type_, "x")
    seen = set()
    for seed in range(60):
        value = pretended(type_, random.Random(seed))
        text = value if schema is None else orjson.dumps({"value": value} if schema.wrapped else value).decode()
        read = reader.read(Reply(text, "stop", Usage(0, 0)))
        assert read.problem is None, (text, read.problem)
        seen.add(text)
    assert len(seen) > 1 or type_ in (ListType(BOOL, None, 0), FloatType(0.2501, 0.2502))
