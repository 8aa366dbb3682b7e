"""Pipelines over whole datasets, beside the same work done by hand with the libraries that do it best.

    python -m tests.bench.bench_pipelines [--rows 5000000] [--texts 1000000]

Prints CPU, wall and peak memory of whole processes, from Parquet files to JSON lines: group, sort and join of `--rows`
rows beside DuckDB, near-duplicates among `--texts` texts of 40 words beside rensa (whose index keeps both of a pair
out of it or in it by estimate; ours verifies each pair). `read` is the part that all of ours share: a source is read,
keyed by its content and stored.
"""

from __future__ import annotations

import argparse
import random
import tempfile
from pathlib import Path

from tests.bench.measure import cost, python

HERE = Path(__file__).parent

SPEC = """synth 1
source rows: { k: int, word: str, x: float } = parquet("rows.parquet")
source keys: { k: int, town: str } = parquet("keys.parquet")
source texts: { text: str } = parquet("texts.parquet")
dataset read = rows |> take(5)
dataset group = rows |> group(by=k, n=count(), middle=mean(x), top=max(x))
dataset sort = rows |> sort(by=[word, x])
dataset join = join(rows, keys, on=k)
dataset read_texts = texts |> take(5)
dataset dedup = texts |> dedup(text, method="minhash", threshold=0.7, ngram=3)
output "read.jsonl" from read
output "group.jsonl" from group
output "sort.jsonl" from sort
output "join.jsonl" from join
output "read_texts.jsonl" from read_texts
output "dedup.jsonl" from dedup
"""


def make_files(folder: Path, rows: int, texts: int) -> None:
    """The sources; one text in twenty has a near copy."""
    import duckdb

    connection = duckdb.connect()
    connection.execute("SELECT setseed(0.5)")
    values = f"(random() * {rows // 5})::BIGINT AS k, 'word ' || (random() * 100000)::BIGINT AS word, random() AS x"
    connection.execute(f"COPY (SELECT {values} FROM range({rows})) TO '{folder}/rows.parquet'")
    towns = f"SELECT range AS k, 'town ' || range AS town FROM range({rows // 5})"
    connection.execute(f"COPY ({towns}) TO '{folder}/keys.parquet'")
    rng = random.Random(1)
    vocabulary = [f"w{i}" for i in range(20_000)]
    lines = [" ".join(rng.choices(vocabulary, k=40)) for _ in range(texts)]
    for at in range(0, texts, 20):
        words = lines[at].split()
        words[3] = "other"
        lines[(at * 7 + 13) % texts] = " ".join(words)
    (folder / "texts.txt").write_text("\n".join(lines) + "\n")
    read = f"read_csv('{folder}/texts.txt', header=false, columns={{'text': 'VARCHAR'}})"
    connection.execute(f"COPY (SELECT text FROM {read}) TO '{folder}/texts.parquet'")


def _line(name: str, command: list[str], folder: Path) -> None:
    found = cost(command, folder)
    print(f"{name:28}{found.cpu:9.1f} s CPU{found.wall:9.1f} s{found.peak:9.0f} MB", flush=True)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--rows", type=int, default=5_000_000)
    options.add_argument("--texts", type=int, default=1_000_000)
    options.add_argument("--make", type=Path, help=argparse.SUPPRESS)
    chosen = options.parse_args()
    if chosen.make is not None:
        make_files(chosen.make, chosen.rows, chosen.texts)
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        # Elsewhere: the peak memory of a process begins with that of the one that starts it.
        sizes = ["--rows", str(chosen.rows), "--texts", str(chosen.texts)]
        cost(python("-m", "tests.bench.bench_pipelines", "--make", name, *sizes), folder)
        (folder / "spec.synth").write_text(SPEC)
        for dataset in ("read", "group", "sort", "join", "read_texts", "dedup"):
            run = ["-m", "synthdsl", "run", str(folder / "spec.synth"), "--only", dataset, "--quiet"]
            _line(f"synthdsl, {dataset}", python(*run), folder)
        for work in ("group", "sort", "join"):
            _line(f"DuckDB, {work}", python(str(HERE / "baselines" / "duckdb_rows.py"), work, str(folder)), folder)
        _line("rensa, dedup", python(str(HERE / "baselines" / "rensa_texts.py"), str(folder)), folder)


if __name__ == "__main__":
    main()
