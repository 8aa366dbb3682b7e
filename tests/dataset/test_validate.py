"""`fits`: every type, every refinement, and the words of the reason."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synthdsl.dataset.validate import fits, shorten
from synthdsl.types.terms import (
    BOOL,
    DATE,
    DURATION,
    FLOAT,
    INT,
    JSON,
    MESSAGES,
    MODEL,
    NEVER,
    NULL,
    STR,
    TIMESTAMP,
    UNKNOWN,
    Field,
    FloatType,
    IntType,
    ListType,
    LiteralType,
    MapType,
    OptionalType,
    RangeType,
    RecordType,
    StrType,
    Type,
    UnionType,
)

DAY = datetime.date(2025, 1, 31)
MOMENT = datetime.datetime(2025, 1, 31, 12, 30)
POINT = RecordType((Field("x", INT), Field("note", OptionalType(STR))), "Point")
SHAPE = UnionType(
    (
        RecordType((Field("kind", LiteralType(("dot",))), Field("x", INT))),
        RecordType((Field("kind", LiteralType(("text",))), Field("words", ListType(STR)))),
    ),
    "kind",
)


@pytest.mark.parametrize(
    ("value", "type_"),
    [
        ("", STR),
        ("abc", StrType(3, 3, "b")),
        (5, IntType(5, 5)),
        (-(2**63), INT),
        (5, FLOAT),
        (0.5, FloatType(0, 1)),
        (True, BOOL),
        (DAY, DATE),
        (MOMENT, TIMESTAMP),
        (datetime.timedelta(1), DURATION),
        (None, NULL),
        (None, OptionalType(INT)),
        (1, LiteralType((1, 2))),
        (True, LiteralType((True,))),
        ([1, 2], ListType(INT, 2, 2)),
        ([], ListType(NEVER)),
        ({"x": 1}, POINT),
        ({"x": 1, "note": None}, POINT),
        ({"kind": "text", "words": ["a"]}, SHAPE),
        ({"a": 0.5}, MapType(STR, FLOAT)),
        ((1, 2), RangeType(INT)),
        ([{"a": None}, 1.5], JSON),
        ([{"role": "user", "content": "Hello"}], MESSAGES),
        (object(), UNKNOWN),
        (object(), MODEL),
    ],
)
def test_fits(value: Any, type_: Type) -> None:
    assert fits(value, type_) is None


@pytest.mark.parametrize(
    ("value", "type_", "reason"),
    [
        (5, STR, "5 is no str"),
        ("abc", StrType(max=2), '"abc": 3 characters where at most 2 are allowed'),
        ("", StrType(min=1), '"": 0 characters where at least 1 are wanted'),
        ("abc", StrType(pattern="^[0-9]"), '"abc" does not match the pattern "^[0-9]"'),
        (True, INT, "true is no int"),
        (1.0, INT, "1.0 is no int"),
        (0, IntType(1, 5), "0 is below 1"),
        (6, IntType(1, 5), "6 is above 5"),
        (2**63, INT, "9223372036854775808 is above 9223372036854775807"),
        (True, FLOAT, "true is no float"),
        (float("nan"), FLOAT, "nan is no float"),
        (float("inf"), FloatType(0, None), "inf is no float(min=0)"),
        (1.5, FloatType(0, 1), "1.5 is above 1"),
        (1, BOOL, "1 is no bool"),
        (MOMENT, DATE, "2025-01-31T12:30:00 is no date"),
        (DAY, TIMESTAMP, "2025-01-31 is no timestamp"),
        (MOMENT.replace(tzinfo=datetime.UTC), TIMESTAMP, "2025-01-31T12:30:00+00:00 is no timestamp"),
        (1, DURATION, "1 is no duration"),
        (0, NULL, "0 is no null"),
        (None, INT, "null is no int"),
        ("x", OptionalType(INT), '"x" is no int'),
        (True, LiteralType((1, 2)), "true is not one of 1 | 2"),
        ("c", LiteralType(("a", "b")), '"c" is not one of "a" | "b"'),
        ("ab", ListType(STR), '"ab" is no list[str]'),
        ([1], ListType(INT, 2), "1 items where at least 2 are wanted"),
        ([1, "b"], ListType(INT), '[1]: "b" is no int'),
        ([], POINT, "[] is no Point"),
        ({"note": "a"}, POINT, "the field 'x' is missing"),
        ({"x": 1, "y": 2}, POINT, 'the field "y" is not one of Point'),
        ([{"x": 1}, {"x": "one"}], ListType(POINT), '[1].x: "one" is no int'),
        ({"kind": "dot"}, SHAPE, "the field 'x' is missing"),
        ({"kind": "text", "words": [1]}, SHAPE, "words[0]: 1 is no str"),
        ({"kind": "line"}, SHAPE, 'kind: "line" tells none of the records apart'),
        ({1: 0.5}, MapType(STR, FLOAT), "key 1: 1 is no str"),
        ((1, "b"), RangeType(INT), '"b" is no int'),
        ([DAY], JSON, "[0]: 2025-01-31 is no JSON value"),
        ([1], ListType(NEVER), "[0]: 1 stands where there is no value"),
    ],
)
def test_the_reason(value: Any, type_: Type, reason: str) -> None:
    assert fits(value, type_) == reason


def test_long_values_are_shortened() -> None:
    assert shorten("a" * 100) == '"' + "a" * 60 + '"... (100 characters)'
    assert shorten('a"b\n\x00') == '"a\\"b\\n\\u0000"'
    assert shorten([1, 2, 3, 4, 5, 6]) == "[1, 2, 3, 4, ... (6 in all)]"
    assert shorten({"a": None}) == "{ a: null }"
    assert shorten(10**5000) == "an integer of 16610 bits"


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.dates() | st.binary(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner) | st.dictionaries(st.integers(), inner),
    ),
    st.sampled_from(
        [STR, INT, FLOAT, JSON, POINT, SHAPE, MESSAGES, ListType(POINT), OptionalType(DATE), RangeType(INT)]
    ),
)
def test_any_value_has_an_answer(value: Any, type_: Type) -> None:
    reason = fits(value, type_)
    assert reason is None or (reason and "\n" not in reason and "\x00" not in reason)
