"""`synthc cache`: counts, removal, cassettes, import."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest

from synthdsl.llm import store as stores
from synthdsl.llm import store_contents
from synthdsl.llm.contract import Answered
from synthdsl.llm.reply import Reply, Usage, dump
from synthdsl.llm.store import STORE, open_store
from synthdsl.llm.used import UsedKeys, used_file
from tests.cli.conftest import Synthc

ROWS = 40


def answer(number: int, column: str = "tickets.body", model: str = "gpt-4o-mini") -> Answered:
    usage = Usage(1000, 500)
    return Answered(number.to_bytes(16, "big"), dump(Reply(f"answer {number}", usage=usage)), column, model, usage)


def on_day(monkeypatch: pytest.MonkeyPatch, day: int) -> None:
    monkeypatch.setattr(stores, "today", lambda: day)
    monkeypatch.setattr(store_contents, "today", lambda: day)


@pytest.fixture
def project(synthc: Synthc, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with answers made on the days 1000 and 1100, some of the old ones used on day 1090."""
    (tmp_path / "a.synth").write_text("synth 1\n")
    on_day(monkeypatch, 1000)
    with open_store(tmp_path / STORE) as store:
        store.put_many([answer(n) for n in range(ROWS)])
        store.put_many([answer(n, "tickets.title", "unheard-of") for n in range(100, 110)])
    on_day(monkeypatch, 1090)
    with open_store(tmp_path / STORE) as store:
        store.get_many([answer(n).key for n in range(5)])
    on_day(monkeypatch, 1100)
    with open_store(tmp_path / STORE) as store:
        store.put_many([answer(n, "faq.text") for n in range(200, 203)])
    return tmp_path


def kept(project: Path) -> dict[str, int]:
    """Answers by column."""
    return {t.column: t.answers for t in store_contents.tally(project / STORE)}


def test_stats(synthc: Synthc, project: Path) -> None:
    shown = synthc("cache", "stats")
    assert shown.code == 0
    assert "\x1b" not in shown.out
    lines = shown.out.splitlines()
    assert lines[0].split() == [
        "column",
        "model",
        "answers",
        "size",
        "tokens",
        "in",
        "tokens",
        "out",
        "cost",
        "last",
        "used",
    ]
    assert lines[2].split()[:3] == ["tickets.body", "gpt-4o-mini", "40"]
    assert lines[2].split()[5:] == ["40,000", "20,000", "$0.018", "1972-12-26"]
    assert lines[3].split()[-2] == "unknown"
    assert lines[-1].startswith("53 answers, ")
    assert ", at least $0.0" in lines[-1]


def test_stats_for_scripts(synthc: Synthc, project: Path) -> None:
    shown = json.loads(synthc("cache", "stats", "--format", "json").out)
    assert shown["answers"] == 53
    assert shown["columns"][2] == {
        "column": "tickets.title",
        "model": "unheard-of",
        "answers": 10,
        "bytes": sum(len(answer(n).reply) for n in range(100, 110)),
        "tokens": {"input": 10000, "output": 5000, "cached": 0},
        "cost": None,
        "made_first": "1972-09-27",
        "used_last": "1972-09-27",
    }


def test_nothing_is_made_where_there_is_no_store(synthc: Synthc, tmp_path: Path) -> None:
    assert synthc("cache", "stats").out == "No answer is stored.\n"
    assert synthc("cache", "prune", "--unused", "1d").out == "No stored answer fits.\n"
    assert json.loads(synthc("cache", "stats", "--format", "json").out) == {"answers": 0, "columns": []}
    assert list(tmp_path.iterdir()) == []


def test_another_folder_of_the_project(synthc: Synthc, project: Path, tmp_path: Path) -> None:
    (project / "pyproject.toml").touch()
    (project / "deep").mkdir()
    assert "53 answers" in synthc("cache", "stats", "--project", "deep").out
    assert synthc("cache", "stats", "--project", "none").code == 2


@pytest.mark.parametrize(
    ("options", "left"),
    [
        (["--older-than", "30d"], {"faq.text": 3}),
        (["--older-than", "100"], {"faq.text": 3, "tickets.body": 40, "tickets.title": 10}),
        (["--older-than", "14w"], {"faq.text": 3}),
        (["--unused", "30d"], {"faq.text": 3, "tickets.body": 5}),
        (["--column", "tickets.title"], {"faq.text": 3, "tickets.body": 40}),
        (["--column", "tickets"], {"faq.text": 3}),
        (["--column", "ticket%"], {"faq.text": 3, "tickets.body": 40, "tickets.title": 10}),
        (["--column", "tickets.body", "--unused", "30d"], {"faq.text": 3, "tickets.body": 5, "tickets.title": 10}),
    ],
)
def test_prune(synthc: Synthc, project: Path, options: list[str], left: dict[str, int]) -> None:
    before = kept(project)
    dry = synthc("cache", "prune", "--dry-run", *options)
    assert dry.code == 0
    assert kept(project) == before
    told = json.loads(synthc("cache", "prune", *options, "--format", "json").out)
    assert told["answers"] == sum(before.values()) - sum(left.values())
    assert kept(project) == left
    connection = sqlite3.connect(project / STORE)
    assert connection.execute("SELECT count(*) FROM replies").fetchone() == (sum(left.values()),)
    connection.close()


def test_prune_gives_room_back(synthc: Synthc, project: Path) -> None:
    with open_store(project / STORE) as store:
        store.put_many([Answered(n.to_bytes(16, "big"), b"x" * 4000, "big.c", "m", Usage()) for n in range(1000, 1500)])
    before = (project / STORE).stat().st_size
    assert synthc("cache", "prune", "--column", "big.c").out == "500 answers removed, 2.0 MB.\n"
    assert (project / STORE).stat().st_size < before / 10


@pytest.mark.parametrize("options", [[], ["--older-than", "soon"], ["--older-than", "-3d"]])
def test_prune_wants_to_know_what(synthc: Synthc, project: Path, options: list[str]) -> None:
    before = kept(project)
    assert synthc("cache", "prune", *options).code == 2
    assert kept(project) == before


def used(project: Path, numbers: list[int]) -> None:
    with UsedKeys(used_file(project, project / "a.synth")) as keys:
        keys.add(answer(n).key for n in numbers)


def test_export_of_what_the_last_run_used(synthc: Synthc, project: Path) -> None:
    used(project, [7, 3, 201, 3])
    assert synthc("cache", "export", "a.synth").out == "3 answers written to 'a.cassette.jsonl'.\n"
    lines = [json.loads(line) for line in (project / "a.cassette.jsonl").read_text().splitlines()]
    assert [int(line["key"], 16) for line in lines] == [3, 7, 201]
    assert lines[0] == {
        "key": f"{3:032x}",
        "column": "tickets.body",
        "model": "gpt-4o-mini",
        "reply": {"text": "answer 3", "in": 1000, "out": 500, "s": 0.0},
    }
    before = (project / "a.cassette.jsonl").read_bytes()
    synthc("cache", "export", ".")
    assert (project / "a.cassette.jsonl").read_bytes() == before


def test_export_keeps_what_only_the_cassette_has(synthc: Synthc, project: Path) -> None:
    used(project, [1, 2])
    synthc("cache", "export", "a.synth")
    synthc("cache", "prune", "--column", "tickets")
    used(project, [1, 200, 999])
    shown = synthc("cache", "export", "a.synth")
    assert "2 answers written" in shown.out
    assert "1 answer that the last run used" in shown.out
    lines = (project / "a.cassette.jsonl").read_text().splitlines()
    assert [int(json.loads(line)["key"], 16) for line in lines] == [1, 200]


def test_export_of_all_and_import_elsewhere(synthc: Synthc, project: Path) -> None:
    assert "53 answers" in synthc("cache", "export", "--all", "-o", "all.jsonl").out
    (project / "other").mkdir()
    (project / "other" / "synth.lock").touch()
    shown = synthc("cache", "import", "all.jsonl", "--project", "other")
    assert (shown.code, shown.out) == (0, "53 answers read, 53 of them new.\n")
    again = synthc("cache", "import", "all.jsonl", "--project", "other", "--format", "json")
    assert json.loads(again.out) == {"path": "all.jsonl", "read": 53, "new": 0}
    synthc("cache", "export", "--all", "-o", "again.jsonl", "--project", "other")
    assert (project / "again.jsonl").read_bytes() == (project / "all.jsonl").read_bytes()


def test_import_from_a_store(synthc: Synthc, project: Path) -> None:
    (project / STORE).rename(project / "old.sqlite")
    assert synthc("cache", "import", "old.sqlite").out == "53 answers read, 53 of them new.\n"
    assert sum(kept(project).values()) == 53


def test_import_from_a_damaged_store_takes_what_can_be_read(synthc: Synthc, project: Path) -> None:
    with open_store(project / STORE) as store:
        store.put_many(
            [Answered(n.to_bytes(2, "big") * 8, dump(Reply("x" * 500)), "big.c", "m", Usage()) for n in range(4000)]
        )
    old = project / "old.sqlite"
    (project / STORE).rename(old)
    data = bytearray(old.read_bytes())
    middle = len(data) // 2 // 4096 * 4096
    data[middle : middle + 40 * 4096] = b"\xff" * (40 * 4096)
    old.write_bytes(data)
    shown = synthc("cache", "import", "old.sqlite", "--format", "json")
    assert shown.code == 0
    assert 2000 < json.loads(shown.out)["new"] < 4053
    assert old.read_bytes() == bytes(data)


@pytest.mark.parametrize(
    ("arguments", "code", "exit_code"),
    [
        (["import", "none.jsonl"], "E0601", 2),
        (["import", "a.synth"], "E0845", 1),
        (["import", "broken.sqlite"], "E0842", 3),
        (["export", "none.synth"], "E0601", 2),
        (["export", "a.synth"], "E0846", 1),
        (["export", "--all", "-o", "none/all.jsonl"], "E0806", 3),
    ],
)
def test_what_cannot_be_done(synthc: Synthc, project: Path, arguments: list[str], code: str, exit_code: int) -> None:
    (project / "broken.sqlite").write_bytes(b"SQLite format 3\x00" + b"\xff" * 5000)
    before = (project / STORE).read_bytes()
    shown = synthc("cache", *arguments)
    assert code in shown.err
    assert shown.code == exit_code
    assert (project / STORE).read_bytes() == before


def test_an_import_that_fails_makes_no_store(synthc: Synthc, tmp_path: Path) -> None:
    (tmp_path / "bad.jsonl").write_text("nothing\n")
    assert synthc("cache", "import", "bad.jsonl").code == 1
    assert [p.name for p in tmp_path.iterdir()] == ["bad.jsonl"]


@pytest.mark.parametrize("arguments", [["export"], ["export", "--all"], ["export", "a.synth", "--all"], ["stat"], []])
def test_wrong_usage(synthc: Synthc, project: Path, arguments: list[str]) -> None:
    assert synthc("cache", *arguments).code == 2


def test_column_names_from_elsewhere_are_harmless(synthc: Synthc, tmp_path: Path) -> None:
    with open_store(tmp_path / STORE) as store:
        store.put_many([answer(1, "d.\x1b[31mred\u202e", "m\n\x00")])
    shown = synthc("cache", "stats").out
    assert "\x1b" not in shown
    assert "\u202e" not in shown
    assert "d.\\x1b[31mred\\u202e" in shown
