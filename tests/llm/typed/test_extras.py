"""Answers with log probabilities and calls of tools."""

from __future__ import annotations

from typing import Any

import pytest

from synthdsl.dataset.validate import fits
from synthdsl.llm.reply import Reply
from synthdsl.llm.request import Form, Identity, Message, ModelSpec, Request
from synthdsl.llm.typed.exchange import Exchange, GivenUp
from synthdsl.llm.typed.extras import ExtrasReader, answer_type, tool_names
from synthdsl.llm.typed.read import Read
from synthdsl.types.show import show

TOOLS = ({"type": "function", "function": {"name": "weather", "parameters": {"type": "object"}}}, {"name": "time"})


def call(name: str, arguments: Any) -> dict[str, Any]:
    return {"id": "1", "type": "function", "function": {"name": name, "arguments": arguments}}


def test_the_type_has_what_is_asked_for() -> None:
    assert show(answer_type(True, False)) == "{ text: str, logprobs: list[{ token: str, logprob: float }] }"
    assert show(answer_type(False, True)) == "{ text: str, calls: list[{ name: str, arguments: json }] }"
    assert [f.name for f in answer_type(True, True).fields] == ["text", "logprobs", "calls"]


def test_an_answer_with_all() -> None:
    reply = Reply(" Yes. ", tool_calls=(call("time", '{"zone": "CET"}'),), logprobs=(("Yes", -0.1), (".", 0)))
    found = ExtrasReader(True, tool_names(TOOLS)).read(reply)
    assert found.problem is None and fits(found.value, answer_type(True, True)) is None
    assert found.value == {
        "text": "Yes.",
        "logprobs": [{"token": "Yes", "logprob": -0.1}, {"token": ".", "logprob": 0.0}],
        "calls": [{"name": "time", "arguments": {"zone": "CET"}}],
    }


def test_a_call_needs_no_text_and_a_text_no_call() -> None:
    reader = ExtrasReader(False, ("time",))
    assert reader.read(Reply("", "tools", tool_calls=(call("time", ""),))).value == {
        "text": "",
        "calls": [{"name": "time", "arguments": {}}],
    }
    assert reader.read(Reply("No.")).value == {"text": "No.", "calls": []}
    as_an_object = reader.read(Reply("", "tools", tool_calls=(call("time", {"a": 1}),)))
    assert as_an_object.value["calls"][0]["arguments"] == {"a": 1}


WRONG = [
    (Reply(""), "E0835"),
    (Reply("", tool_calls=(call("rm", "{}"),)), "E0831"),
    (Reply("", tool_calls=(call("time", "{"),)), "E0831"),
    (Reply("", tool_calls=(call("time", "[1]"),)), "E0831"),
    (Reply("", tool_calls=(call("time", '{"a": 1e999}'),)), "E0831"),
    (Reply("", tool_calls=({"function": None},)), "E0831"),
    (Reply("", tool_calls=({"function": {"name": ["time"]}},)), "E0831"),
    (Reply("", "filter", tool_calls=(call("time", "{}"),)), "E0833"),
]


@pytest.mark.parametrize(("reply", "code"), WRONG)
def test_what_is_no_call_of_an_offered_tool_is_refused(reply: Reply, code: str) -> None:
    problem = ExtrasReader(False, ("time",)).read(reply).problem
    assert problem is not None and problem.code == code


@pytest.mark.parametrize("logprobs", [None, (("a", float("-inf")),)])
def test_missing_log_probabilities_are_not_asked_for_again(logprobs: Any) -> None:
    form = Form("d.c", ModelSpec("m", "openai", ()), logprobs=True)
    exchange = Exchange(Identity(form), ExtrasReader(True, None), (Message("user", "Q"),), b"1")
    step = exchange.take(Reply("Yes.", logprobs=logprobs))
    assert isinstance(step, GivenUp) and step.problem.code == "E0836"


def test_a_wrong_call_is_asked_for_again() -> None:
    form = Form("d.c", ModelSpec("m", "openai", ()), tools=TOOLS)
    exchange = Exchange(Identity(form), ExtrasReader(False, tool_names(TOOLS)), (Message("user", "Q"),), b"1")
    step = exchange.take(Reply("", "tools", tool_calls=(call("rain", "{}"),)))
    assert isinstance(step, Request) and '"rain", which is none of the tools' in step.messages[-1].content
    assert isinstance(exchange.take(Reply("", "tools", tool_calls=(call("weather", "{}"),))), Read)
