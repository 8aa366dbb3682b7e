"""Answers a second into and out of the store: `python -m tests.bench.bench_store [ANSWERS]` from the root.

Keys are random, replies 0.8 kB of random hex; looking up goes in random order, the worst there is. Figures are by the
clock and by processor time, which other work on the machine disturbs least. `pause` is the longest that a group of 64
took: the log begins anew then.
"""

from __future__ import annotations

import os
import random
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from synthdsl.llm.cassette import CassetteStore, write_cassette
from synthdsl.llm.contract import Answered
from synthdsl.llm.reply import Reply, Usage, dump
from synthdsl.llm.store import open_store
from synthdsl.llm.store_contents import answers_in, tally

GROUP = 64


def timed(what: str, n: int, work: Callable[[], object]) -> None:
    """Print how many a second."""
    spent, passed = time.process_time(), time.perf_counter()
    work()
    spent, passed = time.process_time() - spent, time.perf_counter() - passed
    print(f"{what:32} {n / passed:10,.0f}/s by the clock {n / spent:10,.0f}/s of processor")


def main(n: int) -> None:
    reply = dump(Reply(os.urandom(380).hex(), usage=Usage(200, 150), seconds=0.21))
    keys = [os.urandom(16) for _ in range(n)]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "answers.sqlite"
        store = open_store(path)
        pauses: list[float] = []

        def put() -> None:
            for start in range(0, n, GROUP):
                group = [Answered(k, reply, "d.c", "m", Usage(200, 150)) for k in keys[start : start + GROUP]]
                begun = time.perf_counter()
                store.put_many(group)
                pauses.append(time.perf_counter() - begun)

        def get(size: int) -> Callable[[], object]:
            return lambda: [len(store.get_many(keys[i : i + size])) for i in range(0, n, size)]

        timed(f"put_many, {GROUP}", n, put)
        pauses.sort()
        middle, most = pauses[len(pauses) // 2], pauses[-1]
        print(f"{'':32} a group: {middle * 1e3:.1f} ms in the middle, the longest pause {most * 1e3:.0f} ms")
        timed("get_many in order of storing, 512", n, get(512))
        random.Random(1).shuffle(keys)
        for size in (1, 64, 512):
            timed(f"get_many, {size}", n, get(size))
        timed("close", n, store.close)
        print(f"{'':32} {path.stat().st_size / n:,.0f} bytes of file an answer of {len(reply)}")
        timed("tally", n, lambda: tally(path))
        cassette = Path(folder) / "a.cassette.jsonl"
        with cassette.open("wb") as out:
            timed("export to a cassette", n, lambda: write_cassette(answers_in(path), out))
        timed("read a cassette", n, lambda: CassetteStore([cassette]))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
