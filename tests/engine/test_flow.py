"""Rows through calls: the same data, the same calls and the same counts, whatever ends first."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from synthdsl.engine.failing import RunError
from synthdsl.llm.reply import CallFailed, Reply
from synthdsl.llm.request import Request
from tests.engine.shuffled import Made, Shuffled, make

HEAD = """synth 1
model a = openai("one")
model b = openai("two", temperature=0)
type Grade = {
  reason: str
  score: int(1..5)
}
"""


def chance(request: Request) -> int:
    return int.from_bytes(request.key[:4], "big")


def scripted(request: Request) -> Reply:
    """Answers that depend on the request alone: some do not fit at first."""
    n = chance(request)
    if request.form.schema is None:
        return Reply(f"answer {n % 100}")
    if n % 7 == 0:
        return Reply("I would rather not say in JSON.")
    document = json.dumps(request.form.schema.document)
    if "score" in document:
        return Reply(json.dumps({"reason": "so", "score": n % 5 + 1}))
    return Reply(json.dumps({"value": n % 5 + 1} if request.form.schema.wrapped else n % 5 + 1))


WIDE = (
    HEAD
    + """
dataset d of 60 {
  var topic = choice(["tea", "jam"])
  var panel = shuffle([a, b, a])
  llm answers: list[str] = m for m in panel "Say {{ topic }}."
  llm grades: list[Grade] = b for x in answers "Grade {{ x }}."
  var best = answers[argmax(grades.score)]
  llm praise: str? = b when max(grades.score) == 5 "Praise {{ best }}."
  rule able: max(grades.score) > 2 else drop
  rule again: not contains(best, "7") else retry answers 2
  rule mend: not contains(best, "9") else repair best by a "Mend {{ best }}."
  rule praised: praise != null else flag
  iterate text: str = topic times 3 {
    next harder if long else text
    var long = len(harder) > 2
    llm harder: str = a "{{ how }}: {{ text }}"
    var how = choice(["Harder", "Longer"])
    stop when contains(harder, "3")
  }
  chat talk turns 1..3 {
    user = a "Customer, {{ topic }}: {{ talk | transcript }}"
    assistant = b
    stop when contains(assistant, "5")
  }
}

dataset e of 12 accepted within 90 {
  var n = integer(1, 100)
  rule small: n < 60 else drop
  llm mark: int(1..5) = a "{{ n }}"
  rule good: mark >= 4 else drop
}

dataset f of 2 from e accepted within 5 {
  llm other: int(1..5) = a "{{ n }} {{ mark }}"
  rule good: other >= 4 else drop
}

output "d.jsonl" from d
output "f.jsonl" from f
"""
)


@pytest.fixture(scope="module")
def wide(tmp_path_factory: pytest.TempPathFactory) -> Made:
    return make(WIDE, Shuffled(scripted), tmp_path_factory.mktemp("wide"))


def test_the_wide_spec_uses_all_there_is(wide: Made) -> None:
    fates = {name: fate for report in wide.outcome.datasets for name, fate in report.rules.items()}
    assert fates["able"].dropped and fates["again"].again and fates["mend"].again and fates["praised"].flagged
    assert len(wide.rows["e"]) == 12
    assert any(len(row["text_steps"]) < 3 for row in wide.rows["d"])
    assert len({len(row["talk"]) for row in wide.rows["d"]}) > 1


@pytest.mark.parametrize(("order", "room", "batch"), [(1, 1, 1), (2, 3, 7), (3, 17, 64), (4, 500, 1_024), (5, 40, 30)])
def test_any_order_gives_the_same(wide: Made, tmp_path: Path, order: int, room: int, batch: int) -> None:
    other = make(WIDE, Shuffled(scripted, order, room), tmp_path, batch)
    assert other.facts() == wide.facts()
    assert other.calls.columns() == wide.calls.columns()


def test_a_second_run_asks_nothing(wide: Made, tmp_path: Path) -> None:
    again = make(WIDE, Shuffled(scripted, 5, 3, dict(wide.calls.store)), tmp_path, 10)
    assert again.calls.asked == []
    assert again.facts() == wide.facts()


RULED = (
    HEAD
    + """
recipe polished(x: str, by: model) -> str {
  llm draft: str = by "Say {{ x }}."
  llm aside: str = by "Meanwhile {{ x }}."
  rule even: not contains(draft, "7") else retry draft 2
  llm better: str = by "Better: {{ draft }}"
  llm best: str = by "Best: {{ aside }}"
  rule rare: not contains(better, "9") else repair better by a "Mend {{ better }}."
  rule gone: not contains(better, "33") and not contains(best, "4") else drop
  give best
}
recipe twice(x: str) -> str {
  llm first: str = polished(x, by=a)
  rule odd: not contains(first, "5") else retry first 1
  give first
}
dataset d of 60 {
  var topic = choice(["tea", "jam"])
  llm y: str = polished(topic, by=a)
  llm z: str = twice(topic)
  llm zoo: str = a "Free {{ topic }}."
  rule fine: not contains(z, "8") else retry z 1
}
output "d.jsonl" from d
"""
)


@pytest.fixture(scope="module")
def ruled(tmp_path_factory: pytest.TempPathFactory) -> Made:
    return make(RULED, Shuffled(scripted), tmp_path_factory.mktemp("ruled"))


def test_rules_inside_recipes_ask_again_and_drop_the_row_that_invokes(ruled: Made) -> None:
    fates = ruled.outcome.datasets[0].rules
    assert {"y.even", "y.rare", "y.gone", "z.first.even", "z.odd", "fine"} <= set(fates)
    assert fates["y.even"].again and fates["y.rare"].again and fates["y.gone"].dropped and fates["z.odd"].again
    dropped = sum(f.dropped for f in fates.values())
    assert 0 < len(ruled.rows["d"]) == 60 - dropped
    assert not any(c in row["y"] for row in ruled.rows["d"] for c in "4")
    asked = [r for r in ruled.calls.asked if r.form.column == "d.y.draft" and len(r.messages) > 1]
    assert asked and "not contains(draft" in asked[0].messages[-1].content, "the model is told the rule"
    # A row that a recipe's rule dropped pays for nothing that comes later in the plan.
    assert ruled.calls.columns().count("d.zoo") <= 60 - fates["y.gone"].dropped


@pytest.mark.parametrize(("order", "room", "batch"), [(1, 1, 1), (2, 7, 16), (3, 500, 1_024)])
def test_rules_inside_recipes_in_any_order(ruled: Made, tmp_path: Path, order: int, room: int, batch: int) -> None:
    other = make(RULED, Shuffled(scripted, order, room), tmp_path, batch)
    assert other.facts() == ruled.facts()
    assert other.calls.columns() == ruled.calls.columns()


CHAIN = (
    HEAD
    + """
dataset d of 30 {
  var topic = choice(["tea", "jam"])
  llm one: str = a "Say {{ topic }}."
  llm two: str = a "More: {{ one }}"
  llm three: str = a "Even more: {{ one }} {{ two }}"
}
output "d.jsonl" from d
"""
)


def test_a_changed_prompt_asks_for_its_column_alone(tmp_path: Path) -> None:
    first = make(CHAIN, Shuffled(scripted), tmp_path)
    assert len(first.calls.asked) == 90
    changed = make(CHAIN.replace("Even more", "Still more"), Shuffled(scripted, store=first.calls.store), tmp_path)
    assert set(changed.calls.columns()) == {"d.three"}
    assert len(changed.calls.asked) == 30


def test_more_rows_keep_the_first_ones(tmp_path: Path) -> None:
    first = make(CHAIN, Shuffled(scripted), tmp_path)
    more = make(CHAIN.replace("of 30", "of 40"), Shuffled(scripted, store=first.calls.store), tmp_path)
    assert more.rows["d"][:30] == first.rows["d"]
    assert len(more.calls.asked) == 30


def test_equal_prompts_in_two_rows_get_two_answers_unless_the_temperature_is_0(tmp_path: Path) -> None:
    text = (
        HEAD + 'dataset d of 9 {\n  llm x: str = a "Say it."\n  llm y: str = b "Say it."\n}\noutput "d.jsonl" from d\n'
    )
    made = make(text, Shuffled(scripted), tmp_path)
    assert len({r.key for r in made.calls.asked if r.form.column == "d.x"}) == 9
    assert len({r.key for r in made.calls.asked if r.form.column == "d.y"}) == 1


def test_a_dropped_row_costs_nothing_more(tmp_path: Path) -> None:
    text = (
        HEAD
        + """
dataset d of 40 {
  llm mark: int(1..5) = a "Mark"
  rule good: mark > 3 else drop
  llm after: str = a "After {{ mark }}"
  llm beside: str = a "Beside"
}
output "d.jsonl" from d
"""
    )
    made = make(text, Shuffled(scripted), tmp_path)
    kept = len(made.rows["d"])
    assert 0 < kept < 40
    assert made.calls.columns().count("d.after") == kept


@pytest.mark.parametrize("order", [1, 2, 3])
def test_a_row_that_is_dropped_asks_the_same_whatever_ends_first(tmp_path: Path, order: int) -> None:
    text = (
        HEAD
        + """
dataset d of 60 {
  llm aside: str = a "Meanwhile"
  llm best: str = a "Best: {{ aside }}"
  llm draft: str = a "Say."
  rule even: not contains(draft, "7") else drop
}
output "d.jsonl" from d
"""
    )
    first = make(text, Shuffled(scripted), tmp_path)
    other = make(text, Shuffled(scripted, order, 7 * order), tmp_path, 16)
    assert 0 < len(first.rows["d"]) < 60
    assert (other.calls.columns(), other.facts()) == (first.calls.columns(), first.facts())


MARKED = (
    HEAD
    + """
dataset d of COUNT {
  llm mark: int(1..5) = b "Mark {{ row }}"
  rule good: mark > 3 else drop
}
output "d.jsonl" from d
"""
)


def test_accepted_rows_are_the_first_and_no_call_is_wasted(tmp_path: Path) -> None:
    everything = make(MARKED.replace("COUNT", "60"), Shuffled(scripted), tmp_path)
    some = make(MARKED.replace("COUNT", "6 accepted within 60"), Shuffled(scripted, 3), tmp_path, 16)
    assert some.rows["d"] == everything.rows["d"][:6]
    report = some.outcome.datasets[0]
    prompts = {r.messages[0].content for r in some.calls.asked}
    assert len(prompts) == report.candidates == report.rules["good"].tried


def test_retries_tell_the_model_which_rule_failed(tmp_path: Path) -> None:
    text = (
        HEAD
        + """
dataset d of 1 {
  llm x: str = a "Say it."
  rule short: len(x) < 3 else retry x 2
}
output "d.jsonl" from d
"""
    )
    made = make(text, Shuffled(lambda r: Reply("long enough")), tmp_path)
    assert made.rows["d"] == []
    fate = made.outcome.datasets[0].rules["short"]
    assert (fate.tried, fate.again, fate.dropped) == (3, 2, 1)
    first, second, third = made.calls.asked
    assert [m.role for m in first.messages] == ["user"]
    assert [m.role for m in second.messages] == ["user", "assistant", "user"]
    assert second.messages[1].content == "long enough"
    assert "short" in second.messages[2].content
    assert third.key != second.key


def test_a_repair_replaces_once_and_is_judged(tmp_path: Path) -> None:
    text = (
        HEAD
        + """
dataset d of 2 {
  llm x: str = a "Say it."
  var y = upper(x)
  rule fine: not contains(x, "bad") else repair x by b "Mend {{ x }}."
}
output "d.jsonl" from d
"""
    )
    mended = make(text, Shuffled(lambda r: Reply("good" if "Mend" in r.messages[0].content else "bad")), tmp_path)
    assert mended.rows["d"] == [{"x": "good", "y": "GOOD"}] * 2
    worse = make(text, Shuffled(lambda r: Reply("bad")), tmp_path)
    assert worse.rows["d"] == []
    assert worse.outcome.datasets[0].rules["fine"].dropped == 2


def test_a_row_that_fails_is_listed_and_holds_up_no_other(tmp_path: Path) -> None:
    def answer(request: Request) -> Reply | CallFailed:
        if chance(request) % 5 == 0:
            return CallFailed("E0822", "The server refused the call.", "row", body="no")
        return scripted(request)

    made = make(CHAIN, Shuffled(answer), tmp_path)
    lost = made.outcome.lost
    assert lost and len(lost) + len(made.rows["d"]) == 30
    assert [one.number for one in lost] == sorted(one.number or 0 for one in lost)
    assert {one.column for one in lost} <= {"one", "two", "three"}
    assert all(one.answer == "no" and one.code == "E0822" and one.calls for one in lost)


def test_answers_that_never_fit_lose_the_row(tmp_path: Path) -> None:
    text = (
        HEAD
        + """
dataset d of 3 {
  llm x: int(1..5) = a {
    user "Mark."
    retries = 1
  }
}
output "d.jsonl" from d
"""
    )
    made = make(text, Shuffled(lambda r: Reply("nine")), tmp_path)
    assert made.rows["d"] == []
    assert [one.answer for one in made.outcome.lost] == ["nine"] * 3
    assert len(made.calls.asked) == 6


def test_a_failure_of_the_run_stops_it(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="wrong key"):
        make(CHAIN, Shuffled(lambda r: CallFailed("E0820", "It is a wrong key.", "run")), tmp_path)


def test_a_value_that_does_not_exist_loses_its_row_alone(tmp_path: Path) -> None:
    text = (
        HEAD + 'dataset d of 20 {\n  llm x: int(0..5) = a "Mark."\n  var y = 10 / (x - 1)\n}\noutput "d.jsonl" from d\n'
    )
    made = make(text, Shuffled(lambda r: Reply(json.dumps({"value": chance(r) % 3}))), tmp_path)
    ones = sum(chance(r) % 3 == 1 for r in made.calls.asked)
    assert 0 < ones == len(made.outcome.lost)
    assert len(made.rows["d"]) == 20 - ones


def test_a_loop_stops_with_the_state_it_had(tmp_path: Path) -> None:
    text = (
        HEAD
        + """
dataset d of 1 {
  iterate text: str = "x" times 5 {
    llm more: str = a "{{ text }}"
    stop when len(more) > 3
    next more
  }
}
output "d.jsonl" from d
"""
    )
    made = make(text, Shuffled(lambda r: Reply(r.messages[0].content + "x")), tmp_path)
    (row,) = made.rows["d"]
    assert row["text"] == "xxx"
    assert row["text_steps"] == [
        {"round": 1, "text": "xx", "more": "xx"},
        {"round": 2, "text": "xxx", "more": "xxx"},
        {"round": 3, "text": "xxx", "more": "xxxx"},
    ]


def test_a_turn_that_is_cut_is_dropped_whole(tmp_path: Path) -> None:
    text = (
        HEAD
        + """
dataset d of 1 {
  chat talk turns 2..6 {
    user = a "{{ talk | transcript }}"
    assistant = b
    stop when contains(assistant, "stop")
  }
}
output "d.jsonl" from d
"""
    )
    heard: list[tuple[str, ...]] = []

    def answer(request: Request) -> Reply:
        heard.append(tuple(f"{m.role}: {m.content}" for m in request.messages))
        return Reply("stop" if "assistant" in request.form.column else f"question {len(heard)}")

    made = make(text, Shuffled(answer), tmp_path)
    assert [m["role"] for m in made.rows["d"][0]["talk"]] == ["user", "assistant"] * 2
    assert heard[1] == ("user: question 1",)
    assert heard[3] == ("user: question 1", "assistant: stop", "user: question 3")


def test_a_recipe_makes_its_calls_under_the_name_of_its_caller(tmp_path: Path) -> None:
    text = (
        HEAD
        + """
recipe twice(seed: str, by: model) -> str {
  give more + "!"
  llm more: str = by "{{ first }}"
  llm first: str = by "{{ seed }}"
}
dataset d of 2 {
  var topic = "tea"
  llm x: str = twice(topic, by=a)
  llm y: str? = twice(x, by=a) when row == 0
}
output "d.jsonl" from d
"""
    )
    made = make(text, Shuffled(lambda r: Reply(r.messages[0].content.upper())), tmp_path)
    assert made.rows["d"] == [{"topic": "tea", "x": "TEA!", "y": "TEA!!"}, {"topic": "tea", "x": "TEA!", "y": None}]
    assert set(made.calls.columns()) == {"d.x.first", "d.x.more", "d.y.first", "d.y.more"}


def test_examples_come_before_the_prompt(tmp_path: Path) -> None:
    (tmp_path / "shots.jsonl").write_text('{"topic": "rain", "score": 4, "reason": "wet"}\n')
    text = (
        HEAD
        + """
source shots: { topic: str, score: int, reason: str } = jsonl("shots.jsonl")
dataset d of 1 {
  var topic = "tea"
  llm grade: Grade = a {
    system "Grade."
    user "About {{ topic }}:"
    examples = shots |> sample(3)
  }
}
output "d.jsonl" from d
"""
    )
    made = make(text, Shuffled(scripted), tmp_path)
    messages = made.calls.asked[0].messages
    assert [m.role for m in messages[:4]] == ["system", "user", "assistant", "user"]
    assert messages[1].content == "About rain:"
    assert json.loads(messages[2].content) == {"reason": "wet", "score": 4}
    assert messages[3].content == "About tea:"


def test_text_of_a_model_stays_text(tmp_path: Path) -> None:
    hostile = "{{ 7 * 7 }} {% for x in y %} <script> ../../etc $(rm) \x1b[31m"
    made = make(CHAIN.replace("of 30", "of 1"), Shuffled(lambda r: Reply(hostile)), tmp_path)
    assert made.rows["d"][0]["one"] == hostile
    assert made.calls.asked[1].messages[0].content == f"More: {hostile}"
