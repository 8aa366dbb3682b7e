"""Cassettes: the same bytes whenever written, whatever comes from a stranger told by its line."""

from __future__ import annotations

import io
from pathlib import Path

import orjson
import pytest

from synthdsl.llm.cassette import (
    MAX_LINE,
    CassetteStore,
    LayeredStore,
    cassette_of,
    read_cassette,
    write_cassette,
)
from synthdsl.llm.contract import Answered
from synthdsl.llm.reply import Reply, Usage, dump, load
from synthdsl.llm.store import open_reading, open_store
from synthdsl.llm.store_contents import answers_in
from synthdsl.llm.store_problems import StoreError
from synthdsl.llm.used import UsedKeys, used_file, used_keys

REPLIES = [
    Reply("plain", usage=Usage(3, 1), seconds=0.25),
    Reply("Grüße 東京 🦊 \u2028 \x00 \x1b[31m </script> {{ x }}", "length", Usage(10, 20, 5), "thought", model="m-1"),
    Reply("", "tools", Usage(1, 1), tool_calls=({"id": "a", "function": {"name": "f", "arguments": '{"x": 1}'}},)),
    Reply("no", "filter", refusal="I decline", logprobs=(("no", -0.1), ("\n", -12.5))),
]


def answer(number: int, reply: Reply | None = None) -> Answered:
    made = reply or Reply(f"answer {number}", usage=Usage(number, 1))
    return Answered(number.to_bytes(16, "big"), dump(made), "d.c", "writer", made.usage)


def line(**changed: object) -> bytes:
    """A good line with parts changed; None leaves a part out."""
    good = {"key": "0" * 31 + "1", "column": "d.c", "model": "m", "reply": {"text": "t", "in": 1, "out": 2}}
    return orjson.dumps({k: v for k, v in (good | changed).items() if v is not None})


def written(answers: list[Answered]) -> bytes:
    out = io.BytesIO()
    assert write_cassette(answers, out) == len(answers)
    return out.getvalue()


def test_answers_come_back_as_they_were(tmp_path: Path) -> None:
    answers = [answer(n, reply) for n, reply in enumerate(REPLIES)]
    path = tmp_path / "a.cassette.jsonl"
    path.write_bytes(written(answers))
    assert list(read_cassette(path)) == answers
    assert [load(a.reply) for a in read_cassette(path)] == REPLIES
    assert path.read_bytes().count(b"\n") == len(answers)


def test_a_store_gives_the_same_bytes_whatever_the_order_of_answers(tmp_path: Path) -> None:
    answers = [answer(n, REPLIES[n % 4]) for n in range(50)]
    made = []
    for number, ordered in enumerate((answers, answers[::-1], answers[25:] + answers[:25])):
        place = tmp_path / str(number) / "answers.sqlite"
        with open_store(place) as store:
            for one in ordered:
                store.put_many([one])
        made += [written(list(answers_in(place))), written(list(answers_in(place)))]
    assert set(made) == {written(answers)}


def test_what_a_cassette_gives_goes_through_a_store_unchanged(tmp_path: Path) -> None:
    path = tmp_path / "a.cassette.jsonl"
    later = {"text": "t", "in": 1, "out": 2, "from a later version": [1, {"x": None}]}
    path.write_bytes(line(reply=later) + b"\n")
    place = tmp_path / "answers.sqlite"
    with open_store(place) as store:
        store.put_many(list(read_cassette(path)))
    assert written(list(answers_in(place))) == path.read_bytes()


def test_looking_up_in_a_cassette(tmp_path: Path) -> None:
    path = cassette_of(tmp_path / "tickets.synth")
    assert path.name == "tickets.cassette.jsonl"
    path.write_bytes(b"\n" + written([answer(1), answer(2)]) + written([answer(1, REPLIES[0])]).rstrip())
    store = CassetteStore([path])
    assert len(store) == 2
    assert store.get_many([answer(1).key, answer(9).key]) == {answer(1).key: answer(1).reply}
    with pytest.raises(RuntimeError, match="takes no answers"):
        store.put_many([answer(3)])


def test_a_store_comes_before_cassettes(tmp_path: Path) -> None:
    path = tmp_path / "a.cassette.jsonl"
    path.write_bytes(written([answer(1, REPLIES[0]), answer(2)]))
    with open_store(tmp_path / "answers.sqlite") as store:
        both = LayeredStore(store, [CassetteStore([path])])
        both.put_many([answer(1), answer(3)])
        keys = [answer(n).key for n in range(5)]
        assert both.get_many(keys) == {answer(n).key: answer(n).reply for n in (1, 2, 3)}
        assert set(store.get_many(keys)) == {keys[1], keys[3]}
        both.forget([keys[1], keys[2]])
        assert set(both.get_many(keys)) == {keys[3]}
    frozen = LayeredStore(open_reading(tmp_path / "none.sqlite"), [CassetteStore([path])])
    assert set(frozen.get_many(keys)) == {keys[1], keys[2]}


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        (b"not json", "it is not JSON"),
        (b"[1, 2]", "it is not a JSON object"),
        (b"\xff\xfe{}", "it is not JSON"),
        (line()[:40], "it is not JSON"),
        (line(key=None), "'key' is missing"),
        (line(key="xyz"), "'key' is not 32 hex digits"),
        (line(key="A" * 32), "'key' is not 32 hex digits"),
        (line(key=5), "'key' is wrong"),
        (line(column=["d"]), "'column' is wrong"),
        (line(model="m" * 2000), "'model' is wrong"),
        (line(reply="text"), "'reply' is wrong"),
        (line(reply={"in": 1, "out": 1}), "'reply.text' is missing"),
        (line(reply={"text": 5, "in": 1, "out": 1}), "'reply.text' is wrong"),
        (line(reply={"text": "t", "in": -1, "out": 1}), "'reply.in' is wrong"),
        (line(reply={"text": "t", "in": "1", "out": 1}), "'reply.in' is wrong"),
        (line(reply={"text": "t", "in": 1, "out": 2**60}), "'reply.out' is wrong"),
        (line(reply={"text": "t", "in": 1, "out": 1, "finish": "bored"}), "'reply.finish' is wrong"),
        (line(reply={"text": "t", "in": 1, "out": 1, "tools": [1]}), "'reply.tools.0' is wrong"),
        (line(reply={"text": "t", "in": 1, "out": 1, "logprobs": [["a"]]}), "'reply.logprobs.0.1' is missing"),
        (line(reply={"text": "t", "in": 1, "out": 1, "s": "soon"}), "'reply.s' is wrong"),
        (line()[:-1] + b',"x":' + b"[" * 100_000 + b"]" * 100_000 + b"}", "it is not JSON"),
        (line(reply={"text": "?", "in": 1, "out": 1}).replace(b"?", b"\\ud800"), "it is not JSON"),
        (b'{"text": "' + b"x" * MAX_LINE + b'"}', "it is longer than 16 MB"),
        (b"<<<<<<< HEAD", "it is not JSON"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_line_that_is_none_is_told(tmp_path: Path, bad: bytes, said: str) -> None:
    path = tmp_path / "a.cassette.jsonl"
    path.write_bytes(line() + b"\n\n" + bad + b"\n" + line() + b"\n")
    with pytest.raises(StoreError) as error:
        CassetteStore([path])
    diagnostic = error.value.diagnostic
    assert diagnostic.code == "E0845"
    assert diagnostic.message.startswith(f"Line 3 of 'a.cassette.jsonl' is no answer: {said}")
    assert len(diagnostic.message) < 200
    assert ("merge" in "".join(diagnostic.notes)) == bad.startswith(b"<<<<")


def test_a_cassette_that_is_not_there(tmp_path: Path) -> None:
    for place, code in ((tmp_path / "none.cassette.jsonl", "E0601"), (tmp_path, "E0602")):
        with pytest.raises(StoreError) as error:
            CassetteStore([place])
        assert error.value.diagnostic.code == code


def test_used_keys_are_those_of_the_last_finished_run(tmp_path: Path) -> None:
    spec = tmp_path / "deep" / "a.synth"
    place = used_file(tmp_path, spec)
    assert place.relative_to(tmp_path).as_posix() == ".synth/used/deep+a.keys"
    assert used_keys(place) is None
    with UsedKeys(place) as used:
        used.add([b"b" * 16, b"a" * 16])
        used.add([b"b" * 16])
    assert used_keys(place) == [b"a" * 16, b"b" * 16]
    with pytest.raises(KeyboardInterrupt), UsedKeys(place) as used:
        used.add([b"c" * 16])
        raise KeyboardInterrupt
    assert used_keys(place) == [b"a" * 16, b"b" * 16]
    assert [p.name for p in place.parent.iterdir()] == ["deep+a.keys"]
