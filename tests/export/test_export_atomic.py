"""Whole or not at all: crashes, interrupts, full disks, places that cannot be written."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from exporting import FACTS, everything, spec, write

from synthdsl.export.encode import encode_batch
from synthdsl.export.paths import resolve_output
from synthdsl.export.problems import OutputError, os_problem
from synthdsl.export.publish import publish
from synthdsl.export.shards import ShardSize
from synthdsl.export.spec import OutputSpec
from synthdsl.export.workplace import Workplace
from synthdsl.export.writer import open_output
from synthdsl.types.terms import INT, STR

pytestmark = pytest.mark.slow

PATHS = ["out/deep/t.jsonl", "out/t.jsonl.zst", "out/t.csv", "out/t.json", "out/t.parquet", "out/set"]
HERE = Path(__file__).parent


def output(path: str) -> OutputSpec:
    return spec(path, "rows", {"id": INT, "text": STR})


def columns(n: int) -> dict[str, Any]:
    return {"id": np.arange(n), "text": ["x" * 100] * n}


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt])
@pytest.mark.parametrize("closed", [False, True])
def test_an_error_before_the_end_leaves_nothing(
    tmp_path: Path, path: str, error: type[BaseException], closed: bool
) -> None:
    checked = output(path)
    with pytest.raises(error), open_output(checked, tmp_path / path, ShardSize(rows=3)) as writer:
        for _ in range(3):
            writer.append(encode_batch(checked, columns(4), 4))
        if closed:
            writer.close()
        assert everything(tmp_path)
        assert not (tmp_path / path).exists()
        raise error
    assert everything(tmp_path) == []


def test_what_stood_there_stays_when_a_run_fails(tmp_path: Path) -> None:
    for path in PATHS:
        write(tmp_path, output(path), columns(5), 5)
    before = {p: (tmp_path / p).read_bytes() for p in everything(tmp_path) if (tmp_path / p).is_file()}
    for path in PATHS:
        checked = output(path)
        with pytest.raises(RuntimeError), open_output(checked, tmp_path / path) as writer:
            writer.append(encode_batch(checked, columns(4), 4))
            writer.close()
            raise RuntimeError
    after = {p: (tmp_path / p).read_bytes() for p in everything(tmp_path) if (tmp_path / p).is_file()}
    assert after == before


KILLED = """
    import sys, time
    from pathlib import Path
    sys.path.insert(0, {here!r})
    from test_export_atomic import columns, output
    from synthdsl.export.encode import encode_batch
    from synthdsl.export.writer import open_output

    checked = output({path!r})
    with open_output(checked, Path({root!r}) / {path!r}) as writer:
        writer.append(encode_batch(checked, columns(100), 100))
        print("ready", flush=True)
        time.sleep(60)
"""


def python(code: str, **values: str) -> list[str]:
    return [sys.executable, "-c", textwrap.dedent(code).format(here=str(HERE), **values)]


@pytest.mark.parametrize("path", ["out/t.jsonl", "out/set"])
def test_what_a_killed_run_left_is_swept_by_the_next_one(tmp_path: Path, path: str) -> None:
    write(tmp_path, output(path), columns(5), 5)
    command = python(KILLED, root=str(tmp_path), path=path)
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        # The other run is alive: its workplace is left alone.
        write(tmp_path, output(path), columns(6), 6)
        assert [p.name for p in (tmp_path / "out").iterdir() if "partial" in p.name] != []
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert [p.name for p in (tmp_path / "out").iterdir() if "partial" in p.name] != []
    write(tmp_path, output(path), columns(7), 7)
    assert [p.name for p in (tmp_path / "out").iterdir() if "partial" in p.name] == []


def test_a_folder_caught_between_two_renames_comes_back(tmp_path: Path) -> None:
    place, _ = write(tmp_path, output("set"), columns(5), 5)
    listing = everything(place)
    stale = tmp_path / ".set.partial-dead"
    stale.mkdir()
    (stale / "lock").touch()
    place.rename(stale / "old")
    Workplace(place).discard()
    assert everything(place) == listing
    assert not stale.exists()


def test_a_rename_that_fails_leaves_the_old_folder(tmp_path: Path) -> None:
    place, _ = write(tmp_path, output("set"), columns(5), 5)
    listing = everything(place)
    work = Workplace(place)
    with pytest.raises(OutputError):
        work.move_folder(work.path("missing"), place)
    work.discard()
    assert everything(tmp_path) == ["set", *(f"set/{p}" for p in listing)]


def test_several_outputs_appear_together(tmp_path: Path) -> None:
    checked = [output(p) for p in PATHS]
    writers = [open_output(c, tmp_path / c.path) for c in checked]
    done = []
    for c, writer in zip(checked, writers, strict=True):
        writer.append(encode_batch(c, columns(4), 4))
        done.append((writer, writer.close()))
        assert not any((tmp_path / p).exists() for p in PATHS)
    publish(done, FACTS)
    assert all((tmp_path / p).exists() for p in PATHS)
    assert not any("partial" in p for p in everything(tmp_path))


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of its own with one megabyte; where none can be mounted, no file may grow beyond half of that."""
    folder = tmp_path / "small"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)], capture_output=True, check=False
    )
    if mounted.returncode:
        before = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (500_000, before[1]))
        try:
            yield folder
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)
        return
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


@pytest.mark.parametrize("path", PATHS)
def test_a_full_disk_is_said_and_cleaned_up(small_disk: Path, path: str) -> None:
    checked = output(path)
    rng = np.random.default_rng(1)
    with pytest.raises(OutputError) as caught, open_output(checked, small_disk / path) as writer:
        for _ in range(40):
            text = [rng.bytes(60).hex() for _ in range(2000)]
            writer.append(encode_batch(checked, {"id": np.arange(2000), "text": text}, 2000))
        writer.close()
    assert caught.value.diagnostic.code == "E0807"
    assert str(small_disk / path) in caught.value.diagnostic.message
    assert everything(small_disk) == []


def test_a_disk_that_fills_while_parquet_is_made(small_disk: Path) -> None:
    checked = output("t.parquet")
    rng = np.random.default_rng(1)
    text = [rng.bytes(60).hex() for _ in range(6200)]
    with pytest.raises(OutputError) as caught, open_output(checked, small_disk / "t.parquet") as writer:
        writer.append(encode_batch(checked, {"id": np.arange(6200), "text": text}, 6200))
        writer.close()
    assert caught.value.diagnostic.code == "E0807"
    assert everything(small_disk) == []


LIMITED = """
    import resource, signal, sys
    from pathlib import Path
    sys.path.insert(0, {here!r})
    from test_export_atomic import columns, output
    from exporting import everything
    from synthdsl.export.encode import encode_batch
    from synthdsl.export.problems import OutputError
    from synthdsl.export.writer import open_output

    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))
    checked = output({path!r})
    try:
        with open_output(checked, Path({root!r}) / {path!r}) as writer:
            for _ in range(20):
                writer.append(encode_batch(checked, columns(2000), 2000))
            writer.close()
    except OutputError as error:
        print(error.diagnostic.code, everything(Path({root!r})))
"""


@pytest.mark.parametrize("path", ["out/t.jsonl", "out/t.csv", "out/t.parquet", "out/set"])
def test_a_limit_on_file_sizes_is_a_full_disk(tmp_path: Path, path: str) -> None:
    done = subprocess.run(python(LIMITED, root=str(tmp_path), path=path), capture_output=True, text=True, check=True)
    assert done.stdout == "E0807 []\n"


def test_a_file_where_a_folder_should_be(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("x")
    for path in ("out/t.jsonl", "out/set"):
        with pytest.raises(OutputError) as caught:
            write(tmp_path, output(path), columns(5), 5)
        assert caught.value.diagnostic.code == "E0806"
    assert (tmp_path / "out").read_text() == "x"


def test_a_read_only_place(tmp_path: Path) -> None:
    folder = tmp_path / "readonly"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "ro", "tmpfs", str(folder)], capture_output=True, check=False
    )
    if mounted.returncode:
        folder.chmod(0o500)
        if os.access(folder, os.W_OK):
            # For who may write anywhere, a place in which nothing can be made.
            folder.rmdir()
            folder.touch()
    try:
        for path in ("t.jsonl", "set", "new/t.csv"):
            with pytest.raises(OutputError) as caught:
                write(folder, output(path), columns(5), 5)
            assert caught.value.diagnostic.code == "E0806"
            assert any("--out" in note for note in caught.value.diagnostic.notes)
        assert everything(folder) == []
    finally:
        if mounted.returncode:
            folder.chmod(0o700)
        else:
            subprocess.run(["umount", str(folder)], check=True)


def test_a_name_that_is_too_long(tmp_path: Path) -> None:
    with pytest.raises(OutputError) as caught:
        write(tmp_path, output("x" * 300 + ".jsonl"), columns(5), 5)
    assert caught.value.diagnostic.code == "E0806"
    assert everything(tmp_path) == []


def test_paths_stay_inside(tmp_path: Path) -> None:
    root, elsewhere = tmp_path / "project", tmp_path / "elsewhere"
    root.mkdir()
    elsewhere.mkdir()
    (root / "link").symlink_to(elsewhere)
    (root / "inside").symlink_to(root)
    assert resolve_output("out/t.jsonl", root) == root.resolve() / "out/t.jsonl"
    assert resolve_output("inside/t.jsonl", root).resolve() == root.resolve() / "t.jsonl"
    assert resolve_output("out/t.jsonl", root, elsewhere) == elsewhere.resolve() / "out/t.jsonl"
    for path, out_dir in (("link/t.jsonl", None), ("../t.jsonl", elsewhere), ("/t.jsonl", None)):
        with pytest.raises(OutputError) as caught:
            resolve_output(path, root, out_dir)
        assert caught.value.diagnostic.code == "E0706"
    (root / "t.jsonl").symlink_to(elsewhere / "t.jsonl")
    with pytest.raises(OutputError):
        resolve_output("t.jsonl", root)


def test_every_system_error_has_a_code() -> None:
    import errno

    assert os_problem(OSError(errno.ENOSPC, "No space"), Path("x")).code == "E0807"
    assert os_problem(OSError(errno.EDQUOT, "Quota"), Path("x")).code == "E0807"
    assert os_problem(OSError(errno.EACCES, "Permission denied"), Path("x")).message == (
        "'x' cannot be written: Permission denied."
    )


def test_a_run_takes_no_time_to_clean_up(tmp_path: Path) -> None:
    started = time.perf_counter()
    for _ in range(20):
        Workplace(tmp_path / "t.jsonl").discard()
    assert time.perf_counter() - started < 2
    assert everything(tmp_path) == []
