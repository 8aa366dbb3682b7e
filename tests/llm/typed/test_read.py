"""What a reply says as a value: every type comes back, whatever surrounds it, and nothing raises."""

from __future__ import annotations

import datetime
import json
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from synthdsl.dataset.validate import fits
from synthdsl.llm.reply import Reply
from synthdsl.llm.typed.read import Read, Reader
from synthdsl.llm.typed.schema import is_text
from synthdsl.llm.typed.turns import answer_text
from synthdsl.types.relations import optional
from synthdsl.types.terms import (
    BOOL,
    DATE,
    DURATION,
    FLOAT,
    INT,
    JSON,
    MESSAGES,
    STR,
    TIMESTAMP,
    Field,
    IntType,
    ListType,
    LiteralType,
    OptionalType,
    RecordType,
    StrType,
    Type,
    UnionType,
)
from tests.llm.typed.answers import typed_records, typed_values, types

GRADE = RecordType(
    (Field("why", STR), Field("score", IntType(1, 5)), Field("verdict", LiteralType(("good", "bad")))), "Grade"
)
GOOD = {"why": "It fits.", "score": 4, "verdict": "good"}
SHAPE = UnionType(
    (
        RecordType((Field("kind", LiteralType(("circle",))), Field("r", FLOAT))),
        RecordType((Field("kind", LiteralType(("line",))), Field("length", INT))),
    ),
    "kind",
)


def read(type_: Type, text: str, **reply: Any) -> Read:
    return Reader(type_).read(Reply(text, **reply))


def value_of(type_: Type, text: str, **reply: Any) -> Any:
    found = read(type_, text, **reply)
    assert found.problem is None, found.problem
    return found.value


def code_of(type_: Type, text: str, **reply: Any) -> str:
    found = read(type_, text, **reply)
    assert found.problem is not None, found.value
    assert found.value is None
    return found.problem.code


@settings(max_examples=100, deadline=None)
@given(typed_values)
def test_every_value_of_every_type_comes_back(pair: tuple[Type, Any]) -> None:
    type_, value = pair
    assume(not is_text(type_) or value == value.strip() != "")
    found = read(type_, answer_text(value, type_))
    assert found.problem is None, found.problem
    assert found.value == value and not found.mended
    assert fits(found.value, type_) is None


@settings(max_examples=60, deadline=None)
@given(typed_values, st.sampled_from(["Sure! Here it is:\n\n{}", "```json\n{}\n```", "<think>hm { [</think>\n{}\n"]))
def test_what_surrounds_json_is_passed_over(pair: tuple[Type, Any], around: str) -> None:
    type_, value = pair
    assume(not is_text(type_))
    assert value_of(type_, around.replace("{}", answer_text(value, type_))) == value


@settings(max_examples=50, deadline=None)
@given(typed_records, st.randoms())
def test_records_come_with_all_fields_in_their_order(pair: tuple[RecordType, Any], random: Any) -> None:
    type_, value = pair
    written = [*json.loads(answer_text(value, type_)).items(), ("more", [1])]
    random.shuffle(written)
    left_out = {f.name for f in type_.fields if isinstance(f.type, OptionalType) and value[f.name] is None}
    found = value_of(type_, json.dumps({k: v for k, v in written if k not in left_out}))
    assert found == value and list(found) == [f.name for f in type_.fields]


_GARBAGE = st.one_of(
    st.text(st.characters(), max_size=60),
    st.text("{}[]\",:0123456789.eE+-truefalsn \\u\n`'", max_size=60),
    st.text(max_size=10).map(lambda t: '{"value": ' + t),
)


@settings(max_examples=200, deadline=None)
@given(types, _GARBAGE, st.sampled_from(["stop", "length", "filter", "tools"]))
def test_garbage_never_raises_and_gives_values_of_the_type_only(type_: Type, text: str, finish: Any) -> None:
    found = read(type_, text, finish=finish)
    if found.problem is None:
        assert fits(found.value, type_) is None
    else:
        assert found.problem.code.startswith("E083") and found.problem.message.endswith(".")


@settings(max_examples=80, deadline=None)
@given(typed_values, st.data())
def test_cut_json_is_never_completed(pair: tuple[Type, Any], data: st.DataObject) -> None:
    type_, value = pair
    assume(not is_text(type_))
    whole = answer_text(value, type_)
    cut = whole[: data.draw(st.integers(0, len(whole) - 1))]
    assert code_of(type_, cut, finish="length") in ("E0832", "E0831")


GOOD_FORMS = [
    json.dumps(GOOD),
    f"\ufeff{json.dumps(GOOD)}",
    json.dumps({**GOOD, "score": 4.0}),
    json.dumps({**GOOD, "verdict": " Good"}),
    json.dumps({**GOOD, "confidence": 0.9}),
    "```json\n" + json.dumps(GOOD, indent=2) + "\n```\nI hope this helps!",
    "```" + json.dumps(GOOD) + "```",
    "Score [1] first, then {x}: " + json.dumps(GOOD) + " (see [2])",
    "{'why': 'It fits.', 'score': 4, 'verdict': 'good',}",
    '{why: "It fits.", score: 4, verdict: "good"} // done',
    '{"why": "It fits.", "score": 4, "verdict": "good"',
    '{"why": "It fits.",\n "score": 4,\n "verdict": "good",\n}',
    "<think>{}</think>" + json.dumps(GOOD),
]


@pytest.mark.parametrize("text", GOOD_FORMS)
def test_forms_that_models_write(text: str) -> None:
    assert value_of(GRADE, text) == GOOD


def test_code_in_fences_inside_of_json_is_text() -> None:
    value = {**GOOD, "why": "Use\n```python\nprint({1: [2]})\n```\nthen."}
    assert value_of(GRADE, f"Here:\n```json\n{json.dumps(value)}\n```") == value


WRONG = [
    ({**GOOD, "score": 7}, "score: 7 is above 5"),
    ({**GOOD, "score": "4"}, 'score: "4" is no int'),
    ({**GOOD, "score": True}, "score: true is no int"),
    ({**GOOD, "score": 4.5}, "score: 4.5 is no int"),
    ({**GOOD, "verdict": "fine"}, 'verdict: "fine" is not one of'),
    ({"score": 4, "verdict": "good"}, "the field 'why' is missing"),
    ([GOOD], "is no Grade"),
]


@pytest.mark.parametrize(("value", "reason"), WRONG)
def test_what_does_not_fit_is_named_with_its_place(value: Any, reason: str) -> None:
    problem = read(GRADE, json.dumps(value)).problem
    assert problem is not None and problem.code == "E0831"
    assert reason in problem.message and reason in problem.advice


SIMPLE = [
    (IntType(1, 5), "5", 5),
    (IntType(1, 5), "**5**", 5),
    (IntType(1, 5), "5.", 5),
    (IntType(1, 5), '{"value": 5}', 5),
    (FLOAT, "5", 5.0),
    (FLOAT, "-1e3", -1000.0),
    (BOOL, "True.", True),
    (BOOL, "false", False),
    (LiteralType(("high", "low")), "High", "high"),
    (LiteralType(("high", "low")), '"low"', "low"),
    (LiteralType(("n/a", "N/A")), "N/A", "N/A"),
    (LiteralType((1, 2)), "2", 2),
    (LiteralType((True,)), "true", True),
    (DATE, "2024-02-29", datetime.date(2024, 2, 29)),
    (TIMESTAMP, "2024-02-29T12:00:00+02:00", datetime.datetime(2024, 2, 29, 10)),
    (DURATION, "90", datetime.timedelta(seconds=90)),
    (optional(STR), "null", None),
    (optional(STR), "Hello.", "Hello."),
    (ListType(STR), '["a", "b"]', ["a", "b"]),
    (ListType(STR), '{"value": ["a", "b"]}', ["a", "b"]),
    (SHAPE, '{"kind": "Line", "length": 3, "r": 1}', {"kind": "line", "length": 3}),
    (SHAPE, '{"value": {"kind": "circle", "r": 1}}', {"kind": "circle", "r": 1.0}),
    (JSON, '{"a": [1, null]}', {"a": [1, None]}),
    (MESSAGES, '[{"role": "user", "content": "{{ x }}"}]', [{"role": "user", "content": "{{ x }}"}]),
]


@pytest.mark.parametrize(("type_", "text", "value"), SIMPLE)
def test_simple_types_are_read_without_a_frame(type_: Type, text: str, value: Any) -> None:
    found = value_of(type_, text)
    assert found == value and type(found) is type(value)


BAD = [
    (BOOL, "yes", "E0831"),
    (BOOL, "1", "E0831"),
    (INT, "five", "E0830"),
    (INT, "1,000", "E0830"),
    (INT, "9223372036854775808", "E0831"),
    (INT, "NaN", "E0831"),
    (FLOAT, "NaN", "E0831"),
    (FLOAT, "1e999", "E0831"),
    (DATE, "2023-02-29", "E0831"),
    (DURATION, "1e300", "E0831"),
    (LiteralType(("n/a", "N/A")), "N/a", "E0831"),
    (LiteralType((1,)), "true", "E0831"),
    (LiteralType((1,)), '{"value": true}', "E0831"),
    (FLOAT, '{"value": NaN}', "E0831"),
    (FLOAT, '{"value": 1e999}', "E0831"),
    (ListType(StrType(pattern="^a")), '{"value": ["ab", "b"]}', "E0831"),
    (RecordType((Field("a", STR),)), '{"a": NaN}', "E0831"),
    (JSON, '{"a": 123456789012345678901}', "E0831"),
    (JSON, '{"a": NaN}', "E0831"),
    (JSON, "[" * 70 + "]" * 70, "E0831"),
    (ListType(STR, 2), '["a"]', "E0831"),
    (SHAPE, '{"kind": "cube"}', "E0831"),
    (optional(STR), "\ud800", "E0831"),
    (optional(STR), '{"value": "\\ud800"}', "E0830"),
    (STR, "\udfff", "E0831"),
    (StrType(max=3), "long", "E0831"),
    (StrType(pattern="^a"), "b", "E0831"),
    (STR, " \n", "E0835"),
    (GRADE, "<think>so long</think>", "E0835"),
    (GRADE, "I cannot.", "E0830"),
]


@pytest.mark.parametrize(("type_", "text", "code"), BAD)
def test_what_is_no_value_is_refused(type_: Type, text: str, code: str) -> None:
    assert code_of(type_, text) == code


def test_text_keeps_its_inside() -> None:
    text = '  {{ 7 * 7 }} <b>"x"</b>\r\n\x1b[31m  ```sh\nrm -rf /\n```\n\n'
    assert value_of(STR, text) == text.strip()
    assert value_of(StrType(min=0), " ") == ""


def test_a_raw_completion_keeps_whitespace_and_tags() -> None:
    text = " Paris.\n<think>x</think> "
    assert Reader(STR, complete=True).read(Reply(text)).value == text


def test_cut_text_is_kept_and_marked() -> None:
    found = read(STR, "It goes on and", finish="length")
    assert (found.value, found.cut, found.problem) == ("It goes on and", True, None)
    assert code_of(STR, "<think>and on", finish="length") == "E0832"
    assert code_of(StrType(min=0), "", finish="length") == "E0832"


def test_cut_json_is_a_problem_unless_it_is_whole() -> None:
    assert code_of(GRADE, json.dumps(GOOD)[:-2], finish="length") == "E0832"
    assert code_of(ListType(STR), '["a", "b"', finish="length") == "E0832"
    assert code_of(INT, "57", finish="length") == "E0832"
    assert code_of(ListType(STR), '{"value": [["a"], ["b"', finish="length") == "E0832"
    assert value_of(GRADE, json.dumps(GOOD) + "\n", finish="length") == GOOD
    assert not read(GRADE, json.dumps(GOOD), finish="length").cut


def test_filters_and_refusals_are_not_asked_again() -> None:
    for type_ in (STR, GRADE):
        filtered = read(type_, "It", finish="filter").problem
        refused = read(type_, "", refusal="I can't help with that.").problem
        assert filtered is not None and (filtered.code, filtered.advice) == ("E0833", "")
        assert refused is not None and (refused.code, refused.advice) == ("E0834", "")
        assert "I can't help with that" in refused.message


def test_mended_json_makes_nothing_up() -> None:
    maybe = RecordType((Field("a", optional(STR)), Field("b", optional(INT))))
    assert value_of(maybe, '{"b": 2}') == {"a": None, "b": 2}
    assert code_of(maybe, "{'b': 2}") == "E0830"
    assert code_of(maybe, '{"a": , "b": 2}') == "E0830"
    assert code_of(maybe, "{'a': 'x', 'b': 2, 'c': 3}") == "E0830"


def test_reasoning_of_server_and_text_are_both_kept() -> None:
    found = read(STR, "<think>two</think>\n\nYes.", reasoning="one")
    assert (found.reasoning, found.value, found.text) == ("one\n\ntwo", "Yes.", "Yes.")
    assert read(GRADE, "<think>so</think>" + json.dumps(GOOD)).reasoning == "so"


HOSTILE = [
    "[",
    "{",
    '{"a":',
    "'",
    '["',
    "{'",
    "{'}",
    '("',
    "[1,",
    '\\"',
    "```\n",
    "```{",
    "{}",
    "/*",
    "“",
    '{"why": "a" b',
]


@pytest.mark.parametrize("piece", HOSTILE)
def test_hostile_text_is_read_in_bounded_time(piece: str) -> None:
    """A quadratic way through a text of this length would take hours."""
    for size in (19_000, 1_000_000):
        for text in (piece * (size // len(piece)), '{"why": ' + piece * (size // len(piece))):
            assert read(GRADE, text).problem is not None
