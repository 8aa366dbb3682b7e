"""One suite for every provider: what a call promises, whoever answers it.

`litellm` takes part where the library, an extra, is installed; it is sent to a server of OpenAI's protocol.
"""

from __future__ import annotations

import asyncio
import sys
from importlib.util import find_spec

import orjson
import pytest

from synthdsl.llm.extras import Extras, Tool, document
from synthdsl.llm.reply import CallFailed, Reply, load
from synthdsl.llm.request import Form, Identity, Message, ModelSpec, Request, Schema
from synthdsl.llm.table import PROVIDERS, connect
from synthdsl.llm.typed.extras import ExtrasReader
from synthdsl.types.terms import STR, Field, IntType, RecordType
from tests.llm.test_faults import KEY, SCORE, Answers, failure, model, outcomes, requests, server, started
from tests.server.running import Server

__all__ = ["server", "started"]

CALLED = ["openai", "anthropic", *(["litellm"] if find_spec("litellm") else [])]
ALL = [*CALLED, "simulated"]


def spec_of(server: Server, provider: str, **settings: object) -> ModelSpec:
    if provider == "simulated":
        return ModelSpec("writer", provider, tuple(settings.items()))
    return model(server, provider, **({"name": "openai/m"} if provider == "litellm" else {}), **settings)


def replies(calls: list[Request], answers: Answers | None = None) -> list[Reply]:
    found = outcomes(calls, answers)
    assert all(isinstance(r, Reply) for r in found), found
    return [r for r in found if isinstance(r, Reply)]


@pytest.mark.parametrize("provider", ALL)
def test_text_is_answered_counted_and_stored(server: Server, provider: str) -> None:
    answers = Answers()
    calls = requests(spec_of(server, provider), 5)
    found = replies(calls, answers)
    assert all(r.text and r.finish == "stop" and r.usage.input and r.usage.output for r in found)
    assert [load(answers.kept[c.key]).text for c in calls] == [r.text for r in found]


@pytest.mark.parametrize("provider", ALL)
def test_typed_answers_are_json_of_the_schema(server: Server, provider: str) -> None:
    answer = RecordType((Field("score", IntType(1, 5)),))
    form = {"schema": Schema("score", SCORE, False), "answer": answer}
    for reply in replies(requests(spec_of(server, provider), 5, **form)):
        assert orjson.loads(reply.text)["score"] in range(1, 6)
        assert reply.tool_calls == () and reply.finish == "stop"


@pytest.mark.parametrize("provider", ALL)
def test_samples_of_one_prompt_are_calls_of_their_own(server: Server, provider: str) -> None:
    identity = Identity(Form("rows.text", spec_of(server, provider)))
    calls = [identity.request((Message("user", "Say it."),), b"%d" % n) for n in range(3)]
    answers = Answers()
    replies([*calls, calls[0]], answers)
    assert set(answers.kept) == {c.key for c in calls} and len(answers.kept) == 3
    assert provider == "simulated" or server.calls() == 3


@pytest.mark.parametrize("provider", CALLED)
def test_what_shapes_an_answer_reaches_the_server(server: Server, provider: str) -> None:
    server.script(reset=True, keep=True)
    given = (("max_tokens", 7), ("stop", ["END"]), ("temperature", 0.5))
    replies(requests(spec_of(server, provider), 1, settings=given))
    body = server.seen()["bodies"][0]
    assert body["max_tokens"] == 7 and body["temperature"] == 0.5
    assert body.get("stop", body.get("stop_sequences")) == ["END"]
    assert KEY not in str(body)


@pytest.mark.parametrize("provider", CALLED)
def test_an_answer_that_is_cut_says_so(server: Server, provider: str) -> None:
    server.script(reset=True, faults=[{"kind": "length"}])
    assert replies(requests(spec_of(server, provider), 1))[0].finish == "length"


@pytest.mark.parametrize("provider", CALLED)
@pytest.mark.parametrize(
    ("status", "code", "reach"), [(401, "E0820", "run"), (404, "E0821", "run"), (400, "E0823", "row")]
)
def test_refusals_have_one_meaning(server: Server, provider: str, status: int, code: str, reach: str) -> None:
    said = orjson.dumps({"error": {"message": f"No, {KEY}, no."}}).decode()
    server.script(reset=True, faults=[{"kind": "status", "value": status, "body": said}])
    found = failure(requests(spec_of(server, provider), 1))
    assert (found.code, found.reach, found.status) == (code, reach, status)
    assert "No, " in found.body and KEY not in found.body + found.message


@pytest.mark.parametrize("provider", CALLED)
def test_what_passes_is_tried_again_by_the_gateway_alone(server: Server, provider: str) -> None:
    faults = [{"kind": "status", "value": 503, "times": 1}, {"kind": "drop", "times": 1}]
    server.script(reset=True, faults=faults)
    replies(requests(spec_of(server, provider), 1))
    assert server.seen()["asked"] == 3
    server.script(reset=True, faults=[{"kind": "status", "value": 503}])

    async def once() -> None:
        (call,) = requests(spec_of(server, provider), 1)
        connected = connect(call.form.model, {"SOME_KEY": KEY})
        with pytest.raises(CallFailed):
            await connected.ask(call)
        await connected.close()

    asyncio.run(once())
    assert server.seen()["asked"] == 1


def test_a_missing_library_is_told_with_the_way_to_it(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "litellm", None)
    found = failure(requests(model(server, "litellm"), 1))
    assert (found.code, found.reach) == ("E0828", "run") and "pip install 'synthdsl[litellm]'" in found.notes[0]


def test_a_server_that_is_late_is_told(server: Server) -> None:
    server.script(reset=True, faults=[{"kind": "hang"}])
    for provider in CALLED:
        calls = requests(spec_of(server, provider), 1, timeout=0.1)
        found = failure(calls)
        assert isinstance(found, CallFailed) and (found.code, found.slow or found.reach) == ("E0824", "run")


WEATHER = Tool("weather", "Tells the weather.", RecordType((Field("town", STR), Field("days", IntType(1, 5)))))


@pytest.mark.parametrize("provider", ALL)
def test_tools_are_offered_and_their_calls_read(server: Server, provider: str) -> None:
    server.script(reset=True, keep=True)
    extras = Extras(STR, tools=(WEATHER,))
    form = {"extras": extras, "tools": (document(WEATHER),)}
    reader = ExtrasReader(extras)
    read = [reader.read(reply) for reply in replies(requests(spec_of(server, provider), 8, **form))]
    assert all(r.problem is None for r in read)
    calls = [c for r in read for c in r.value["calls"]]
    assert calls and all(c["name"] == "weather" and c["arguments"]["days"] in range(1, 6) for c in calls)
    if provider != "simulated":
        (sent,) = server.seen()["bodies"][0]["tools"]
        assert "Tells the weather." in str(sent) and "town" in str(sent)


@pytest.mark.parametrize("provider", ALL)
def test_reasoning_is_told_apart(server: Server, provider: str) -> None:
    server.script(reset=True, reasoning="First this, then that.")
    extras = Extras(STR, reasoning=True)
    for reply in replies(requests(spec_of(server, provider), 2, extras=extras)):
        value = ExtrasReader(extras).read(reply).value
        assert value["reasoning"] and value["reasoning"] not in value["text"]
        assert provider == "simulated" or value["reasoning"] == "First this, then that."


@pytest.mark.parametrize("provider", [p for p in ALL if p == "simulated" or "logprobs" not in PROVIDERS[p].lacks])
@pytest.mark.parametrize("complete", [False, True])
def test_log_probabilities_come_with_the_text(server: Server, provider: str, complete: bool) -> None:
    extras = Extras(STR, logprobs=True)
    for reply in replies(requests(spec_of(server, provider), 2, extras=extras, logprobs=True, complete=complete)):
        value = ExtrasReader(extras, complete).read(reply).value
        assert value["logprobs"] and all(t["logprob"] <= 0 for t in value["logprobs"])
