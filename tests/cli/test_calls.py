"""Runs with calls, as a person types them: the shipped example from its cassette, simulated, traced, planned."""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

import synthdsl
from synthdsl.llm import gateway
from tests.cli.conftest import Synthc
from tests.server.running import Server, running

TUTOR = Path(__file__).parents[2] / "examples" / "tutor"
SIMULATED = ("--model", "writer=simulated()", "--model", "judge=simulated()")


@pytest.fixture(autouse=True)
def tutor(tmp_path: Path) -> Path:
    for name in ("tutor.synth", "topics.csv", "tutor.cassette.jsonl"):
        shutil.copy(TUTOR / name, tmp_path)
    return tmp_path


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with running() as started:
        yield started


def test_a_frozen_run_needs_nobody(synthc: Synthc, tutor: Path) -> None:
    done = synthc("run", "tutor.synth", "--frozen")
    assert done.code == 0
    assert "0 asked, 9 stored" in done.out
    assert len((tutor / "out/lessons.jsonl").read_text().splitlines()) == 8
    usage = json.loads((tutor / "out/lessons.manifest.json").read_text())["usage"]
    assert {u["column"]: u["answers"] for u in usage} == {
        "lessons.answer": 9,
        "lessons.grade": 9,
        "lessons.question": 8,
    }


def test_a_frozen_run_names_the_call_that_is_missing(synthc: Synthc, tutor: Path) -> None:
    (tutor / "tutor.cassette.jsonl").unlink()
    done = synthc("run", "tutor.synth", "--frozen")
    assert done.code == 1
    assert "E0827" in done.err and "'lessons.question'" in done.err
    assert not (tutor / "out").exists()


def test_without_its_address_nothing_is_asked(synthc: Synthc, tutor: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LLM_URL", raising=False)
    (tutor / "tutor.cassette.jsonl").unlink()
    done = synthc("run", "tutor.synth")
    assert done.code == 3
    assert "E0829" in done.err and "LLM_URL" in done.err


def test_simulated_models_and_then_a_second_run(synthc: Synthc, tutor: Path) -> None:
    first = synthc("run", "tutor.synth", *SIMULATED, "--format", "json")
    assert sum(c["asked"] for c in json.loads(first.out)["calls"]) >= 24
    data = (tutor / "out/lessons.jsonl").read_bytes()
    second = synthc("run", "tutor.synth", *SIMULATED, "--format", "json")
    assert [c["asked"] for c in json.loads(second.out)["calls"]] == [0, 0, 0]
    assert (tutor / "out/lessons.jsonl").read_bytes() == data


def test_a_budget_stops_and_the_next_run_goes_on(synthc: Synthc, tutor: Path) -> None:
    stopped = synthc("run", "tutor.synth", *SIMULATED, "--max-calls", "5")
    assert stopped.code == 1 and "E0826" in stopped.err
    assert not (tutor / "out").exists()
    rest = synthc("run", "tutor.synth", *SIMULATED, "--format", "json")
    calls = json.loads(rest.out)["calls"]
    whole = sum(c["asked"] for c in calls)
    assert sum(c["stored"] for c in calls) >= 5 and whole >= 19


def test_a_plan_counts_what_is_stored(synthc: Synthc, tutor: Path) -> None:
    stored = json.loads(synthc("plan", "tutor.synth", "--format", "json").out)
    assert stored["calls"] == 0 and {a["stored"] for a in stored["asked"]} == {8, 9}
    (tutor / "tutor.cassette.jsonl").unlink()
    fresh = json.loads(synthc("plan", "tutor.synth", "--format", "json").out)
    counts = {a["column"]: (a["calls"], a["more"]) for a in fresh["asked"]}
    assert counts == {"lessons.question": (8, 0), "lessons.answer": (0, 8), "lessons.grade": (0, 8)}
    assert not (tutor / ".synth" / "answers.sqlite").exists()


def test_a_plan_shows_the_first_prompts(synthc: Synthc, tutor: Path) -> None:
    (tutor / "tutor.cassette.jsonl").unlink()
    assert (
        "Write one question about photosynthesis for a school student."
        in synthc("plan", "tutor.synth", "--prompts").out
    )


def test_a_run_refuses_a_plan_that_no_longer_fits(synthc: Synthc, tutor: Path) -> None:
    synthc("plan", "tutor.synth", *SIMULATED, "-o", "plan.json")
    assert synthc("run", "tutor.synth", *SIMULATED, "--plan", "plan.json").code == 0
    spec = tutor / "tutor.synth"
    spec.write_text(spec.read_text().replace("one question", "one hard question"))
    refused = synthc("run", "tutor.synth", *SIMULATED, "--plan", "plan.json")
    assert refused.code == 1 and "E0814" in refused.err
    (tutor / "plan.json").write_text("{}")
    assert "is no plan" in synthc("run", "tutor.synth", *SIMULATED, "--plan", "plan.json").err


def test_a_trace_tells_of_the_retry(synthc: Synthc) -> None:
    story = synthc("trace", "tutor.synth", "lessons", "1").out
    assert "The answer breaks the rule 'sound'" in story
    assert "topic = 'tides'" in story
    steps = json.loads(synthc("trace", "tutor.synth", "lessons", "1", "--format", "json").out)
    assert [s["value"] for s in steps["steps"] if s["name"] == "sound"] == ["retry", "holds"]
    by_key = json.loads(synthc("trace", "tutor.synth", "lessons", steps["key"], "--format", "json").out)
    assert by_key == steps


@pytest.mark.parametrize("row", ["99", "x", "0123456789abcdef"])
def test_a_trace_of_no_row_is_wrong_usage(synthc: Synthc, row: str) -> None:
    done = synthc("trace", "tutor.synth", "lessons", row)
    assert done.code == 2 and row in done.err


def test_a_model_that_is_not_there_cannot_be_swapped(synthc: Synthc) -> None:
    done = synthc("check", "tutor.synth", "--model", "writr=simulated()")
    assert done.code == 1 and "writer" in done.out
    broken = synthc("check", "tutor.synth", "--model", "writer=simulated(")
    assert broken.code == 1 and "--model writer" in broken.out


def test_from_python(tutor: Path) -> None:
    result = synthdsl.load(tutor / "tutor.synth").run(frozen=True)
    assert [row["grade"]["score"] for row in result.rows("lessons")] == [4, 5, 5, 5, 5, 5, 5, 5]
    assert {c.column: (c.answered, c.stored) for c in result.calls}["lessons.answer"] == (0, 9)
    assert result.failed == () and result.ok
    simulated = synthdsl.load(tutor / "tutor.synth").run(models={"writer": "simulated()", "judge": "simulated()"})
    assert sum(c.answered for c in simulated.calls) >= 24


def test_inside_of_a_running_event_loop(tutor: Path) -> None:
    async def inside() -> None:
        outer = asyncio.get_running_loop()
        assert synthdsl.load(tutor / "tutor.synth").run(frozen=True).ok
        assert asyncio.get_running_loop() is outer
        await asyncio.sleep(0)

    asyncio.run(inside())


def test_a_model_that_is_called_like_a_function_gets_the_way_out(synthc: Synthc, tutor: Path) -> None:
    text = 'synth 1\n\nmodel w = simulated()\n\ndataset d of 1 {\n  var x = w("hello")\n}\n\noutput "d.jsonl" from d\n'
    (tutor / "a.synth").write_text(text)
    done = synthc("check", "a.synth")
    assert done.code == 1 and '`llm answer: str = w "..."`' in done.out


def test_a_server_that_is_not_there_is_said_in_the_words_of_the_system(synthc: Synthc, tutor: Path) -> None:
    gone = "openai('m', base_url='http://127.0.0.1:9')".replace("'", '"')
    done = synthc("run", "tutor.synth", "--model", f"writer={gone}")
    assert done.code == 3
    assert "E0822" in done.err and "cannot be reached: Connection refused" in done.err


SPEC = """synth 1
model writer = openai("m", base_url="{url}", api_key=env("SOME_KEY"), retries=0)
dataset d of 2 {{
  llm text: str = writer "Say {{{{ row }}}}."
}}
output "d.jsonl" from d
"""


@pytest.mark.parametrize(
    ("code", "script", "address"),
    [
        ("E0820", {"key": "another"}, None),
        ("E0821", {"models": ["other"]}, None),
        ("E0822", {}, "http://127.0.0.1:9/v1"),
        ("E0829", {}, None),
    ],
)
def test_what_a_server_refuses_is_shown_at_the_model(
    synthc: Synthc, tutor: Path, server: Server, monkeypatch: pytest.MonkeyPatch,
    code: str, script: dict[str, object], address: str | None,
) -> None:  # fmt: skip
    monkeypatch.setattr(gateway, "FIRST_PAUSE", 0.001)
    monkeypatch.setenv("SOME_KEY", "" if code == "E0829" else "a-key-that-nobody-may-see")
    server.script(reset=True, **script)
    (tutor / "s.synth").write_text(SPEC.format(url=address or server.url))
    done = synthc("run", "s.synth", "-q")
    assert code in done.err and "s.synth:2:1" in done.err and "asked for 'd.text'" in done.err
    (finding,) = json.loads(synthc("run", "s.synth", "--format", "json").out)["findings"]
    assert (finding["code"], finding["file"], finding["line"], finding["labels"][0]["line"]) == (code, "s.synth", 2, 4)
    digest = json.loads(synthc("plan", "s.synth", "--format", "json").out)["digest"]
    (tutor / "s.synth").write_text("# moved\n" + SPEC.format(url=address or server.url))
    assert json.loads(synthc("plan", "s.synth", "--format", "json").out)["digest"] == digest


def test_a_missing_answer_is_shown_at_the_statement(synthc: Synthc, tutor: Path) -> None:
    (tutor / "s.synth").write_text(SPEC.format(url="http://127.0.0.1:9/v1"))
    assert "s.synth:4:19" in synthc("run", "s.synth", "--frozen").err


def test_latencies_and_failures_are_told_and_stay_out_of_manifests(
    synthc: Synthc, tutor: Path, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gateway, "FIRST_PAUSE", 0.001)
    monkeypatch.setenv("SOME_KEY", "a-key-that-nobody-may-see")
    spec = SPEC.format(url=server.url).replace("of 2", "of 40").replace(", retries=0", "")
    (tutor / "s.synth").write_text(spec.replace("text: str", "n: int").replace("Say", "Count"))
    busy = {"kind": "status", "value": 429, "headers": {"Retry-After": "0.01"}, "match": "Count 1", "times": 1}
    prose = {"kind": "say", "value": "as many as there are", "match": r"Count 2\d?\.$", "times": 1}
    server.script(reset=True, steady=True, latency=0.02, faults=[busy, prose])
    told = synthc("run", "s.synth").out
    record = json.loads((tutor / ".synth/runs/s.json").read_text())
    first = (tutor / "d.manifest.json").read_bytes()
    (calls,) = record["calls"]
    assert (calls["asked"], calls["failures"], calls["retries"], calls["rate_limited"]) == (51, 11, 11, 11)
    assert calls["refused"] == 11 and "11 answers refused" in told
    assert 0.02 <= calls["latency_p50"] <= calls["latency_p95"] < 5 and f"{calls['latency_p50']:g} s each" in told
    assert record["ended"] == "finished" and b"latency" not in first
    assert json.loads(first)["usage"][0]["refused"] == 11
    (again,) = json.loads(synthc("run", "s.synth", "--format", "json").out)["calls"]
    assert (again["asked"], again["refused"], again["latency_p95"]) == (0, 11, None)
    assert (tutor / "d.manifest.json").read_bytes() == first
    assert json.loads((tutor / ".synth/runs/s.json").read_text()) == record, "nothing was asked since"
