"""Answers with log probabilities, reasoning and calls of tools."""

from __future__ import annotations

from typing import Any

import pytest

from synthdsl.dataset.validate import fits
from synthdsl.llm.extras import Extras, Tool, answer_type, document
from synthdsl.llm.reply import Reply
from synthdsl.llm.request import Form, Identity, Message, ModelSpec, Request
from synthdsl.llm.typed.exchange import Exchange, GivenUp
from synthdsl.llm.typed.extras import MAX_CALLS, ExtrasReader
from synthdsl.llm.typed.read import Read
from synthdsl.types.show import show
from synthdsl.types.terms import STR, Field, IntType, RecordType, StrType

WEATHER = Tool("weather", "Tells the weather.", RecordType((Field("town", STR),)))
TIME = Tool("time", "", RecordType((Field("hours", IntType(0, 23)),)))
TOOLS = Extras(STR, tools=(WEATHER, TIME))
ALL = Extras(STR, logprobs=True, reasoning=True, tools=(TIME,))


def call(name: Any, arguments: Any) -> dict[str, Any]:
    return {"id": "1", "type": "function", "function": {"name": name, "arguments": arguments}}


def test_the_type_has_what_is_asked_for() -> None:
    assert show(answer_type(Extras(STR, logprobs=True))) == (
        "{ text: str, logprobs: list[{ token: str, logprob: float }] }"
    )
    assert show(answer_type(Extras(IntType(1, 5), reasoning=True))) == "{ value: int(1..5), reasoning: str? }"
    one = show(answer_type(Extras(STR, tools=(TIME,))))
    assert one == '{ text: str, calls: list[{ name: "time", arguments: { hours: int(0..23) } }] }'
    assert " | " in show(answer_type(TOOLS))


def test_a_tool_is_described_as_models_are_told_of_it() -> None:
    assert document(WEATHER) == {
        "type": "function",
        "function": {
            "name": "weather",
            "description": "Tells the weather.",
            "parameters": {
                "type": "object",
                "properties": {"town": {"type": "string"}},
                "required": ["town"],
                "additionalProperties": False,
            },
        },
    }
    assert "description" not in document(TIME)["function"]


def test_an_answer_with_all() -> None:
    reply = Reply(
        "<think>Hm.</think> Yes. ", tool_calls=(call("time", '{"hours": 3}'),), logprobs=(("Yes", -0.1), (".", 0))
    )
    found = ExtrasReader(ALL).read(reply)
    assert found.problem is None and fits(found.value, answer_type(ALL)) is None
    assert found.value == {
        "text": "Yes.",
        "reasoning": "Hm.",
        "logprobs": [{"token": "Yes", "logprob": -0.1}, {"token": ".", "logprob": 0.0}],
        "calls": [{"name": "time", "arguments": {"hours": 3}}],
    }


def test_a_typed_answer_beside_its_reasoning() -> None:
    reader = ExtrasReader(Extras(IntType(1, 5), reasoning=True))
    assert reader.read(Reply('{"value": 4}', reasoning="Good.")).value == {"value": 4, "reasoning": "Good."}
    assert reader.read(Reply('{"value": 4}')).value == {"value": 4, "reasoning": None}
    assert reader.read(Reply('{"value": 9}')).problem is not None


def test_a_call_needs_no_text_and_a_text_no_call() -> None:
    reader = ExtrasReader(TOOLS)
    silent = reader.read(Reply("", "tools", tool_calls=(call("time", '{"hours": 3}'),)))
    assert silent.value == {"text": "", "calls": [{"name": "time", "arguments": {"hours": 3}}]}
    assert reader.read(Reply("No.")).value == {"text": "No.", "calls": []}
    as_an_object = reader.read(Reply("", "tools", tool_calls=(call("weather", {"town": "Bern"}),)))
    assert as_an_object.value["calls"][0]["arguments"] == {"town": "Bern"}
    long = ExtrasReader(Extras(StrType(min=5), tools=(TIME,)))
    assert long.read(Reply("", "tools", tool_calls=(call("time", '{"hours": 3}'),))).problem is None
    assert long.read(Reply("abc")).problem is not None


def test_arguments_that_are_nearly_json_are_mended() -> None:
    found = ExtrasReader(TOOLS).read(Reply("", "tools", tool_calls=(call("weather", "{'town': 'Bern',}"),)))
    assert found.value["calls"] == [{"name": "weather", "arguments": {"town": "Bern"}}]


WRONG = [
    (Reply(""), "E0835"),
    (Reply("", tool_calls=(call("rm", "{}"),)), "E0831"),
    (Reply("", tool_calls=(call("time", "{"),)), "E0831"),
    (Reply("", tool_calls=(call("time", "[1]"),)), "E0831"),
    (Reply("", tool_calls=(call("time", '{"hours": 99}'),)), "E0831"),
    (Reply("", tool_calls=(call("time", ""),)), "E0831"),
    (Reply("", tool_calls=(call("time", {"hours": {1}}),)), "E0831"),
    (Reply("", tool_calls=({"function": None},)), "E0831"),
    (Reply("", tool_calls=({"function": {"name": ["weather"]}},)), "E0831"),
    (Reply("", tool_calls=(call("weather", '{"town": "x"}'),) * (MAX_CALLS + 1)), "E0831"),
    (Reply("", "filter", tool_calls=(call("weather", '{"town": "x"}'),)), "E0833"),
]


@pytest.mark.parametrize(("reply", "code"), WRONG)
def test_what_is_no_call_of_an_offered_tool_is_refused(reply: Reply, code: str) -> None:
    found = ExtrasReader(TOOLS).read(reply)
    assert found.problem is not None and found.problem.code == code and found.value is None


@pytest.mark.parametrize("logprobs", [None, (("a", float("-inf")),)])
def test_missing_log_probabilities_are_not_asked_for_again(logprobs: Any) -> None:
    form = Form("d.c", ModelSpec("m", "openai", ()), logprobs=True)
    exchange = Exchange(Identity(form), ExtrasReader(Extras(STR, logprobs=True)), (Message("user", "Q"),), b"1")
    step = exchange.take(Reply("Yes.", logprobs=logprobs))
    assert isinstance(step, GivenUp) and step.problem.code == "E0836"


def test_a_wrong_call_is_asked_for_again_with_what_was_wrong() -> None:
    form = Form("d.c", ModelSpec("m", "openai", ()), tools=tuple(document(t) for t in TOOLS.tools))
    exchange = Exchange(Identity(form), ExtrasReader(TOOLS), (Message("user", "Q"),), b"1")
    step = exchange.take(Reply("", "tools", tool_calls=(call("rain", "{}"),)))
    assert isinstance(step, Request)
    assert '"rain", which is none of the tools (weather, time)' in step.messages[-1].content
    step = exchange.take(Reply("", "tools", tool_calls=(call("time", '{"hours": 77}'),)))
    assert isinstance(step, Request)
    assert "the arguments of 'time': it does not fit" in step.messages[-1].content and "77" in step.messages[-2].content
    assert isinstance(exchange.take(Reply("", "tools", tool_calls=(call("time", '{"hours": 7}'),))), Read)
