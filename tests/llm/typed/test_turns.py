"""Few-shot turns show values as the reader would read them."""

from __future__ import annotations

import datetime
import json

from synthdsl.llm.request import Message
from synthdsl.llm.typed.turns import answer_text, turns
from synthdsl.types.terms import STR, TIMESTAMP, Field, LiteralType, RecordType, UnionType


def test_turns_are_pairs_in_order() -> None:
    type_ = RecordType((Field("b", STR), Field("a", STR)))
    shown = [("Q1", {"a": "1", "b": "ü"}), ("Q2", {"a": "2", "b": "y"})]
    assert turns(shown, type_) == (
        Message("user", "Q1"),
        Message("assistant", '{"b": "ü", "a": "1"}'),
        Message("user", "Q2"),
        Message("assistant", '{"b": "y", "a": "2"}'),
    )
    assert turns([("Q", "as it\n is ")], STR)[1].content == "as it\n is "


def test_moments_are_written_as_the_schema_says() -> None:
    assert answer_text(datetime.datetime(2025, 1, 2, 3, 4, 5), TIMESTAMP) == '{"value": "2025-01-02T03:04:05Z"}'


def test_the_tag_of_a_union_comes_first() -> None:
    members = tuple(RecordType((Field("x", STR), Field("kind", LiteralType((k,))))) for k in ("a", "b"))
    text = answer_text({"x": "1", "kind": "b"}, UnionType(members, "kind"))
    assert list(json.loads(text)["value"]) == ["kind", "x"]
