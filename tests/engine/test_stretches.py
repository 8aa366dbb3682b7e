"""Work is cut into stretches of about a batch of rows, however many children a parent has; no data depend on it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from synthdsl.dataset.batch import BATCH_BYTES
from synthdsl.dataset.store_writer import TableWriter
from synthdsl.dataset.vector import to_list
from synthdsl.dataset.views import Selected
from synthdsl.engine.stretches import FIRST_PARENTS, FIRST_ROWS, Pace
from synthdsl.engine.work import Result
from synthdsl.pipeline import RunSettings, Settings, compile_spec, run
from synthdsl.plan.steps import DerivedPlan, FreshPlan

SPEC = """synth 1

dataset base of 23 {
  var id = sequence("B-{:02d}")
  var some = [n for n in range(0, mod(row, 5) * 4)]
}
dataset each_one from base each item in some { var x = uniform(0, 1) }
dataset copies of 7 from base { var x = uniform(0, 1) }
dataset both of 2 from base each item in some { var x = uniform(0, 1) }
dataset within of 3 accepted within 40 from base {
  var x = uniform(0, 1)
  rule low: x < 0.5 else drop
}

output "each.csv" from each_one as rows { id = id item = item x = x }
output "copies.csv" from copies as rows { id = id x = x }
output "both.csv" from both as rows { id = id item = item x = x }
output "within.csv" from within as rows { id = id x = x }
"""


def _run(folder: Path, settings: RunSettings | None = None) -> dict[str, bytes]:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "spec.synth").write_text(SPEC)
    compiled = compile_spec(folder / "spec.synth", Settings())
    assert compiled.ok, [d.message for d in compiled.diagnostics if d.is_error]
    return {place.name: place.read_bytes() for _, place in run(compiled, settings).outputs}


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    return _run(tmp_path_factory.mktemp("plain"))


def test_every_parent_has_its_children(plain: dict[str, bytes]) -> None:
    rows = {name: text.splitlines()[1:] for name, text in plain.items()}
    items = sum(i % 5 * 4 for i in range(23))
    assert {name: len(lines) for name, lines in rows.items()} == {
        "each.csv": items,
        "copies.csv": 7 * 23,
        "both.csv": 2 * items,
        "within.csv": 3 * 23,
    }
    assert len(set(rows["copies.csv"])) == 7 * 23


@pytest.mark.parametrize("batch", [1, 3, 7, 10, 50])
def test_any_batch_size_gives_the_same_bytes(plain: dict[str, bytes], tmp_path: Path, batch: int) -> None:
    assert _run(tmp_path, RunSettings(batch_rows=batch)) == plain


@pytest.mark.slow
def test_any_number_of_workers_gives_the_same_bytes(plain: dict[str, bytes], tmp_path: Path) -> None:
    assert _run(tmp_path, RunSettings(batch_rows=5, workers=2)) == plain


def _plan(copies: int | None, each: str | None, within: int | None = None) -> DerivedPlan:
    return DerivedPlan("d", (), copies, each, None, within)


def test_children_of_one_parent_may_fill_many_stretches() -> None:
    found = list(Pace().stretches(_plan(1_000, None), 3, 400))
    assert len(found) == 8 and all(stop - start <= 400 for start, stop in found)
    assert found[0][0] == 0 and found[-1][1] == 3_000


def test_parents_with_many_items_come_in_short_stretches() -> None:
    pace = Pace()
    stretches = pace.stretches(_plan(None, "x"), 100_000, 16_384)
    first = next(stretches)
    assert first == (0, FIRST_PARENTS)
    pace.note(*first, Result(1, 200 * FIRST_PARENTS, {}, weight=100))
    start, stop = next(stretches)
    assert (start, stop - start) == (FIRST_PARENTS, 16_384 // 200)
    pace.note(start, stop, Result(0, 0, {}))
    assert all(stop > start for start, stop in stretches)


def test_large_rows_come_fewer_at_a_time() -> None:
    pace = Pace()
    stretches = pace.fresh(FreshPlan(100_000, None), 16_384, None)
    assert next(stretches) == (0, FIRST_ROWS)
    pace.note(0, FIRST_ROWS, Result(FIRST_ROWS, FIRST_ROWS, {}, weight=8_192 * FIRST_ROWS))
    start, stop = next(stretches)
    assert 8_192 * (stop - start) == BATCH_BYTES
    pace.note(start, stop, Result(stop - start, stop - start, {}, weight=stop - start))
    start, stop = next(stretches)
    assert stop - start == 16_384


def test_views_of_large_rows_are_read_fewer_at_a_time(tmp_path: Path) -> None:
    rows = 150
    with TableWriter(tmp_path / "t", ["text"]) as writer:
        writer.append(rows, np.arange(rows, dtype=np.uint64), {"text": [f"{i:03d}" * 100_000 for i in range(rows)]})
        table = writer.close()
    for view in (table, Selected(table, np.arange(0, rows, 2)), Selected(table, np.arange(rows)[::-1].copy())):
        sizes = [sum(map(len, b.columns["text"])) for b in view.batches(16_384)]
        assert len(sizes) > 1 and max(sizes) <= BATCH_BYTES
        read = [text[:3] for b in view.batches(16_384) for text in to_list(b.columns["text"], b.n)]
        assert read == [text[:3] for text in view.column("text")] and len(read) == view.rows
