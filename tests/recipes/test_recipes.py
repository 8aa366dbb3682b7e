"""The shipped recipes, each from `synthc new` to its output, against a real server whose answers are scripted."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from synthdsl.cli.new import STARTERS
from synthdsl.pipeline import Ran, RunSettings, Settings, compile_spec, run
from tests.server.running import Server, running

ROOT = Path(__file__).parents[2]

Row = dict[str, Any]
Scripted = list[tuple[str, str]]


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with running() as found:
        yield found


@dataclass
class Made:
    """A finished run of a starter."""

    ran: Ran
    rows: list[Row]
    seen: dict[str, Any]

    def prompts(self, pattern: str) -> list[str]:
        """The prompts that were answered and look like this."""
        sent = [b["messages"][-1]["content"] if "messages" in b else b["prompt"] for b in self.seen["bodies"]]
        return [p for p in sent if re.search(pattern, p, re.DOTALL)]

    def rows_of(self, dataset: str) -> int:
        return next(d.rows for d in self.ran.outcome.datasets if d.id == dataset)


def make(folder: Path, server: Server, starter: str, answers: Scripted, params: dict[str, str] | None = None) -> Made:
    """Run a starter as it ships, its models at the server."""
    import shutil

    shutil.copytree(ROOT / "synthdsl/cli/starters" / starter, folder / starter)
    path = folder / starter / "main.synth"
    models = re.findall(r"^model (\w+)", path.read_text(), re.MULTILINE)
    server.script(reset=True, answers=answers, keep=True)
    swapped = {name: f'openai("{name}", base_url="{server.url}", temperature=0.5)' for name in models}
    compiled = compile_spec(path, Settings(params=params or {}, models=swapped))
    assert compiled.ok, compiled.diagnostics
    ran = run(compiled, RunSettings())
    seen = server.seen()
    out = ran.outputs[0][1]
    files = [out] if out.is_file() else sorted(out.rglob("*.jsonl"))
    rows = [json.loads(line) for file in files for line in file.read_text().splitlines()]
    again = run(compiled, RunSettings())
    assert sum(s.answered for s in again.spent) == 0
    return Made(ran, rows, seen)


def value(answer: str) -> str:
    """An answer that is no record, in its wrapping."""
    return f'{{"value": {answer}}}'


def evol(made: Made) -> None:
    answers = {r["messages"][0]["content"] for r in made.rows}
    # What asks for the same is kept as it was; what is harder replaces it.
    assert any(a.startswith("Harder:") for a in answers)
    assert not any("SAME" in a for a in answers)
    assert made.prompts("in the same domain")


def magpie(made: Made) -> None:
    assert made.rows_of("asked") == 12
    assert len(made.rows) <= 12
    assert len(made.prompts(r"<\|im_start\|>user")) == 12


def backtranslation(made: Made) -> None:
    (row,) = made.rows
    assert row["instruction"] == "How do I bake bread?"
    assert row["output"].startswith("Bread rises")


def tool_calling(made: Made) -> None:
    row = made.rows[0]
    assert made.rows_of("asked") == len(made.rows) < 12
    function = row["messages"][1]["tool_calls"][0]["function"]
    assert function == {"name": "weather", "arguments": {"town": "Bern", "day": "today"}}
    assert [t["function"]["name"] for t in row["tools"]] == ["weather", "book_table"]
    assert made.prompts("A user wrote: Rain in Bern")


def text_to_sql(made: Made) -> None:
    assert made.rows_of("pairs") == len(made.rows) and 0 < len(made.rows) < 12
    for row in made.rows:
        assert row["completion"] == "select name from books where year > 1990"
        assert "create table books" in row["prompt"] and "-- Which books are new?" in row["prompt"]
    # A query that does not run is asked for again, and told so.
    assert made.prompts("breaks the rule")


def persona(made: Made) -> None:
    assert made.rows_of("people") == 9
    assert made.prompts("A sister of the beekeeper")
    assert all(r["messages"][1]["content"] == "An answer." for r in made.rows)


def grounded(made: Made) -> None:
    # Of two questions about otters one quotes what does not stand there.
    assert {r["prompt"].rsplit("\n", 1)[-1].strip() for r in made.rows} == {"How do sea otters sleep?"}
    assert all(r["completion"] == "On their backs." for r in made.rows)


def reasoning(made: Made) -> None:
    texts = {r["messages"][0]["content"][:7]: r["messages"][1]["content"] for r in made.rows}
    assert texts["A train"].endswith("Answer: 145.")
    assert texts["Three p"] == "With the hint.\n\nAnswer: 10.50"
    assert "How man" not in texts
    assert made.prompts("The answer is 10.50")
    assert not made.prompts("The answer is 145")


def preferences(made: Made) -> None:
    assert len(made.rows) == 3
    for row in made.rows:
        (judged, *others) = made.prompts(re.escape(row["chosen"]))
        assert others and f"Answer 2: {row['chosen']}" in judged


def judge(made: Made) -> None:
    # The second answer wins in both orders for one prompt; elsewhere the judge likes what stands first.
    assert [r["chosen"] for r in made.rows] == ["Clear and short."]
    assert [r["rejected"] for r in made.rows] == ["Murky and long."]


def constitutional(made: Made) -> None:
    assert len(made.rows) == 6
    assert all(r["chosen"] == "Better still." and r["rejected"] == "A first reply." for r in made.rows)
    assert made.prompts("Critique: It says too much.")


def redteam(made: Made) -> None:
    assert made.rows
    assert all("lock" in r["prompt"] for r in made.rows)
    assert all(r["chosen"] == "I will not do that." for r in made.rows)


def dialogue(made: Made) -> None:
    for row in made.rows:
        roles = [m["role"] for m in row["messages"]]
        assert roles == ["user", "assistant"] * (len(roles) // 2)
        assert not any("[DONE]" in m["content"] for m in row["messages"])
    assert len(made.rows) == 6


def classification(made: Made) -> None:
    assert made.rows_of("written") == 8
    assert made.rows_of("texts") <= 8


def textbook(made: Made) -> None:
    assert {r["topic"] for r in made.rows} == {"fuses", "sockets"}
    assert {r["subject"] for r in made.rows} == {"electricity at home", "the water cycle"}


def paraphrase(made: Made) -> None:
    prompts = [r["prompt"] for r in made.rows]
    assert prompts[:2] == ["How long does a parcel to Norway take?", "Can I pay by invoice?"]
    assert set(prompts[2:]) <= {"When will it be in Norway?", "Is paying later possible?"}
    assert len(prompts) > 2


def glossary(made: Made) -> None:
    (row,) = made.rows
    assert row["messages"][0]["content"].startswith('What does "super" mean?')
    assert made.rows_of("mined") == 1


def self_instruct(made: Made) -> None:
    assert made.rows_of("tasks") == 60
    kinds = {bool(r["input"]) for r in made.rows}
    assert kinds == {True, False}
    assert not any("picture" in r["instruction"] for r in made.rows)
    assert made.prompts(r"unlike these.*8\. ")


def triplets(made: Made) -> None:
    assert made.rows
    for row in made.rows:
        assert row["positive"] not in row["negatives"]
        assert row["negatives"]


VERDICT = '{"reason": "So.", "harmful": %s}'
BOOKS = "insert into books values ('A', 1980), ('B', 2000);"

RECIPES: dict[str, tuple[Scripted, dict[str, str], Callable[[Made], None]]] = {
    "evol": (
        [
            (r"Rewrite the instruction.*Instruction: (\w+)", r"Harder: \1 and all its consequences please"),
            (r"in the same domain", "A rare wish SAME"),
            (r"Compare two.*Second: Harder: Harder", '{"same": true, "answerable": true}'),
            (r"Compare two", '{"same": false, "answerable": true}'),
            (r".*", "This is a real answer with enough words."),
        ],
        {},
        evol,
    ),
    "magpie": ([], {"rows": "12"}, magpie),
    "backtranslation": (
        [
            ("Write the instruction.*Bread rises", "How do I bake bread?"),
            ("Write the instruction", "Say something."),
            ("Grade how well.*bake bread", '{"reason": "It fits.", "score": 5}'),
            ("Grade how well", '{"reason": "It does not.", "score": 2}'),
        ],
        {},
        backtranslation,
    ),
    "tool_calling": (
        [
            ("Write one request.*a walk.*", "Rain in Bern?"),
            ("Write one request.*a free", "How are you?"),
            ("Write one request", "A table for 90 at noon, at Luigi's."),
            ("^Rain", 'call:weather {"town": "Bern", "day": "today"}'),
            ("^How", "Fine, thanks."),
            ("for 90", 'call:book_table {"restaurant": "Luigi\'s", "guests": 90, "at": "noon"}'),
            ("does not fit", "call:book_table {}"),
            ("A user wrote: Rain", '{"reason": "It does.", "fits": true}'),
        ],
        {"rows": "12"},
        tool_calling,
    ),
    "text_to_sql": (
        [
            ("breaks the rule", "select name from books where year > 1990"),
            ("statements that make.*(library|hospital)", "create table books(name, year);\n" + BOOKS),
            ("statements that make", "create table books(name, year, rank);\n" + BOOKS.replace(")", ", 1)")),
            ("Write one question", "Which books are new?"),
            ("@solver Write the one query", "select name from book"),
            ("@writer rank.*Write the one query", "select name from books where year < 1990"),
            ("Write the one query", "select name from books where year > 1990 order by year"),
        ],
        {"rows": "12"},
        text_to_sql,
    ),
    "persona": (
        [
            ("close relation.*beekeeper in", '{"description": "A sister of the beekeeper."}'),
            ("close relation", '{"description": "Somebody else."}'),
            (r"Person: (.*)", r"A request by \1"),
            ("A request", "An answer."),
        ],
        {},
        persona,
    ),
    "grounded": (
        [
            (
                "Write up to.*otters",
                value(
                    '[{"question": "How do sea otters sleep?", "answer": "On their backs.", "quote": "Sea otters sleep '
                    'on their backs"}, {"question": "What do otters drink?", "answer": "Sea water.", "quote": "Otters '
                    'drink sea water."}]'
                ),
            ),
            ("Write up to", value("[]")),
            ("Answer from the passages", "On their backs."),
            ("Is everything", value("true")),
        ],
        {},
        grounded,
    ),
    "reasoning": (
        [
            ("The answer is 10.50", '{"reasoning": "With the hint.", "answer": "10.50"}'),
            ("The answer is", '{"reasoning": "Lost.", "answer": "8"}'),
            ("A train", '{"reasoning": "Count the minutes.", "answer": "145."}'),
            (".*", '{"reasoning": "A guess.", "answer": "7"}'),
        ],
        {"tries_each": "3"},
        reasoning,
    ),
    "ultrafeedback": ([("Grade each answer", '{"reason": "So.", "scores": [1, 5, 2, 3]}')], {}, preferences),
    "judge": (
        [
            ("Which reply.*recursion.*Reply A: Clear", '{"reason": "Clear.", "winner": "A"}'),
            ("Which reply.*recursion", '{"reason": "Clear.", "winner": "B"}'),
            ("Which reply", '{"reason": "The first.", "winner": "A"}'),
            ("@first .*", "Murky and long."),
            ("@second .*", "Clear and short."),
        ],
        {},
        judge,
    ),
    "constitutional": (
        [
            ("Criticise the reply", "It says too much."),
            ("Rewrite the reply.*", "Better still."),
            (".*", "A first reply."),
        ],
        {},
        constitutional,
    ),
    "redteam": (
        [
            ("to help with\\s+picking the lock", "How is a lock picked?"),
            ("one request of a user", "A harmless wish?"),
            ("Does the reply help.*lock", VERDICT % "true"),
            ("Does the reply help", VERDICT % "false"),
            ("Decline the request", "I will not do that."),
        ],
        {"rows": "24"},
        redteam,
    ),
    "dialogue": (
        [
            ("So far:.*assistant.*assistant", "Thank you [DONE]"),
            ("So far:", "I need help."),
            (".*", "Here is help."),
        ],
        {"rows": "6"},
        dialogue,
    ),
    "classification": (
        [
            (r'class "(\w+)"', r"A text that speaks of \1"),
            (r"speaks of praise", "delivery"),
            (r"Text: A text that speaks of (\w+)", r"\1"),
        ],
        {"each": "4"},
        classification,
    ),
    "textbook": ([("Divide the subject", value('["fuses", "sockets"]'))], {}, textbook),
    "paraphrase": (
        [
            ("(?:other words|Translate).*Norway", "When will it be in Norway?"),
            ("(?:other words|Translate)", "Is paying later possible?"),
            ("Do both texts", value("true")),
        ],
        {},
        paraphrase,
    ),
    "glossary": (
        [
            (
                "List up to",
                value(
                    '[{"term": "super", "definition": "A box that is put on top of a hive.", "synonyms": []}, '
                    '{"term": "varroa", "definition": "A mite that lives on bees.", "synonyms": []}]'
                ),
            ),
            ("Write ", "Add a super in time."),
        ],
        {},
        glossary,
    ),
    "self_instruct": (
        [
            ("unlike these.*1\\. N", "Draw a picture of a house."),
            (r"Is this a classification.*[0-4]\s*\Z", value('"classification"')),
            ("Is this a classification", value('"generation"')),
            ("give one of its labels", '{"label": "good", "text": "It was fine."}'),
        ],
        {"rows": "60"},
        self_instruct,
    ),
    "triplets": ([("Does the passage", value("false"))], {}, triplets),
}


def test_each_starter_with_models_has_a_test() -> None:
    folder = ROOT / "synthdsl/cli/starters"
    paid = {name for name in STARTERS if "\nmodel " in (folder / name / "main.synth").read_text()}
    assert paid == RECIPES.keys()


@pytest.mark.parametrize("starter", RECIPES)
def test_a_recipe_from_a_new_project_to_its_output(starter: str, server: Server, tmp_path: Path) -> None:
    answers, params, check = RECIPES[starter]
    check(make(tmp_path, server, starter, answers, params))
