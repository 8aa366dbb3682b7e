"""The program as a process: starting up, signals, pipes, limits."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from synthdsl.ops.people.catalogue import offers
from synthdsl.ops.people.offers import Shipped

pytestmark = pytest.mark.slow

ENVIRONMENT = {k: v for k, v in os.environ.items() if not k.startswith("SYNTHC") and k != "FORCE_COLOR"}
ENVIRONMENT["PYTHONPATH"] = str(Path(__file__).parent.parent.parent)

LONG = """\
synth 1

dataset numbers of 50_000_000 {
  var a = normal(mean=0, sd=1)
  var b = normal(mean=a, sd=1)

  rule ordered: a < b
}

output "out/numbers.jsonl" from numbers
output "out/shards" from numbers
"""


def synthc(*arguments: str, cwd: Path, **more: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "synthdsl", *arguments],
        cwd=cwd,
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        timeout=120,
        **more,  # type: ignore[call-overload]
    )


def imported(*arguments: str, cwd: Path) -> set[str]:
    """The modules that a command loads."""
    code = (
        "import sys, json, io; from synthdsl.cli.main import execute; out = sys.stdout; sys.stdout = io.StringIO(); "
        f"execute({list(arguments)!r}); print(json.dumps(sorted(sys.modules)), file=out)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code], cwd=cwd, env=ENVIRONMENT, capture_output=True, text=True, check=True, timeout=60
    )
    return set(json.loads(ran.stdout))


def test_help_loads_no_compiler(tmp_path: Path) -> None:
    loaded = imported("--help", cwd=tmp_path)
    assert not loaded & {"numpy", "lark", "jinja2", "rich", "pydantic", "duckdb", "faker", "networkx", "asyncio"}
    assert not {m for m in loaded if m.startswith("synthdsl.")} & {"synthdsl.pipeline", "synthdsl.cli.run"}


def test_check_loads_nothing_heavy(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("a,b\n1,x\n")
    (tmp_path / "a.synth").write_text(
        "synth 1\n\nparam rows: int = 5\n\n"
        'source t: { a: int, b: str } = csv("t.csv")\n\n'
        'model m = openai("gpt-4o-mini")\n\n'
        "dataset d of rows {\n"
        '  llm said: str = m """About {{ x }}."""\n'
        '  var id = unique_id("[A-Z]{3}-[0-9]{6}")\n  var n = normal(mean=1, sd=2)\n  var who = faker("en_US").name()\n'
        "  var one = choice(t)\n  var day = date(2020-01-01 .. 2024-12-31)\n"
        '  template x = """{{ who }}: {{ one.b }}"""\n'
        "  rule small: n < 3\n}\n\nexpect d {\n  there: count() == rows\n}\n\n"
        'output "o.jsonl" from d as chat {\n  user = x\n  assistant = id\n}\n\noutput "p.parquet" from d\n'
    )
    loaded = imported("check", "a.synth", cwd=tmp_path)
    heavy = {"numpy", "rich", "duckdb", "networkx", "faker", "pydantic", "asyncio", "pandas", "pyarrow", "sqlite3"}
    heavy |= {"aiohttp", "orjson", "pydantic_core"}
    # What a Faker newer than the shipped catalogue offers is asked of itself.
    asked = set() if isinstance(offers(), Shipped) else {"faker", "numpy"}
    assert not loaded & (heavy - asked)
    assert "synthdsl.pipeline" in loaded


def test_a_run_without_calls_loads_nothing_of_calls(tmp_path: Path) -> None:
    (tmp_path / "a.synth").write_text(
        'synth 1\n\ndataset d of 5 {\n  var n = normal(mean=1, sd=2)\n}\n\noutput "o.jsonl" from d\n'
    )
    loaded = imported("run", "a.synth", cwd=tmp_path)
    assert (tmp_path / "o.manifest.json").exists()
    assert not loaded & {"pydantic", "aiohttp", "asyncio", "sqlite3", "faker", "duckdb", "jinja2"}


def test_help_is_quick(tmp_path: Path) -> None:
    spent = []
    for _ in range(3):
        before = os.times()
        assert synthc("--help", cwd=tmp_path).returncode == 0
        after = os.times()
        spent.append(after.children_user + after.children_system - before.children_user - before.children_system)
    assert min(spent) < 0.3, "twice what it takes on a quiet machine"


def start(tmp_path: Path, *arguments: str) -> subprocess.Popen[str]:
    """A long run that has begun to write."""
    (tmp_path / "long.synth").write_text(LONG)
    out = tmp_path / "out"
    out.mkdir()
    (out / "numbers.jsonl").write_text("before\n")
    process = subprocess.Popen(
        [sys.executable, "-m", "synthdsl", "run", "long.synth", *arguments],
        cwd=tmp_path,
        env=ENVIRONMENT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    end = time.monotonic() + 60
    while not any(p.stat().st_size > 100_000 for p in out.rglob("*") if p.is_file()):
        assert process.poll() is None and time.monotonic() < end, process.communicate()
        time.sleep(0.05)
    return process


@pytest.mark.slow
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
@pytest.mark.parametrize("workers", ["1", "2"])
def test_interrupted(tmp_path: Path, number: signal.Signals, code: int, workers: str) -> None:
    process = start(tmp_path, "--workers", workers)
    process.send_signal(number)
    out, err = process.communicate(timeout=60)
    assert process.returncode == code, err
    assert "Traceback" not in err and out == ""
    if number == signal.SIGINT:
        assert "error[E0808] interrupted" in err
    assert [p.name for p in (tmp_path / "out").iterdir()] == ["numbers.jsonl"]
    assert (tmp_path / "out" / "numbers.jsonl").read_text() == "before\n"
    assert [p.name for p in (tmp_path / ".synth").iterdir()] == [".gitignore"]


@pytest.mark.slow
def test_ctrl_c_reaches_the_workers_too(tmp_path: Path) -> None:
    """A terminal sends the signal to the whole group."""
    process = start(tmp_path, "--workers", "2")
    os.killpg(process.pid, signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130 and "Traceback" not in err, err
    assert [p.name for p in (tmp_path / "out").iterdir()] == ["numbers.jsonl"]


SMALL = 'synth 1\ndataset d of 20_000 {\n  var a = integer(0, 9)\n  var b = "some words to fill a line"\n}\n'


def test_the_disk_is_full(tmp_path: Path) -> None:
    """A limit on the size of files stands in for a full disk: the system's answer is of the same kind."""
    import resource

    (tmp_path / "a.synth").write_text(SMALL + 'output "out/d.jsonl" from d\n')
    ran = synthc(
        "run", "a.synth", cwd=tmp_path, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
    )
    assert ran.returncode == 3 and "error[E0807] disk-full" in ran.stderr and "Traceback" not in ran.stderr
    assert not (tmp_path / "out").exists()


def test_workers_and_batches_make_the_same_bytes(tmp_path: Path) -> None:
    (tmp_path / "a.synth").write_text(SMALL + 'output "out/d.jsonl" from d\n')
    made = []
    for arguments in ([], ["--workers", "2"], ["--batch-rows", "777"]):
        assert synthc("run", "a.synth", "-q", *arguments, cwd=tmp_path).returncode == 0
        made.append((tmp_path / "out" / "d.jsonl").read_bytes())
    assert made[0] == made[1] == made[2]


def test_who_reads_leaves(tmp_path: Path) -> None:
    writer = subprocess.Popen(
        [sys.executable, "-m", "synthdsl", "docs", "--format", "json"],
        cwd=tmp_path,
        env=ENVIRONMENT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert writer.stdout is not None and writer.stderr is not None
    writer.stdout.close()
    assert (writer.wait(60), writer.stderr.read()) == (141, "")
    writer.stderr.close()


def test_a_log_has_no_colours_and_a_forced_one_has(tmp_path: Path) -> None:
    (tmp_path / "a.synth").write_text("synth 1\ndataset d of x {\n  var a = 1\n}\n")
    plain = synthc("check", "a.synth", cwd=tmp_path)
    assert plain.returncode == 1 and "\x1b" not in plain.stdout
    ENVIRONMENT["FORCE_COLOR"] = "1"
    try:
        coloured = synthc("check", "a.synth", cwd=tmp_path)
    finally:
        del ENVIRONMENT["FORCE_COLOR"]
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured.stdout) == plain.stdout != coloured.stdout


def test_an_output_that_cannot_say_it_all(tmp_path: Path) -> None:
    (tmp_path / "a.synth").write_text('synth 1\ndataset d of 1 {\n  var a = "日本" + x\n}\n', encoding="utf-8")
    ran = subprocess.run(
        [sys.executable, "-m", "synthdsl", "check", "a.synth"],
        cwd=tmp_path,
        env={**ENVIRONMENT, "PYTHONIOENCODING": "ascii"},
        capture_output=True,
        timeout=60,
    )
    assert ran.returncode == 1 and b"\\u65e5\\u672c" in ran.stdout and b"Traceback" not in ran.stderr
