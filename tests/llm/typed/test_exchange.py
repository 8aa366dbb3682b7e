"""One typed call as steps: what is asked again, how often, and that a replay walks the same way."""

from __future__ import annotations

import json
from typing import Any

from synthdsl.llm.reply import Reply, Usage, dump, load
from synthdsl.llm.request import Form, Identity, Message, ModelSpec, Request
from synthdsl.llm.typed.ask import MAX_ECHO, again, told, wanted, with_wanted
from synthdsl.llm.typed.exchange import Exchange, GivenUp, Step
from synthdsl.llm.typed.problem import no_json
from synthdsl.llm.typed.read import Read, Reader
from synthdsl.llm.typed.schema import schema_of
from synthdsl.types.relations import optional
from synthdsl.types.terms import STR, Field, IntType, ListType, LiteralType, RecordType, StrType, Type

GRADE = RecordType((Field("why", STR, "Two sentences"), Field("score", IntType(1, 5))), "Grade")
ASKED = (Message("system", "Grade."), Message("user", "Is 2 + 2 = 4?"))
GOOD = json.dumps({"why": "It is.", "score": 5})


def exchange(type_: Type = GRADE, *, complete: bool = False, sample: bytes = b"row 1", retries: int = 2) -> Exchange:
    form = Form("d.grade", ModelSpec("m", "openai", ()), schema=schema_of(type_, "d.grade"), complete=complete)
    form = Form(form.column, form.model, schema=form.schema, complete=complete, retries=retries)
    return Exchange(Identity(form), Reader(type_, complete), ASKED, sample)


def walk(call: Exchange, *answers: str | Reply) -> tuple[list[Request], Step]:
    """The requests that were made for these answers, and what came last."""
    step: Step = call.begin()
    made: list[Request] = []
    for answer in answers:
        assert isinstance(step, Request)
        made.append(step)
        step = call.take(answer if isinstance(answer, Reply) else Reply(answer, usage=Usage(10, 2, 1)))
    return made, step


def test_a_good_answer_ends_it() -> None:
    made, step = walk(exchange(), GOOD)
    assert made[0].messages == ASKED
    assert isinstance(step, Read) and step.value == {"why": "It is.", "score": 5}


def test_a_refused_answer_is_asked_for_again_with_what_was_wrong() -> None:
    call = exchange()
    made, step = walk(call, '{"why": "x", "score": 9}', GOOD)
    assert isinstance(step, Read) and step.problem is None
    system, user, answer, wish = made[1].messages
    assert (system, user) == ASKED
    assert answer == Message("assistant", '{"why": "x", "score": 9}')
    assert wish.role == "user" and "score: 9 is above 5" in wish.content and '"why": string' in wish.content
    assert made[0].key != made[1].key
    assert call.usage == Usage(20, 4, 2) and len(call.replies) == 2


def test_it_ends_after_the_retries() -> None:
    for retries in (0, 1, 3):
        call = exchange(retries=retries)
        made, step = walk(call, *["no"] * (retries + 1))
        assert isinstance(step, GivenUp) and step.problem.code == "E0830" and step.read.text == "no"
        assert len({r.key for r in made}) == retries + 1


def test_equal_wrong_answers_at_temperature_0_are_still_different_requests() -> None:
    made, _ = walk(exchange(sample=b""), "no", "no", "no")
    assert len({r.key for r in made}) == 3


def test_only_the_last_answer_is_sent_back() -> None:
    made, _ = walk(exchange(), "first wrong", "second wrong", GOOD)
    assert [m.content for m in made[2].messages if m.role == "assistant"] == ["second wrong"]


def test_filters_and_refusals_end_it_at_once() -> None:
    for reply in (Reply("", finish="filter"), Reply("", refusal="No.")):
        _, step = walk(exchange(), reply)
        assert isinstance(step, GivenUp) and step.problem.code in ("E0833", "E0834")


def test_a_raw_completion_is_asked_for_as_another_sample() -> None:
    made, _ = walk(exchange(StrType(max=3), complete=True), "far too long", " ok")
    assert made[0].messages == made[1].messages and made[0].key != made[1].key
    _, step = walk(exchange(StrType(max=3), complete=True, sample=b""), "far too long")
    assert isinstance(step, GivenUp)


def test_a_replay_from_stored_replies_walks_the_same_way() -> None:
    stored: dict[bytes, bytes] = {}
    answers = [Reply("<think>hm</think>no"), Reply('{"why": "x"}'), Reply("```json\n" + GOOD + "\n```")]
    call = exchange()
    made, end = walk(call, *answers)
    for request, reply in zip(made, answers, strict=True):
        stored[request.key] = dump(reply)
    again_call = exchange()
    step: Step = again_call.begin()
    while isinstance(step, Request):
        step = again_call.take(load(stored[step.key]))
    assert step == end and again_call.replies == call.replies


def test_reasoning_is_not_sent_back() -> None:
    made, _ = walk(exchange(), "<think>secret</think>no", GOOD)
    assert not any("secret" in m.content for m in made[1].messages)


def test_a_long_answer_is_sent_back_in_part() -> None:
    text = "a" * 50_000 + "end"
    echo = again(ASKED, text, no_json(text), None, 2)[2].content
    assert MAX_ECHO < len(echo) < MAX_ECHO + 100 and echo.endswith("aend") and "46003 characters left out" in echo


def test_roles_alternate_whatever_came_before() -> None:
    empty = again(ASKED, "", no_json(""), None, 2)
    assert [m.role for m in empty] == ["system", "user"] and empty[1].content.startswith(ASKED[1].content)
    begun = again((*ASKED, Message("assistant", "It")), "fits", no_json("fits"), None, 2)
    assert [m.role for m in begun] == ["system", "user", "assistant", "user"]


def test_a_broken_rule_is_told() -> None:
    messages = told(ASKED, "I am stupid.", "polite", 'not contains(answer, "stupid")', 2)
    assert [m.role for m in messages] == ["system", "user", "assistant", "user"]
    assert "'polite'" in messages[3].content and 'not contains(answer, "stupid")' in messages[3].content
    assert messages != told(ASKED, "I am stupid.", "polite", 'not contains(answer, "stupid")', 3)


def test_what_is_wanted_is_said_in_few_words() -> None:
    type_ = RecordType(
        (
            Field("why", StrType(max=90), "Two\nsentences"),
            Field("tags", ListType(LiteralType(("a", "b")), 1, 3)),
            Field("score", optional(IntType(1, 5)), "null when unsure"),
            Field("parts", ListType(RecordType((Field("x", STR),)))),
        )
    )
    schema = schema_of(type_, "d.c")
    assert schema is not None
    assert wanted(schema).splitlines()[2:] == [
        "{",
        '  "why": string,  // Two sentences; at most 90 characters',
        '  "tags": ["a" | "b", ...] (at least 1 items, at most 3 items),',
        '  "score": integer (at least 1, at most 5) | null,  // null when unsure',
        '  "parts": [{',
        '    "x": string',
        "  }, ...]",
        "}",
    ]
    messages = with_wanted((*ASKED, Message("assistant", "{")), schema)
    assert messages[1].content == f"{ASKED[1].content}\n\n{wanted(schema)}" and messages[2].content == "{"
    assert with_wanted(ASKED[:1], schema)[1] == Message("user", wanted(schema))


def test_usage_of_no_reply_is_nothing() -> None:
    call: Any = exchange()
    assert call.usage == Usage()
