"""Rows a second of encoders and writers on this machine: `python -m tests.bench.bench_export [ROWS]` from the root.

Batches are as large as the engine's. Each figure is the best of five passes over all rows, first by processor time,
which other work on the machine disturbs least, then by the clock.
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from synthdsl.base.span import NOWHERE
from synthdsl.dataset.vector import Coded, Constant
from synthdsl.export.check import Declaration, GivenKey, check_output
from synthdsl.export.encode import encode_batch
from synthdsl.export.encode_json import rows as rows_of
from synthdsl.export.publish import publish
from synthdsl.export.report import RunFacts
from synthdsl.export.spec import OutputSpec
from synthdsl.export.writer import open_output
from synthdsl.types.terms import DATE, FLOAT, INT, MESSAGES, STR, TIMESTAMP, Field, LiteralType, RecordType, Type

BATCH = 16_384
PASSES = 5


def output(path: str, form: str, keys: dict[str, Type]) -> OutputSpec:
    """A checked output."""
    given = {k: GivenKey(t, NOWHERE, NOWHERE) for k, t in keys.items()}
    row = RecordType(tuple(Field(k, t) for k, t in keys.items()))
    spec, wrong = check_output(Declaration(path, NOWHERE, "bench", row, form, NOWHERE, given, NOWHERE))
    assert spec is not None, wrong
    return spec


def shapes(n: int) -> dict[str, tuple[str, dict[str, Type], dict[str, Any]]]:
    """The measured layouts with n rows each."""
    rng = np.random.default_rng(1)
    user = [
        f"Hello, this is Person {i}.\nCould you help me, please?\nMy router has a problem: no signal." for i in range(n)
    ]
    answer = [f"Ticket TCK-{i:06d} has priority P{i % 3 + 1}" for i in range(n)]
    kinds = Coded(rng.integers(0, 3, n), ["router", "tv box", "sim"])
    days = np.datetime64("2025-01-01", "D") + rng.integers(0, 365, n)
    return {
        "4 numeric/categorical columns": (
            "rows",
            {"a": FLOAT, "b": INT, "c": STR, "d": STR},
            {
                "a": rng.random(n),
                "b": rng.integers(0, 100, n),
                "c": kinds,
                "d": Coded(rng.integers(0, 4, n), list("abcd")),
            },
        ),
        "chat: system user assistant": (
            "chat",
            {"system": LiteralType(("You are a help-desk agent.",)), "user": STR, "assistant": STR},
            {"system": Constant("You are a help-desk agent."), "user": user, "assistant": answer},
        ),
        "chat, not ASCII": (
            "chat",
            {"user": STR, "assistant": STR},
            {"user": [f"Grüße aus 東京: {u}" for u in user], "assistant": answer},
        ),
        "chat: messages": (
            "chat",
            {"messages": MESSAGES},
            {
                "messages": [
                    [{"role": "user", "content": u}, {"role": "assistant", "content": a}]
                    for u, a in zip(user, answer, strict=True)
                ]
            },
        ),
        "date and timestamp": (
            "rows",
            {"d": DATE, "t": TIMESTAMP},
            {"d": days, "t": days.astype("datetime64[us]") + rng.integers(0, 86_400, n).astype("timedelta64[s]")},
        ),
    }


def best(n: int, work: Callable[[], object]) -> str:
    """Million rows a second, the best of a few passes: by processor time and by the clock."""
    spent, passed = [], []
    for _ in range(PASSES):
        start, began = time.process_time(), time.perf_counter()
        work()
        spent.append(time.process_time() - start)
        passed.append(time.perf_counter() - began)
    return f"{n / min(spent) / 1e6:6.2f} {n / min(passed) / 1e6:6.2f}"


def encode_all(spec: OutputSpec, columns: dict[str, Any], n: int) -> int:
    """Bytes of all batches, which are dropped."""
    size = 0
    for start in range(0, n, BATCH):
        stop = min(start + BATCH, n)
        part = {k: rows_of(v, start, stop) for k, v in columns.items()}
        size += sum(len(p.data) for p in encode_batch(spec, part, stop - start).parts)
    return size


def write_all(spec: OutputSpec, columns: dict[str, Any], n: int, place: Path) -> None:
    """One whole output, published."""
    with open_output(spec, place) as writer:
        for start in range(0, n, BATCH):
            stop = min(start + BATCH, n)
            part = {k: rows_of(v, start, stop) for k, v in columns.items()}
            writer.append(encode_batch(spec, part, stop - start))
        publish([(writer, writer.close())], RunFacts("bench.synth", "0", 1, 0))


def main() -> None:
    """Prints the table."""
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 200_000
    made = shapes(n)
    print(f"{n} rows, batches of {BATCH}; million rows a second: of processor time, by the clock")
    for name, (form, keys, columns) in made.items():
        spec = output("x.jsonl", form, keys)
        size = encode_all(spec, columns, n)
        print(f"  encode json  {name:32} {best(n, partial(encode_all, spec, columns, n))} {size / n:6.0f} bytes a row")
    form, keys, columns = made["4 numeric/categorical columns"]
    rate = best(n, partial(encode_all, output("x.csv", form, keys), columns, n))
    print(f"  encode csv   {'4 numeric/categorical columns':32} {rate}")
    form, keys, columns = made["chat: system user assistant"]
    with tempfile.TemporaryDirectory() as folder:
        for suffix in (".jsonl", ".jsonl.zst", ".jsonl.gz", ".json", ".parquet", ""):
            place = Path(folder) / f"x{suffix}"
            rate = best(n, partial(write_all, output(f"x{suffix}", form, keys), columns, n, place))
            print(f"  write        {suffix or 'folder':32} {rate}")
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB")


if __name__ == "__main__":
    main()
