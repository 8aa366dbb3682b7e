"""The spill store: the same values whatever the sizes in which they were written and are read."""

from __future__ import annotations

import multiprocessing
import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from synthdsl.dataset import store, store_writer
from synthdsl.dataset.batch import cut
from synthdsl.dataset.column import WholeValues
from synthdsl.dataset.encoding import decode, encode
from synthdsl.dataset.memory import MemoryTable
from synthdsl.dataset.store import StoredTable
from synthdsl.dataset.store_writer import TableWriter
from synthdsl.dataset.vector import Coded, Constant, Records, take, to_list

TEXT = st.text(st.characters(exclude_categories=()), max_size=8)
PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXT | st.dates() | st.datetimes(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=6,
)


def vectors(n: int) -> st.SearchStrategy[Any]:
    """Every kind of vector of n rows."""
    coded = st.lists(PLAIN, min_size=1, max_size=5).flatmap(
        lambda values: st.lists(st.integers(0, len(values) - 1), min_size=n, max_size=n).map(
            lambda codes: Coded(np.array(codes, dtype=np.int64), values)
        )
    )
    flat = st.one_of(
        st.lists(st.integers(-(2**63), 2**63 - 1), min_size=n, max_size=n).map(lambda v: np.array(v, dtype=np.int64)),
        st.lists(st.booleans(), min_size=n, max_size=n).map(lambda v: np.array(v, dtype=np.bool_)),
        st.lists(st.floats(allow_nan=False), min_size=n, max_size=n).map(lambda v: np.array(v, dtype=np.float64)),
        st.lists(st.datetimes(), min_size=n, max_size=n).map(lambda v: np.array(v, dtype="datetime64[us]")),
        st.lists(st.dates(), min_size=n, max_size=n).map(lambda v: np.array(v, dtype="datetime64[D]")),
        st.lists(TEXT, min_size=n, max_size=n),
        st.lists(st.none() | TEXT, min_size=n, max_size=n),
        st.lists(PLAIN, min_size=n, max_size=n),
        PLAIN.map(Constant),
        coded,
    )
    return flat | st.dictionaries(TEXT, flat, min_size=1, max_size=2).map(Records)


def same(a: list[Any], b: list[Any]) -> bool:
    """Equal values of equal types (1, 1.0 and true are three things)."""
    return repr(a) == repr(b)


@given(st.integers(0, 12).flatmap(lambda n: st.tuples(st.just(n), vectors(n))))
def test_a_block_gives_its_vector_back(case: tuple[int, Any]) -> None:
    n, vector = case
    assert same(to_list(decode(encode(vector)), n), to_list(vector, n))


@st.composite
def tables(draw: st.DrawFn) -> list[tuple[int, dict[str, Any]]]:
    """Appends of different sizes and vector kinds."""
    sizes = draw(st.lists(st.integers(0, 12), max_size=4))
    return [(n, {"a": draw(vectors(n)), "b": draw(vectors(n))}) for n in sizes]


@pytest.mark.slow
@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture], deadline=None)
@given(tables(), st.integers(1, 20), st.sampled_from([1, 3, 16_384]), st.data())
def test_any_batch_size_gives_the_same_values(
    tmp_path_factory: pytest.TempPathFactory,
    appends: list[tuple[int, dict[str, Any]]],
    size: int,
    chunk: int,
    data: st.DataObject,
) -> None:
    expected = {name: [v for n, c in appends for v in to_list(c[name], n)] for name in ("a", "b")}
    total = sum(n for n, _ in appends)
    keys = np.arange(total, dtype=np.uint64) + np.uint64(2**63)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(store_writer, "CHUNK_ROWS", chunk)
        patch.setattr(store, "CACHE_BYTES", 64)
        patch.setattr(store, "STEADY_BYTES", data.draw(st.sampled_from([0, 200, 1 << 20])))
        patch.setattr(store, "BATCH_BYTES", batch_bytes := data.draw(st.sampled_from([1, 300, 1 << 20])))
        patch.setattr(store, "MAPPED_BYTES", data.draw(st.sampled_from([1, 200, 1 << 20])))
        with TableWriter(tmp_path_factory.mktemp("t"), ["a", "b"]) as writer:
            at = 0
            for n, columns in appends:
                writer.append(n, keys[at : at + n], columns)
                at += n
            table = writer.close()
        assert (table.rows, table.names) == (total, ("a", "b"))
        assert same(table.column("a"), expected["a"])
        assert table.keys().tolist() == keys.tolist()
        batches = list(table.batches(size))
        assert all(b.n <= size for b in batches)
        if batch_bytes == 1 << 20:
            assert [b.start for b in batches] == list(range(0, total, size))
        assert sum(b.n for b in batches) == total
        for name in ("a", "b"):
            assert same([v for b in batches for v in to_list(b.columns[name], b.n)], expected[name])
        index = np.array(data.draw(st.lists(st.integers(0, total - 1), max_size=9)) if total else [], dtype=np.int64)
        picked = to_list(table.gather("b", index), len(index))
        # Ints and floats of one number column may come back as floats: that is how `scatter` joins them.
        assert picked == [expected["b"][i] for i in index]
        assert list(WholeValues(table, "b")) == expected["b"]
        assert table.gather_keys(index).tolist() == keys[index].tolist()


def _write(folder: Path, rows: int, chunk: int = 5_000) -> StoredTable:
    levels = ["low", "medium", "high"]
    with TableWriter(folder, ["number", "level", "text"]) as writer:
        for start in range(0, rows, chunk):
            numbers = np.arange(start, min(start + chunk, rows))
            columns = {"number": numbers, "level": Coded(numbers % 3, list(levels)), "text": [f"t{i}" for i in numbers]}
            writer.append(len(numbers), numbers.astype(np.uint64), columns)
        return writer.close()


def test_random_access_over_many_chunks(tmp_path: Path) -> None:
    table = _write(tmp_path, 60_000)
    batch = table.batch(24_990, 25_010, ["text", "number"])
    assert list(batch.columns) == ["text", "number"]
    assert to_list(batch.columns["text"], 20) == [f"t{i}" for i in range(24_990, 25_010)]
    index = np.array([59_999, 0, 30_000, 0, 16_384, 16_383])
    assert table.gather("text", index) == [f"t{i}" for i in index]
    assert to_list(table.gather("level", index), 6) == ["high", "low", "low", "low", "medium", "low"]
    assert table.gather_keys(index).dtype == np.uint64


def test_coded_columns_stay_coded_across_chunks(tmp_path: Path) -> None:
    table = _write(tmp_path, 60_000)
    whole = table.batch(0, 60_000, ["level"]).columns["level"]
    assert isinstance(whole, Coded)
    assert list(whole.values) == ["low", "medium", "high"]
    assert (tmp_path / "data.bin").read_bytes().count(b"medium") == 1


def test_unused_values_of_a_large_code_book_are_not_written(tmp_path: Path) -> None:
    book = [f"value {i}" for i in range(50_000)]
    with TableWriter(tmp_path, ["v"]) as writer:
        writer.append(3, np.arange(3, dtype=np.uint64), {"v": Coded(np.array([40_000, 7, 40_000]), book)})
        table = writer.close()
    assert table.column("v") == ["value 40000", "value 7", "value 40000"]
    assert (tmp_path / "data.bin").stat().st_size < 400


def test_large_rows_get_small_chunks(tmp_path: Path) -> None:
    page = "x" * 300_000
    with TableWriter(tmp_path, ["page"]) as writer:
        writer.append(40, np.arange(40, dtype=np.uint64), {"page": [f"{i}{page}" for i in range(40)]})
        table = writer.close()
    chunks = np.fromfile(tmp_path / "index.bin", dtype="<i8").reshape(-1, 3)
    assert len(chunks) >= 3
    assert table.column("page")[39].startswith("39x")


def _sum_in_child(table: StoredTable, folder: Path) -> int:
    return sum(table.column("number")) + sum(StoredTable.open(folder).column("number"))


def test_another_process_opens_it(tmp_path: Path) -> None:
    table = _write(tmp_path, 1_000)
    assert pickle.loads(pickle.dumps(table)).column("text")[-1] == "t999"
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        assert pool.apply(_sum_in_child, (table, tmp_path)) == 2 * sum(range(1_000))


def test_a_table_that_was_not_closed_is_none(tmp_path: Path) -> None:
    with TableWriter(tmp_path, ["a"]) as writer:
        writer.append(1, np.zeros(1, dtype=np.uint64), {"a": [1]})
    with pytest.raises(FileNotFoundError):
        StoredTable.open(tmp_path)


def test_wrong_appends_are_refused(tmp_path: Path) -> None:
    one = np.zeros(1, dtype=np.uint64)
    with TableWriter(tmp_path, ["a"]) as writer:
        with pytest.raises(ValueError, match="expected"):
            writer.append(1, one, {"b": [1]})
        with pytest.raises(ValueError, match="2 values for 1 rows"):
            writer.append(1, one, {"a": [1, 2]})
        table = writer.close()
    assert (table.rows, table.column("a"), list(table.batches(5))) == (0, [], [])
    with pytest.raises(IndexError):
        table.batch(0, 1)
    with pytest.raises(IndexError):
        table.gather("a", np.array([0]))


@pytest.mark.slow
def test_memory_is_flat_in_the_number_of_rows(tmp_path: Path) -> None:
    import tracemalloc

    def peak(rows: int, name: str) -> int:
        tracemalloc.start()
        table = _write(tmp_path / name, rows)
        seen = sum(b.n for b in table.batches(4_000))
        top = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert seen == rows
        return top

    peak(1_000, "warm")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(store, "CACHE_BYTES", 500_000)
        assert peak(160_000, "large") < 1.5 * peak(40_000, "small")


@given(st.integers(0, 12).flatmap(lambda n: st.tuples(st.just(n), vectors(n))), st.data())
def test_a_memory_table_reads_alike(case: tuple[int, Any], data: st.DataObject) -> None:
    n, vector = case
    table = MemoryTable(np.arange(n, dtype=np.uint64), {"v": vector})
    values = to_list(vector, n)
    assert same(table.column("v"), values)
    size = data.draw(st.integers(1, 13))
    assert same([v for b in table.batches(size) for v in to_list(b.columns["v"], b.n)], values)
    start = data.draw(st.integers(0, n))
    assert same(to_list(cut(vector, start, n), n - start), values[start:])
    index = np.array(data.draw(st.lists(st.integers(0, n - 1), max_size=5)) if n else [], dtype=np.int64)
    assert same(to_list(table.gather("v", index), len(index)), to_list(take(vector, index), len(index)))
