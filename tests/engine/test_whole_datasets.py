"""Rows and columns of other datasets as values: the same bytes however they are stored, read and cut."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from synthdsl.dataset import store, store_writer
from synthdsl.dataset.address import number_keys
from synthdsl.dataset.memory import MemoryTable
from synthdsl.dataset.vector import Constant, to_list
from synthdsl.engine import evaluate as evaluation
from synthdsl.engine.frame import Frame, World
from synthdsl.model.expr import Apply, ColumnRef, Expr, WholeColumn
from synthdsl.pipeline import RunSettings, Settings, compile_spec, run
from synthdsl.types.terms import FLOAT, ListType

SPEC = """synth 1

source books: { title: str, sold: int, note: str?, tags: list[str] } = jsonl("books.jsonl")

dataset customers of 400 {
  var id = sequence("C-{:04d}")
  var name = faker("de_DE").name()
  var weight = choice([0, 1, 2, 5])
  var born = date(1950-01-01 .. 2005-12-31)
  var score = uniform(0, 1)
  var tier = choice({"gold": 1, "plain": 9})
  var who = { first: name, since: born, points: score }
  var remark = name if score > 0.5 else null
  rule some: score > 0.1 else drop
}

dataset orders of 500 {
  var buyer = choice(customers)
  var heavy = choice(customers, weight=customers.weight)
  var seller = choice(customers).id
  var book = choice(books)
  var three = sample(customers.id, 3)
  var few = sample(books, integer(0, 2))
  var title = choice(books.title)
  var one = customers.name[mod(row, len(customers))]
  var above = buyer.score - mean(customers.score)
  var rank = max(books.sold) - book.sold
  var rivals = len([c for c in customers.score if c > heavy.score and c < max(customers.score)])
  var other = choice(customers) if buyer.tier == "gold" else choice(customers, weight=customers.score)
  var note = "best: {{ max(books.sold) }} of {{ [t for t in books.title if t != book.title] | length }}"
  var known = book.title in books.title
  rule two: buyer.id != heavy.id
  rule late: heavy.born > 1955-01-01 else drop
}

output "orders.jsonl" from orders as rows {
  id = buyer.id
  buyer = buyer
  who = heavy.who
  remark = heavy.remark
  seller = seller
  book = book
  three = three
  few = few
  title = title
  one = one
  above = above
  rank = rank
  rivals = rivals
  other = other.name
  note = note
  known = known
}
"""

BOOKS = "".join(
    json.dumps(
        {
            "title": f"t{i} é" + "x" * (i % 200),
            "sold": i * 7 % 50,
            "note": None if i % 3 else "n",
            "tags": ["a"] * (i % 4),
        }
    )
    + "\n"
    for i in range(60)
)


def _run(folder: Path, run_settings: RunSettings | None = None) -> bytes:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "books.jsonl").write_text(BOOKS)
    (folder / "spec.synth").write_text(SPEC)
    compiled = compile_spec(folder / "spec.synth", Settings())
    assert compiled.ok, [d.message for d in compiled.diagnostics if d.is_error]
    return run(compiled, run_settings).outputs[0][1].read_bytes()


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return _run(tmp_path_factory.mktemp("plain"))


def test_the_fields_of_a_picked_row_belong_together(plain: bytes) -> None:
    rows = [json.loads(line) for line in plain.splitlines()]
    assert len(rows) > 400
    assert {r["id"] for r in rows} == {r["buyer"]["id"] for r in rows}
    by_id: dict[str, Any] = {}
    for row in rows:
        assert by_id.setdefault(row["id"], row["buyer"]) == row["buyer"] and row["id"] == row["buyer"]["id"]
        assert len(set(row["three"])) == 3 and len(row["few"]) <= 2
        assert row["known"] is True


@pytest.mark.parametrize(("chunk", "mapped", "large", "batch"), [(7, 1, 3, 50), (1, 300, 3, 500), (100, 1 << 20, 3, 7)])
def test_neither_chunks_nor_batches_change_the_bytes(
    plain: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, chunk: int, mapped: int, large: int, batch: int
) -> None:
    monkeypatch.setattr(store_writer, "CHUNK_ROWS", chunk)
    monkeypatch.setattr(store, "MAPPED_BYTES", mapped)
    monkeypatch.setattr(evaluation, "LARGE", large)
    assert _run(tmp_path, RunSettings(batch_rows=batch)) == plain


@pytest.mark.slow
def test_workers_change_no_bytes(plain: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store_writer, "CHUNK_ROWS", 13)
    assert _run(tmp_path, RunSettings(workers=2, batch_rows=60)) == plain


class _Counting:
    """A table that counts how often a column is read as a whole."""

    def __init__(self, table: MemoryTable) -> None:
        self.table = table
        self.reads = 0

    def column(self, name: str) -> list[Any]:
        self.reads += 1
        return self.table.column(name)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.table, name)


def _largest() -> Expr:
    return Apply("max", (WholeColumn("d", "x", ListType(FLOAT)),), FLOAT)


def test_what_is_the_same_for_every_row_is_computed_once() -> None:
    table = _Counting(MemoryTable(np.arange(3, dtype=np.uint64), {"x": np.array([1.0, 5.0, 2.0])}))
    world = World(0, {"d": table})
    expr = Apply("sub", (ColumnRef("y", FLOAT), _largest()), FLOAT)
    for start in (0, 4, 8):
        frame = Frame(world, "e", 4, number_keys(start, start + 4), None, {"y": np.full(4, float(start))})
        assert to_list(evaluation.evaluate(expr, frame), 4) == [start - 5.0] * 4
        assert evaluation.evaluate(expr.arguments[1], frame) == Constant(5.0)
    assert table.reads == 1
