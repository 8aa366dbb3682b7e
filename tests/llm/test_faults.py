"""Every way a server can misbehave, met by the gateway over real connections: what is said; nothing is lost."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence

import pytest

from synthdsl.llm import gateway as way
from synthdsl.llm.contract import Answered
from synthdsl.llm.gateway import Gateway
from synthdsl.llm.limits import DECREASE, Left, Limiter, Told
from synthdsl.llm.providers.http import refused
from synthdsl.llm.providers.told_limits import seconds_until
from synthdsl.llm.reply import CallFailed, Reply
from synthdsl.llm.request import Env, Form, Identity, Message, ModelSpec, Request, Schema
from synthdsl.llm.spending import Budget
from synthdsl.llm.table import connect
from tests.server.running import Server, running

KEY = "a-key-that-nobody-may-see"
PROVIDERS = ("openai", "anthropic")
SCORE = {
    "type": "object",
    "properties": {"score": {"type": "integer", "minimum": 1, "maximum": 5}},
    "required": ["score"],
    "additionalProperties": False,
}


class Answers:
    """A store in memory that knows when it was written."""

    def __init__(self) -> None:
        self.kept: dict[bytes, bytes] = {}
        self.groups: list[int] = []

    def get_many(self, keys: Sequence[bytes]) -> dict[bytes, bytes]:
        return {k: self.kept[k] for k in keys if k in self.kept}

    def put_many(self, answers: Sequence[Answered]) -> None:
        self.groups.append(len(answers))
        self.kept.update((a.key, a.reply) for a in answers)

    def forget(self, keys: Sequence[bytes]) -> None:
        for key in keys:
            del self.kept[key]

    def close(self) -> None:
        """Nothing is held."""


@pytest.fixture(scope="module")
def started() -> Iterator[Server]:
    with running() as server:
        yield server


@pytest.fixture
def server(started: Server, monkeypatch: pytest.MonkeyPatch) -> Server:
    started.script(reset=True)
    # The pauses between tries are the only thing that is shorter here than in a run.
    monkeypatch.setattr(way, "FIRST_PAUSE", 0.002)
    monkeypatch.setattr(way, "LONGEST_PAUSE", 0.01)
    return started


def model(server: Server, provider: str = "openai", **settings: object) -> ModelSpec:
    known = {"name": "m", "base_url": server.url, "api_key": Env("SOME_KEY"), **settings}
    return ModelSpec("writer", provider, tuple(known.items()))


def requests(spec: ModelSpec, n: int, **form: object) -> list[Request]:
    identity = Identity(Form("rows.text", spec, **form))  # type: ignore[arg-type]
    return [identity.request((Message("system", "Brief."), Message("user", f"Row {i}")), b"") for i in range(n)]


def outcomes(
    calls: Sequence[Request], answers: Answers | None = None, budget: Budget | None = None
) -> list[Reply | CallFailed]:
    """What each call gives, in order; an answer is in the store when it is told."""
    store = answers or Answers()

    async def all_of_them() -> list[Reply | CallFailed]:
        gateway = Gateway({"writer": calls[0].form.model}, store, {"SOME_KEY": KEY}, budget or Budget())
        loop = asyncio.get_running_loop()
        futures: list[asyncio.Future[Reply | CallFailed]] = []
        for number, call in enumerate(calls):
            future: asyncio.Future[Reply | CallFailed] = loop.create_future()

            def done(
                outcome: Reply | CallFailed,
                future: asyncio.Future[Reply | CallFailed] = future,
                call: Request = call,
            ) -> None:
                if isinstance(outcome, Reply) and call.key not in store.kept:
                    future.set_exception(AssertionError("told before it was stored"))
                else:
                    future.set_result(outcome)

            gateway.submit(call, (number,), done)
            futures.append(future)
        found = await asyncio.wait_for(asyncio.gather(*futures), 60)
        await gateway.close()
        return found

    return asyncio.run(all_of_them())


def failure(calls: Sequence[Request]) -> CallFailed:
    found = outcomes(calls)[0]
    assert isinstance(found, CallFailed), found
    return found


# --- what servers say otherwise


@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize(("kind", "finish"), [("length", "length"), ("filter", "filter")])
def test_why_a_text_ends(server: Server, provider: str, kind: str, finish: str) -> None:
    server.script(faults=[{"kind": kind}])
    (reply,) = outcomes(requests(model(server, provider), 1))
    assert isinstance(reply, Reply) and reply.finish == finish


def test_anthropic_sends_the_system_text_apart_and_a_limit(server: Server) -> None:
    server.script(keep=True)
    outcomes(requests(model(server, "anthropic"), 1, settings=(("stop", "END"), ("seed", 3))))
    (body,) = server.seen()["bodies"]
    assert body["system"] == "Brief." and body["messages"] == [{"role": "user", "content": "Row 0"}]
    assert body["max_tokens"] == 4096 and body["stop_sequences"] == ["END"] and "seed" not in body


def test_anthropic_counts_cached_tokens_as_input(server: Server) -> None:
    (reply,) = outcomes(requests(model(server, "anthropic"), 1))
    assert isinstance(reply, Reply) and reply.usage.cached == 1 and reply.usage.input == len("Row 0") // 4 + 1


def test_a_raw_completion_stops_where_there_is_none(server: Server) -> None:
    found = failure(requests(model(server, "anthropic"), 1, complete=True))
    assert (found.code, found.reach) == ("E0823", "run") and server.seen()["asked"] == 0


def test_a_server_without_schemas_is_asked_in_the_prompt_from_then_on(server: Server) -> None:
    server.script(faults=[{"kind": "no_schema"}], keep=True)
    calls = requests(model(server, concurrency=1), 3, schema=Schema("score", SCORE, False))
    assert all(isinstance(r, Reply) for r in outcomes(calls))
    bodies = server.seen()["bodies"]
    assert ["response_format" in b for b in bodies] == [True, False, False, False]
    assert '"score": integer' in bodies[1]["messages"][-1]["content"]


def test_refusals_and_missing_text_are_answers(server: Server) -> None:
    server.script(faults=[{"kind": "refusal", "match": "Row 0"}, {"kind": "null", "match": "Row 1"}])
    refusal, nothing = outcomes(requests(model(server), 2))
    assert isinstance(refusal, Reply) and refusal.refusal == "I cannot help with that." and refusal.text == ""
    assert isinstance(nothing, Reply) and nothing.text == ""


# --- faults that pass


@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize("status", [408, 409, 425, 429, 500, 502, 503, 504, 529])
def test_a_status_that_passes_is_tried_again(server: Server, provider: str, status: int) -> None:
    server.script(faults=[{"kind": "status", "value": status, "times": 2}])
    assert all(isinstance(r, Reply) for r in outcomes(requests(model(server, provider), 3)))
    assert server.seen()["asked"] == 9 and server.calls() == 3


@pytest.mark.parametrize("kind", ["cut", "broken", "html", "drop", "no_choices", "endless"])
def test_a_broken_answer_is_tried_again(server: Server, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("synthdsl.llm.providers.http.MAX_BODY", 1_000_000)
    server.script(faults=[{"kind": kind, "times": 1}])
    assert all(isinstance(r, Reply) for r in outcomes(requests(model(server), 3)))


@pytest.mark.parametrize(("kind", "value"), [("hang", None), ("drip", 0.05)])
def test_no_answer_in_time_is_tried_again(server: Server, kind: str, value: float | None) -> None:
    server.script(faults=[{"kind": kind, "value": value, "times": 1}])
    assert all(isinstance(r, Reply) for r in outcomes(requests(model(server), 2, timeout=0.3)))


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry-After": "7"}, 7.0),
        ({"retry-after-ms": "250", "Retry-After": "7"}, 0.25),
        ({"Retry-After": "soon"}, None),
        ({"Retry-After": "nan"}, None),
        ({"Retry-After": "1e9"}, 3600.0),
        ({"Retry-After": "Wed, 21 Oct 2015 07:28:00 GMT"}, 0.001),
        ({}, None),
    ],
)
def test_the_pause_that_a_server_asks_for(headers: dict[str, str], seconds: float | None) -> None:
    found = refused(429, b"{}", headers)
    assert (found.wait, found.slow, found.reach) == (seconds, True, "again")


def test_no_call_of_the_account_begins_within_the_pause() -> None:
    limiter = Limiter(10)
    limiter.slow(100.0, 5.0)
    assert [limiter.wait(now, 1) for now in (100.0, 104.0, 105.0)] == [5.0, 1.0, 0.0]


def test_one_burst_of_refusals_cuts_the_calls_in_flight_once() -> None:
    limiter = Limiter(100)
    for _ in range(50):
        limiter.slow(100.0, None)
    assert limiter.allowed == 100 * DECREASE


@pytest.mark.parametrize("provider", PROVIDERS)
def test_what_is_left_is_heeded_before_the_server_refuses(server: Server, provider: str) -> None:
    server.script(reset=True, limit=15, window=0.3, tells=provider, latency=0.01)
    # Five at once: how much is left is known only from the first answer on.
    found = outcomes(requests(model(server, provider, concurrency=5), 50))
    assert all(isinstance(one, Reply) for one in found)
    seen = server.seen()
    assert (seen["asked"], seen["most_in_flight"]) == (50, 5), "none was refused, and it was not slowed down for good"


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("6m0s", 360.0), ("120ms", 0.12), ("1h2m3.5s", 3723.5), ("7", 7.0), ("2020-01-01T00:00:00Z", 0.0), ("0", 0.0),
     ("soon", None), ("", None), ("2020-01-01T00:00:00", None), ("-5s", None)],
)  # fmt: skip
def test_the_time_of_a_reset(text: str, seconds: float | None) -> None:
    assert seconds_until(text) == seconds


def test_tokens_that_are_left_are_for_calls_that_fit() -> None:
    limiter = Limiter(10)
    first, second = limiter.begin(100), limiter.begin(100)
    limiter.hear(50.0, Told(None, Left(250, 8.0, 1_000)), first)
    assert [limiter.wait(50.0, n) for n in (150, 151)] == [0.0, 8.0], "the second call is not in what was told"
    limiter.hear(51.0, Told(None, Left(20, 9.0, 1_000)), second)
    limiter.hear(52.0, Told(None, Left(900, 1.0, 1_000)), first)
    assert [limiter.wait(now, 100) for now in (52.0, 60.0)] == [8.0, 0.0], "of two answers the later call's counts"
    limiter.begin(990)
    assert limiter.wait(60.0, 100) == float("inf"), "until an answer tells what is left in the new window"
    for _ in range(3):
        limiter.end(0, None, None)
    assert limiter.wait(60.0, 100) == 0.0, "none is to come that would tell"


def test_all_rows_of_a_bad_server_are_complete(server: Server) -> None:
    """Half of all tries fail: 30% HTTP 500, 10% 429, 5% cut, 5% no JSON."""
    server.script(
        faults=[
            {"kind": "status", "value": 500, "rate": 0.3},
            {"kind": "status", "value": 429, "rate": 0.14},
            {"kind": "cut", "rate": 0.083},
            {"kind": "broken", "rate": 0.091},
        ]
    )
    answers = Answers()
    calls = requests(model(server), 1500)
    assert all(isinstance(r, Reply) for r in outcomes(calls, answers))
    assert len(answers.kept) == 1500
    assert set(server.seen()["answered"].values()) == {1}


# --- faults that stay


@pytest.mark.parametrize("status", [400, 413, 422])
def test_a_refused_call_fails_its_row_alone(server: Server, status: int) -> None:
    server.script(faults=[{"kind": "status", "value": status, "match": "Row 1$"}])
    first, second, third = outcomes(requests(model(server), 3))
    assert isinstance(first, Reply) and isinstance(third, Reply)
    assert isinstance(second, CallFailed)
    assert (second.code, second.reach, second.status) == ("E0823", "row", status)
    assert server.seen()["asked"] == 3


@pytest.mark.parametrize(("status", "code"), [(401, "E0820"), (402, "E0820"), (403, "E0820"), (404, "E0821")])
def test_what_no_call_can_pass_stops_the_run_at_once(server: Server, status: int, code: str) -> None:
    server.script(faults=[{"kind": "status", "value": status}])
    found = outcomes(requests(model(server, concurrency=4), 500))
    assert {(r.code, r.reach) for r in found if isinstance(r, CallFailed)} == {(code, "run")}
    assert len(found) == 500 and server.seen()["asked"] <= 8


def test_a_quota_that_is_used_up_is_not_waited_for(server: Server) -> None:
    body = '{"error": {"code": "insufficient_quota", "message": "no money"}}'
    server.script(faults=[{"kind": "status", "value": 429, "body": body}])
    assert failure(requests(model(server, concurrency=1), 10)).reach == "run"
    assert server.seen()["asked"] == 1


def test_a_server_that_is_not_there_stops_the_run(server: Server) -> None:
    found = failure(requests(model(server, base_url="http://127.0.0.1:9/v1"), 1))
    assert (found.code, found.reach) == ("E0822", "run")


@pytest.mark.parametrize("kind", ["broken", "no_choices", "html"])
def test_an_answer_that_stays_broken_fails_its_row_with_what_was_sent(server: Server, kind: str) -> None:
    server.script(faults=[{"kind": kind}])
    found = failure(requests(model(server), 1))
    assert (found.code, found.reach) == ("E0825", "row") and found.body
    assert server.seen()["asked"] == way.MOST_BROKEN


def test_a_server_that_goes_on_failing_is_given_up(server: Server) -> None:
    server.script(faults=[{"kind": "status", "value": 500, "match": "Row 0"}])
    failed, answered = outcomes(requests(model(server), 2))
    assert isinstance(failed, CallFailed) and (failed.code, failed.reach) == ("E0824", "row")
    assert isinstance(answered, Reply)
    assert server.seen()["asked"] == way.MOST_TRIES + 1


def test_a_key_is_never_told(server: Server) -> None:
    """The server repeats the key in its refusal, as some do."""
    body = f'{{"error": {{"message": "Incorrect API key provided: {KEY}"}}}}'
    server.script(faults=[{"kind": "status", "value": 401, "body": body}])
    found = failure(requests(model(server), 1))
    told = (found.message, found.body, *found.notes, repr(found), str(found.__dict__))
    assert not any(KEY in text for text in told)


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_key_in_an_answer_is_not_stored(server: Server, provider: str) -> None:
    server.script(faults=[{"kind": "say", "value": f"it is {KEY}"}])
    answers = Answers()
    (reply,) = outcomes(requests(model(server, provider), 1), answers)
    assert isinstance(reply, Reply) and reply.text == "it is [key]"
    assert KEY.encode() not in b"".join(answers.kept.values())


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_key_that_no_header_can_hold_is_said_without_telling_it(server: Server, provider: str) -> None:
    with pytest.raises(CallFailed) as caught:
        connect(model(server, provider), {"SOME_KEY": f"{KEY}\nX-Other: 1"})
    assert (caught.value.code, caught.value.reach) == ("E0829", "run")
    assert KEY not in str(caught.value)


def test_a_missing_variable_stops_the_run(server: Server) -> None:
    found = failure(requests(model(server, api_key=Env("NO_SUCH_KEY")), 3))
    assert (found.code, found.reach) == ("E0829", "run") and server.seen()["asked"] == 0


# --- limits


def test_no_more_calls_in_flight_than_allowed(server: Server) -> None:
    server.script(latency=0.02)
    outcomes(requests(model(server, concurrency=7), 60))
    assert server.seen()["most_in_flight"] == 7


def test_equal_calls_share_one(server: Server) -> None:
    calls = requests(model(server), 1) * 20
    assert len({r.text for r in outcomes(calls) if isinstance(r, Reply)}) == 1
    assert server.calls() == 1


def test_a_budget_of_calls_ends_the_run_and_keeps_what_is_answered(server: Server) -> None:
    answers = Answers()
    found = outcomes(requests(model(server, concurrency=4), 40), answers, Budget(calls=10))
    assert server.calls() == len(answers.kept) == sum(isinstance(r, Reply) for r in found) == 10
    assert {r.code for r in found if isinstance(r, CallFailed)} == {"E0826"}


def test_a_server_that_takes_no_bounds_gets_them_in_words(server: Server) -> None:
    server.script(reset=True, keep=True, faults=[{"kind": "no_bounds"}])
    form = {"schema": Schema("score", SCORE, False)}
    found = outcomes(requests(model(server), 3, **form))
    assert all(isinstance(r, Reply) for r in found)
    sent = server.seen()["bodies"][-1]["response_format"]["json_schema"]
    assert sent["strict"] is True and "minimum" not in str(sent["schema"])
    assert "at least 1" in str(sent["schema"])
