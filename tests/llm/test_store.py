"""The store of answers: real files, real processes, real failures."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import pytest

from synthdsl.llm import store as stores
from synthdsl.llm import store_upkeep
from synthdsl.llm.contract import Answered
from synthdsl.llm.reply import Usage
from synthdsl.llm.store import NoAnswers, open_reading, open_store
from synthdsl.llm.store_file import wal
from synthdsl.llm.store_problems import StoreError

ENVIRONMENT = {**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent.parent)}


def key(number: int, who: int = 0) -> bytes:
    """A key of 16 bytes."""
    return number.to_bytes(8, "big") + who.to_bytes(8, "big")


def answer(number: int, text: str = "", who: int = 0) -> Answered:
    return Answered(key(number, who), (text or f"answer {number}").encode(), "d.c", "writer", Usage(10, 2, 1))


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / ".synth" / "answers.sqlite"


def code_of(error: pytest.ExceptionInfo[StoreError]) -> str:
    return error.value.diagnostic.code


def sound(path: Path) -> bool:
    connection = sqlite3.connect(path)
    try:
        return connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    finally:
        connection.close()


def kept_replies(path: Path) -> int:
    connection = sqlite3.connect(path)
    try:
        return int(connection.execute("SELECT count(*) FROM replies").fetchone()[0])
    finally:
        connection.close()


def test_what_is_stored_is_found_again(place: Path) -> None:
    with open_store(place) as store:
        store.put_many([answer(n) for n in range(1000)])
        assert store.get_many([key(3), key(2000), key(999)]) == {key(3): b"answer 3", key(999): b"answer 999"}
    with open_store(place) as store:
        assert store.get_many([key(n) for n in range(1500)]) == {key(n): b"answer %d" % n for n in range(1000)}
        assert store.get_many([]) == {}
        store.put_many([])


def test_the_first_answer_of_a_key_stays(place: Path) -> None:
    with open_store(place) as store, open_store(place) as other:
        store.put_many([answer(1, "first"), answer(2)])
        other.put_many([answer(1, "second"), answer(3)])
        assert store.get_many([key(1), key(3)]) == {key(1): b"first", key(3): b"answer 3"}
    assert kept_replies(place) == 3


def test_a_key_twice_in_a_group_is_stored_once(place: Path) -> None:
    with open_store(place) as store:
        store.put_many([answer(1, "first"), answer(1, "second")])
        assert store.get_many([key(1)]) == {key(1): b"first"}


def test_what_is_forgotten_can_be_stored_anew(place: Path) -> None:
    with open_store(place) as store:
        store.put_many([answer(1, "poor"), answer(2)])
        store.forget([key(1), key(7)])
        assert store.get_many([key(1), key(2)]) == {key(2): b"answer 2"}
        store.put_many([answer(1, "good")])
        assert store.get_many([key(1)]) == {key(1): b"good"}
    assert kept_replies(place) == 2


def test_a_store_that_is_closed_is_one_file(place: Path) -> None:
    with open_store(place) as store:
        store.put_many([answer(1)])
    assert sorted(p.name for p in place.parent.iterdir()) == [".gitignore", "answers.sqlite"]
    assert (place.parent / ".gitignore").read_text() == "*\n"


def test_reading_makes_no_file(place: Path) -> None:
    store = open_reading(place)
    assert isinstance(store, NoAnswers)
    assert store.get_many([key(1)]) == {}
    assert not place.parent.exists()


def test_reading_sees_what_another_process_has_just_stored(place: Path) -> None:
    with open_store(place) as store:
        store.put_many([answer(1)])
        reader = open_reading(place)
        assert reader.get_many([key(1)]) == {key(1): b"answer 1"}
        reader.close()
    before = place.read_bytes()
    reader = open_reading(place)
    assert reader.get_many([key(1), key(2)]) == {key(1): b"answer 1"}
    reader.close()
    assert place.read_bytes() == before


def test_answers_are_marked_as_used_once_a_day(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def used() -> list[tuple[int, int]]:
        connection = sqlite3.connect(place)
        found = connection.execute("SELECT made, used FROM answers ORDER BY key").fetchall()
        connection.close()
        return found

    def look() -> int:
        with open_store(place) as store:
            store.get_many([key(2)])
        return place.stat().st_mtime_ns

    monkeypatch.setattr(stores, "today", lambda: 100)
    with open_store(place) as store:
        store.put_many([answer(1), answer(2)])
    first = place.stat().st_mtime_ns
    assert look() == first
    monkeypatch.setattr(stores, "today", lambda: 103)
    second = look()
    assert used() == [(100, 100), (100, 103)]
    assert look() == second


WRITER = """
import os, sys
from pathlib import Path
from synthdsl.llm.contract import Answered
from synthdsl.llm.reply import Usage
from synthdsl.llm.store import open_store

place, who, groups, size = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
with open_store(place) as store:
    for group in range(groups):
        numbers = range(group * size, (group + 1) * size)
        # Even numbers have the same key in all processes.
        keys = [n.to_bytes(8, "big") + (n % 2 * who).to_bytes(8, "big") for n in numbers]
        replies = [b"%d:%d" % (who, n) + b"." * 800 for n in numbers]
        store.put_many([Answered(k, r, "d.c", "m", Usage()) for k, r in zip(keys, replies)])
        os.write(1, b"%d\\n" % group)
"""


def writer(place: Path, who: int, groups: int, size: int = 16) -> subprocess.Popen[bytes]:
    """A process that stores groups and prints the number of each when it is stored."""
    arguments = [sys.executable, "-c", WRITER, str(place), str(who), str(groups), str(size)]
    return subprocess.Popen(arguments, stdout=subprocess.PIPE, env=ENVIRONMENT)


def test_processes_write_at_once(place: Path) -> None:
    processes = [writer(place, who, 60) for who in (1, 2, 3)]
    assert [p.communicate(timeout=60) and p.returncode for p in processes] == [0, 0, 0]
    with open_store(place) as store:
        for n in range(60 * 16):
            found = [store.get_many([key(n, n % 2 * who)])[key(n, n % 2 * who)].rstrip(b".") for who in (1, 2, 3)]
            if n % 2:
                assert found == [b"1:%d" % n, b"2:%d" % n, b"3:%d" % n]
            else:
                assert len(set(found)) == 1
    assert sound(place)


@pytest.mark.parametrize("after", [0, 3, 25])
def test_a_killed_process_loses_nothing_that_it_stored(place: Path, after: int) -> None:
    process = writer(place, 1, 100_000)
    assert process.stdout is not None
    told = b""
    while told.count(b"\n") <= after:
        told += os.read(process.stdout.fileno(), 65536)
    process.send_signal(signal.SIGKILL)
    told += process.stdout.read()
    process.wait()
    process.stdout.close()
    stored = told.count(b"\n") * 16
    with open_store(place) as store:
        assert store.findings == []
        keys = [key(n, n % 2) for n in range(stored)]
        assert len(store.get_many(keys)) == stored
        store.put_many([answer(1, who=9)])
    assert sound(place)


FULL = """
import resource, signal, sys
from pathlib import Path
from synthdsl.llm.contract import Answered
from synthdsl.llm.reply import Usage
from synthdsl.llm.store import open_store
from synthdsl.llm.store_file import wal
from synthdsl.llm.store_problems import StoreError

resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))
stored = 0
store = open_store(Path(sys.argv[1]))
try:
    for group in range(1000):
        keys = [n.to_bytes(16, "big") for n in range(stored, stored + 16)]
        store.put_many([Answered(k, b"." * 800, "d.c", "m", Usage()) for k in keys])
        stored += 16
except StoreError as error:
    print(error.diagnostic.code, stored, len(store.get_many([n.to_bytes(16, "big") for n in range(stored + 16)])))
store.close()
"""


def test_a_full_disk_keeps_what_was_stored(place: Path) -> None:
    arguments = [sys.executable, "-c", FULL, str(place)]
    ran = subprocess.run(arguments, capture_output=True, text=True, env=ENVIRONMENT, timeout=60, check=True)
    code, stored, found = ran.stdout.split()
    assert code == "E0843"
    assert int(stored) > 100
    assert found == stored
    with open_store(place) as store:
        assert len(store.get_many([n.to_bytes(16, "big") for n in range(int(stored) + 16)])) == int(stored)
    assert sound(place)


def test_a_file_that_is_no_store_is_set_aside(place: Path) -> None:
    place.parent.mkdir()
    for number, text in enumerate((b"not a database at all" * 200, b"another" * 200), 1):
        place.write_bytes(text)
        with open_store(place) as store:
            (finding,) = store.findings
            assert (finding.code, finding.is_error) == ("W0840", False)
            assert f"answers.damaged-{number}.sqlite" in finding.message
            store.put_many([answer(1)])
        assert (place.parent / f"answers.damaged-{number}.sqlite").read_bytes() == text
        with open_store(place) as store:
            assert store.findings == []
            assert store.get_many([key(1)])


def test_a_database_of_something_else_is_set_aside(place: Path) -> None:
    place.parent.mkdir()
    connection = sqlite3.connect(place)
    connection.execute("CREATE TABLE notes (text)")
    connection.close()
    with open_store(place) as store:
        assert "database of something else" in store.findings[0].message


def test_a_file_that_was_cut_is_set_aside(place: Path) -> None:
    with open_store(place) as store:
        store.put_many([answer(n, "x" * 800) for n in range(1000)])
    os.truncate(place, place.stat().st_size // 2)
    with open_store(place) as store:
        assert [d.code for d in store.findings] == ["W0840"]


def test_damage_that_shows_in_use_sets_the_file_aside(place: Path) -> None:
    with open_store(place) as store:
        store.put_many([answer(n, "x" * 800) for n in range(1000)])
    data = bytearray(place.read_bytes())
    data[4096 * 3 :] = b"\xff" * (len(data) - 4096 * 3)
    place.write_bytes(data)
    store = open_store(place)
    with pytest.raises(StoreError) as error:
        store.get_many([key(n) for n in range(1000)])
    assert code_of(error) == "E0842"
    store.close()
    assert (place.parent / "answers.damaged-1.sqlite").read_bytes() == bytes(data)
    with open_store(place) as fresh:
        assert fresh.findings == []
        assert fresh.get_many([key(1)]) == {}


def test_reading_a_damaged_file_leaves_it_alone(place: Path) -> None:
    place.parent.mkdir()
    place.write_bytes(b"nothing" * 1000)
    with pytest.raises(StoreError) as error:
        open_reading(place)
    assert code_of(error) == "E0842"
    assert place.read_bytes() == b"nothing" * 1000


@pytest.mark.parametrize("opening", [open_store, open_reading])
def test_a_file_of_a_newer_version_is_refused(place: Path, opening: object) -> None:
    open_store(place).close()
    connection = sqlite3.connect(place)
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    before = place.read_bytes()
    with pytest.raises(StoreError) as error:
        opening(place)  # type: ignore[operator]
    assert code_of(error) == "E0841"
    assert place.read_bytes() == before


def test_no_folder_can_be_made(tmp_path: Path) -> None:
    (tmp_path / ".synth").write_text("a file where the folder should be")
    with pytest.raises(StoreError) as error:
        open_store(tmp_path / ".synth" / "answers.sqlite")
    assert code_of(error) == "E0840"
    assert str(tmp_path) not in error.value.diagnostic.message


def test_a_folder_stands_where_the_file_should_be(place: Path) -> None:
    place.mkdir(parents=True)
    with pytest.raises(StoreError) as error:
        open_store(place)
    assert code_of(error) == "E0840"


READ_ONLY = """
import os, sys
from pathlib import Path
from synthdsl.llm.store import open_reading, open_store
from synthdsl.llm.store_file import wal
from synthdsl.llm.store_problems import StoreError

place = Path(sys.argv[1])
place.chmod(0o444)
place.parent.chmod(0o555)
if os.geteuid() == 0:
    os.setuid(65534)
store = open_reading(place)
print(len(store.get_many([(1).to_bytes(8, "big") + bytes(8)])))
store.close()
try:
    open_store(place)
except StoreError as error:
    print(error.diagnostic.code, error.diagnostic.message)
"""


def test_a_folder_that_is_read_only_can_be_read() -> None:
    # Not in tmp_path, which nobody else may enter.
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    place = folder / ".synth" / "answers.sqlite"
    try:
        with open_store(place) as store:
            store.put_many([answer(1)])
        arguments = [sys.executable, "-c", READ_ONLY, str(place)]
        ran = subprocess.run(arguments, capture_output=True, text=True, env=ENVIRONMENT, timeout=60, check=True)
        found, refusal = ran.stdout.splitlines()
        assert found == "1"
        assert refusal.startswith("E0840 The store of answers '.synth/answers.sqlite' cannot be used: ")
    finally:
        place.parent.chmod(0o755)
        shutil.rmtree(folder)


def test_the_log_begins_anew_while_answers_come(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store_upkeep, "_LONG", 200)
    monkeypatch.setattr(store_upkeep, "_EVERY", 0.01)
    with open_store(place) as store:
        for group in range(300):
            store.put_many([answer(n, "x" * 800) for n in range(group * 16, group * 16 + 16)])
            time.sleep(0.003)
        # All groups together are some 10 MB of log.
        assert wal(place).stat().st_size < 4_000_000
        assert len(store.get_many([key(n) for n in range(300 * 16)])) == 300 * 16


def test_threads_look_up_while_others_store(place: Path) -> None:
    store = open_store(place)
    missing: list[int] = []
    ended = threading.Event()

    def look() -> None:
        seen = 0
        while not ended.is_set():
            found = len(store.get_many([key(n) for n in range(640)]))
            if found < seen or found % 16:
                missing.append(found)
            seen = found

    threads = [threading.Thread(target=look) for _ in range(2)]
    for thread in threads:
        thread.start()
    for group in range(40):
        store.put_many([answer(n) for n in range(group * 16, group * 16 + 16)])
    ended.set()
    for thread in threads:
        thread.join()
    assert missing == []
    assert len(store.get_many([key(n) for n in range(640)])) == 640
    store.close()


def test_a_store_for_reading_takes_no_answers(place: Path) -> None:
    open_store(place).close()
    for reader in (open_reading(place), NoAnswers()):
        with pytest.raises(RuntimeError, match="for reading"):
            reader.put_many([answer(1)])
        reader.close()
