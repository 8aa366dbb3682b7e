"""Opening all that may hold a spec's answers."""

from __future__ import annotations

from pathlib import Path

import pytest

from synthdsl.llm.answers import open_answers
from synthdsl.llm.cassette import write_cassette
from synthdsl.llm.contract import Answered
from synthdsl.llm.reply import Reply, Usage, dump
from synthdsl.llm.store import STORE
from synthdsl.llm.store_problems import StoreError


def answer(number: int) -> Answered:
    return Answered(number.to_bytes(16, "big"), dump(Reply(str(number))), "d.c", "m", Usage())


def cassette(path: Path, *numbers: int) -> Path:
    with path.open("wb") as out:
        write_cassette(map(answer, numbers), out)
    return path


KEYS = [answer(n).key for n in range(10)]


@pytest.fixture
def spec(tmp_path: Path) -> Path:
    (tmp_path / "specs").mkdir()
    return tmp_path / "specs" / "a.synth"


def test_the_cassette_beside_the_spec_is_looked_into(tmp_path: Path, spec: Path) -> None:
    cassette(spec.with_name("a.cassette.jsonl"), 1, 2)
    answers = open_answers(tmp_path, spec)
    answers.store.put_many([answer(3)])
    assert sorted(answers.store.get_many(KEYS)) == KEYS[1:4]
    assert answers.shown == (".synth/answers.sqlite", "a.cassette.jsonl")
    answers.store.close()
    assert (tmp_path / STORE).is_file()
    named = open_answers(tmp_path, spec, [cassette(tmp_path / "b.jsonl", 4), cassette(tmp_path / "c.jsonl", 5)])
    assert sorted(named.store.get_many(KEYS)) == KEYS[3:6]
    named.store.close()


def test_reading_makes_nothing(tmp_path: Path, spec: Path) -> None:
    cassette(spec.with_name("a.cassette.jsonl"), 1)
    answers = open_answers(tmp_path, spec, reading=True)
    assert sorted(answers.store.get_many(KEYS)) == KEYS[1:2]
    with pytest.raises(RuntimeError):
        answers.store.put_many([answer(3)])
    answers.store.close()
    assert not (tmp_path / ".synth").exists()


def test_a_broken_cassette_leaves_no_store_behind(tmp_path: Path, spec: Path) -> None:
    spec.with_name("a.cassette.jsonl").write_text("nothing")
    with pytest.raises(StoreError):
        open_answers(tmp_path, spec)
    assert not (tmp_path / ".synth").exists()


def test_a_damaged_store_is_told(tmp_path: Path, spec: Path) -> None:
    (tmp_path / ".synth").mkdir()
    (tmp_path / STORE).write_bytes(b"nothing" * 1000)
    answers = open_answers(tmp_path, spec)
    assert [d.code for d in answers.findings] == ["W0840"]
    answers.store.close()
