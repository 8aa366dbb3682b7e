"""Aggregates over a dataset: values, and the same bits for any cutting, merging and representation."""

from __future__ import annotations

import datetime
import math
import os
import pickle
import random
import statistics
import subprocess
import sys
from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from synthdsl.dataset.vector import Coded, Constant, Records, Vector, take, to_array
from synthdsl.ops.aggregates.tally import HashSet, hash_of, hashes
from synthdsl.ops.contract import Argument, CallSite, Fold, Undefined
from synthdsl.ops.table import AGGREGATES, aggregate
from synthdsl.types.terms import STR

CHANCE = random.Random(3)
NUMBERS = [CHANCE.choice([1e-300, 1.0, 1e17, -1e17, 3e-5]) * CHANCE.gauss(0, 1) for _ in range(500)]
INTS = [CHANCE.randrange(-(2**62), 2**62) >> CHANCE.randrange(63) for _ in range(500)]
WORDS = ["red fox", "grey wolf runs", "a red fox runs far", "", "Ünï cødé", "red fox"]
TEXTS = [CHANCE.choice(WORDS) for _ in range(300)] + [f"text number {i} of many" for i in range(200)]
FLAGS = [CHANCE.random() < 0.3 for _ in range(500)]
DATES = [datetime.date(2020, 1, 1) + datetime.timedelta(days=CHANCE.randrange(90)) for _ in range(500)]
RECORDS = [{"a": i % 7, "b": [i % 3]} for i in range(500)]

CASES: list[tuple[str, Sequence[Any], tuple[Any, ...]]] = [
    ("count", FLAGS, ()),
    ("share", FLAGS, ()),
    ("every", FLAGS, ()),
    ("sum", NUMBERS, ()),
    ("sum", [i >> 9 for i in INTS], ()),
    ("mean", NUMBERS, ()),
    ("mean", INTS, ()),
    ("sd", NUMBERS, ()),
    ("sd", INTS, ()),
    ("quantile", NUMBERS, (0.3,)),
    ("median", INTS, ()),
    ("min", NUMBERS, ()),
    ("max", DATES, ()),
    ("min", TEXTS, ()),
    ("distinct", TEXTS, ()),
    ("distinct", NUMBERS, ()),
    ("distinct", DATES, ()),
    ("distinct", RECORDS, ()),
    ("collect", TEXTS, ()),
    ("first", RECORDS, ()),
    ("last", INTS, ()),
    ("vote", TEXTS, ()),
    ("distinct_n", TEXTS, (2,)),
    ("compression", TEXTS, ()),
    ("divergence", TEXTS, (WORDS * 5, "auto")),
    ("divergence", NUMBERS, (NUMBERS[:99],)),
    ("divergence", DATES, (DATES[:50],)),
    ("divergence", FLAGS, (FLAGS[:50],)),
    ("self_similarity", TEXTS, (2,)),
]
NAMES = [f"{name}-{i}" for i, (name, _, _) in enumerate(CASES)]


def fold(name: str) -> Fold:
    made = aggregate(name).fold
    assert made is not None
    return made()


def of(name: str, n: int, *vectors: Vector) -> Any:
    one = fold(name)
    one.update(n, *vectors)
    return one.result()


def value(name: str, column: Sequence[Any], *rest: Any) -> Any:
    return of(name, len(column), list(column), *map(Constant, rest))


@pytest.mark.parametrize(("name", "column", "rest"), CASES, ids=NAMES)
def test_cutting_and_merging_change_no_bit(name: str, column: Sequence[Any], rest: tuple[Any, ...]) -> None:
    constants = tuple(map(Constant, rest))
    whole = value(name, column, *rest)
    for cuts in ([0, 1, 2, 250, 499, 500], [0, 499, 500], list(range(0, 501, 20))):
        parts = []
        for a, b in pairwise(cuts):
            part = fold(name)
            part.update(b - a, list(column[a:b]), *constants)
            parts.append(part)
        for grouping in ("left", "right", "pairs"):
            copies = [pickle.loads(pickle.dumps(p)) for p in parts]
            assert repr(merged(copies, grouping, name)) == repr(whole)


def merged(parts: list[Fold], grouping: str, name: str) -> Any:
    if grouping == "left":
        total = fold(name)
        for part in parts:
            total.merge(part)
        return total.result()
    if grouping == "right":
        while len(parts) > 1:
            parts[-2].merge(parts.pop())
        return parts[0].result()
    while len(parts) > 1:
        for i in range(0, len(parts) - 1, 2):
            parts[i].merge(parts[i + 1])
        parts = parts[::2]
    return parts[0].result()


@pytest.mark.parametrize(("name", "column", "rest"), CASES, ids=NAMES)
def test_the_order_of_rows_matters_only_where_it_should(
    name: str, column: Sequence[Any], rest: tuple[Any, ...]
) -> None:
    if name in ("collect", "first", "last", "vote"):
        return
    mixed = random.Random(1).sample(list(column), len(column))
    assert repr(value(name, mixed, *rest)) == repr(value(name, column, *rest))


@pytest.mark.parametrize(("name", "column", "rest"), CASES, ids=NAMES)
def test_the_representation_does_not_matter(name: str, column: Sequence[Any], rest: tuple[Any, ...]) -> None:
    constants = tuple(map(Constant, rest))
    few = list(column[:40])
    codes = np.arange(500) % 40
    expected = repr(of(name, 500, [few[i] for i in codes.tolist()], *constants))
    coded = Coded(codes, [*few, column[-1]])
    assert repr(of(name, 500, coded, *constants)) == expected
    if isinstance(few[0], int | float | datetime.date):
        array = to_array(few, 40)[codes]
        assert repr(of(name, 500, array, *constants)) == expected
        even = np.arange(0, 500, 2)
        assert repr(of(name, 250, array[::2], *constants)) == repr(of(name, 250, take(coded, even), *constants))
    if isinstance(few[0], dict):
        records = Records({"a": np.array([r["a"] for r in column]), "b": [r["b"] for r in column]})
        assert repr(of(name, 500, records, *constants)) == repr(of(name, 500, list(column), *constants))
    once = repr(of(name, 7, [few[0]] * 7, *constants))
    assert repr(of(name, 7, Constant(few[0]), *constants)) == once


def test_sums_are_exact() -> None:
    exact = sum(map(Fraction, NUMBERS))
    assert value("sum", NUMBERS) == float(exact) == math.fsum(NUMBERS)
    assert value("mean", NUMBERS) == float(exact / 500)
    assert value("sum", [1e308, 1e308, -1e308]) == 1e308
    assert value("sum", [5e-324, 5e-324, 1.0, -1.0]) == 1e-323
    assert value("sum", [2**62, 2**62, -(2**62)]) == 2**62
    assert type(value("sum", [1, 2])) is int and type(value("sum", [1.0, 2.0])) is float
    assert value("mean", [2**62, 2**62 + 2]) == float(2**62 + 1)
    assert value("sd", NUMBERS) == pytest.approx(statistics.stdev(map(Fraction, NUMBERS)), rel=1e-15)
    assert value("sd", [10**17 + 1.0] * 9) == 0.0
    assert value("sd", [2**60, 2**60 + 4]) == math.sqrt(8)
    assert value("sd", [1e-300, 3e-300]) == pytest.approx(math.sqrt(2) * 1e-300, rel=1e-15)
    wide = [CHANCE.uniform(-9, 9) for _ in range(40_000)]
    assert of("sum", 40_000, np.array(wide)) == math.fsum(wide)


def test_quantiles_lie_between_neighbours() -> None:
    assert [value("quantile", [4, 1, 3, 2], q) for q in (0, 0.5, 1, 0.25)] == [1.0, 2.5, 4.0, 1.75]
    assert value("quantile", [7], 0.9) == 7.0
    assert value("quantile", [0.1] * 9, 0.3) == 0.1
    assert value("median", [3, 1, 2]) == 2.0
    data = sorted(NUMBERS)
    assert value("quantile", NUMBERS, 0.1) == pytest.approx(
        statistics.quantiles(data, n=10, method="inclusive")[0], rel=1e-12
    )


def test_values_of_the_simple_ones() -> None:
    assert of("count", 5) == 5 and value("count", [True, False, True]) == 2
    assert value("share", [True, False, True, True]) == 0.75
    assert value("every", [True, True]) and not value("every", [True, False])
    assert value("vote", ["b", "a", "a", "b"]) == "b"
    assert value("collect", [None, 1]) == [None, 1]
    assert value("max", [datetime.datetime(2020, 1, 1), datetime.datetime(2021, 1, 1)]) == datetime.datetime(2021, 1, 1)
    found = of("min", 2, np.array(["2021-05-06", "2020-01-02"], dtype="datetime64[D]"))
    assert found == datetime.date(2020, 1, 2)
    assert type(of("max", 2, np.array([1, 2]))) is int


@pytest.mark.parametrize("name", sorted(set(AGGREGATES) - {"count", "every", "sum", "collect", "distinct"}))
def test_no_rows_are_undefined(name: str) -> None:
    with pytest.raises(Undefined) as undefined:
        fold(name).result()
    assert str(undefined.value).endswith(".")


def test_no_rows_of_those_that_count() -> None:
    assert [fold(name).result() for name in ("count", "every", "sum", "collect", "distinct")] == [0, True, 0, [], 0]
    with pytest.raises(Undefined):
        value("sd", [1.0])
    with pytest.raises(Undefined):
        value("self_similarity", ["a"], 2)
    with pytest.raises(Undefined):
        value("sum", [2**62, 2**62])


def test_distinct_counts_values_not_representations() -> None:
    assert value("distinct", [1, 1.0, 2, 2.5]) == 3
    assert value("distinct", [None, "", "a", "a"]) == 3
    assert value("distinct", [[1], [1.0], [[1]], {"a": 1}, {"a": 2}]) == 4
    assert value("distinct", [{"a": 1, "b": 2}, {"b": 2, "a": 1}]) == 1
    assert of("distinct", 3, Coded(np.array([0, 0, 2]), ["x", "never", "x"])) == 1
    big = np.arange(400_000) % 300_000
    one = fold("distinct")
    for start in range(0, 400_000, 50_000):
        one.update(50_000, big[start : start + 50_000])
    assert one.result() == 300_000


@pytest.mark.parametrize(
    "values",
    [
        [True, False],
        [0, 1, -1, 2**62, -(2**63)],
        [0.0, -0.0, 0.5, 1e300, -(2.0**53), 2.0**53 + 2, 5e-324],
        DATES[:5],
        [datetime.datetime(1969, 1, 1, 2, 3, 4, 5), datetime.datetime(2300, 1, 1)],
        [datetime.timedelta(days=-1, microseconds=1), datetime.timedelta(days=4000)],
    ],
)
def test_hashes_of_arrays_equal_those_of_values(values: list[Any]) -> None:
    array = to_array(values, len(values))
    assert hashes(len(values), array).tolist() == [hash_of(v) for v in values]
    assert hash_of(3) == hash_of(3.0) != hash_of("3")
    assert hash_of(1) != hash_of(True)


def test_hashes_are_the_same_in_every_process() -> None:
    code = "from synthdsl.ops.aggregates.tally import hash_of; print(hash_of(['text', {'a': 1}, None]))"
    seeds = ("1", "2")
    runs = [
        subprocess.check_output([sys.executable, "-c", code], env=os.environ | {"PYTHONHASHSEED": s}) for s in seeds
    ]
    assert runs[0] == runs[1] == f"{hash_of(['text', {'a': 1}, None])}\n".encode()
    assert len({hash_of(v) for v in ("a", ["a"], {"a": "a"}, None, "None")}) == 5


def test_a_hash_set_joins_another() -> None:
    a, b = HashSet(), HashSet()
    a.add(np.array([1, 2, 2], dtype=np.uint64))
    b.add(np.array([2, 3], dtype=np.uint64))
    assert len(b) == 2
    a.join(b)
    assert len(a) == 3


def test_distinct_n_counts_ngrams_within_texts() -> None:
    assert value("distinct_n", ["a b a b", "b a"], 2) == 2 / 4
    assert value("distinct_n", ["a b", "c d"], 2) == 1.0
    assert value("distinct_n", ["a b", "c"], 1) == 1.0
    assert value("distinct_n", ["A a", "a."], 1) == 1 / 3
    with pytest.raises(Undefined):
        value("distinct_n", ["a b"], 3)


def plain_distinct_n(texts: Sequence[str], n: int) -> float:
    grams = [tuple(w[i : i + n]) for t in texts for w in [t.lower().split()] for i in range(len(w) - n + 1)]
    return len(set(grams)) / len(grams)


@pytest.mark.parametrize("n", [1, 2, 3, 4])
def test_distinct_n_equals_plain_counting(n: int) -> None:
    chance = random.Random(n)
    texts = [" ".join(chance.choice("abcdefgh") for _ in range(chance.randrange(9))) for _ in range(400)]
    assert value("distinct_n", texts, n) == plain_distinct_n(texts, n)


def test_compression_grows_with_repetition() -> None:
    different = ["".join(CHANCE.choice("abcdefghijklmnopqrstuvwxyz ") for _ in range(200)) for _ in range(100)]
    alike = [f"{i} " + different[0] for i in range(100)]
    assert value("compression", different) < 3 < 10 < value("compression", alike)
    assert value("compression", different * 3) > 2 * value("compression", different)


def test_divergence_by_hand() -> None:
    half = [1 / 2 * math.log2((1 / 2) / (3 / 4)), 1 / 2 * math.log2((1 / 2) / (1 / 4)), math.log2(1 / (3 / 4))]
    expected = sum(half) / 2
    assert value("divergence", ["a", "b"], ["a", "a"], "values") == pytest.approx(expected, rel=1e-14)
    assert value("divergence", ["a b", "B A"], ["a", "b"], "words") == 0.0
    assert value("divergence", ["x y"], ["a b"] * 9, "auto") == 1.0
    assert value("divergence", [True], [False, False]) == 1.0
    assert value("divergence", [1, 2, 3], [3, 2, 1]) == 0.0
    assert value("divergence", [100.5] * 9, [1.0, 2.0]) == pytest.approx(0.311, abs=1e-3)


def test_divergence_of_one_distribution_is_small_and_of_others_large() -> None:
    chance = random.Random(9)
    a, b = ([chance.gauss(0, 1) for _ in range(2000)] for _ in range(2))
    far = [chance.gauss(2, 1) for _ in range(2000)]
    assert value("divergence", a, b) < 0.02 < 0.4 < value("divergence", far, b)


def test_free_texts_are_compared_by_words_and_categories_by_value() -> None:
    real = [f"question {i} about tea" for i in range(30)]
    made = [f"question {i} about tea" for i in range(30, 60)]
    assert value("divergence", made, real, "auto") < 0.5
    assert value("divergence", ["tv box"] * 9, ["box tv"] * 9, "auto") == 1.0
    with pytest.raises(Undefined):
        value("divergence", ["?"], ["a b"], "words")
    with pytest.raises(Undefined):
        value("divergence", ["a"], [], "auto")


def test_self_similarity_of_pairs() -> None:
    assert value("self_similarity", ["a b c", "a b c"], 2) == 1.0
    assert value("self_similarity", ["a b", "c d"], 2) == 0.0
    assert value("self_similarity", ["a b c", "a b d", "a b c"], 2) == pytest.approx((1 / 3 + 1 + 1 / 3) / 3)
    assert value("self_similarity", ["a", "a"], 3) == 1.0


def test_a_large_column_is_judged_by_a_sample() -> None:
    many = [f"w{i % 5000} x{i % 7} y{i % 3} z{i}" for i in range(3000)]
    part = fold("self_similarity")
    part.update(3000, many, Constant(1))
    from synthdsl.ops.aggregates.self_similarity import SelfSimilarity

    assert isinstance(part, SelfSimilarity)
    assert len(part.kept.kept()) == 200
    everything = 0.0
    some = random.Random(2).sample(many, 300)
    from synthdsl.ops.text.likeness import token_set

    pairs = [(a, b) for i, a in enumerate(some) for b in some[:i]]
    everything = sum(token_set(a, b) for a, b in pairs) / len(pairs)
    assert part.result() == pytest.approx(everything, abs=0.02)


@pytest.mark.parametrize(
    ("name", "known", "expected"),
    [
        ("quantile", {"q": 1.5}, ["E0309"]),
        ("quantile", {"q": 0}, []),
        ("distinct_n", {"n": 0}, ["E0309"]),
        ("distinct_n", {"n": 2}, []),
        ("self_similarity", {"n": 21}, ["E0309"]),
        ("divergence", {"by": "word"}, ["E0309"]),
        ("divergence", {"by": "words"}, []),
        ("divergence", {}, []),
    ],
)
def test_checks(name: str, known: dict[str, Any], expected: list[str]) -> None:
    check = aggregate(name).check
    assert check is not None
    assert [p.code for p in check(CallSite({k: Argument(STR, Constant(v)) for k, v in known.items()}))] == expected


@pytest.mark.parametrize("name", sorted(AGGREGATES))
def test_the_catalogue_is_complete(name: str) -> None:
    found = aggregate(name)
    assert (found.name, found.kind, found.family) == (name, "aggregate", "dataset")
    assert found.fold is not None and found.doc.endswith(".") and found.examples
