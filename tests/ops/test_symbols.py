"""The operators behind the symbols: limits of numbers, times, comparison in every representation."""

from __future__ import annotations

import datetime
import operator as python
import random
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synthdsl.dataset.vector import Coded, Constant, Records, Vector, to_list
from synthdsl.ops.contract import Undefined
from synthdsl.ops.rows import by_row
from synthdsl.ops.table import operator

DAY, HOUR = datetime.timedelta(days=1), datetime.timedelta(hours=1)
BIG = 2**63 - 1


def value(name: str, *arguments: Any) -> Any:
    scalar = operator(name).scalar
    assert scalar is not None
    return scalar(*arguments)


def values(name: str, *vectors: Vector, n: int) -> list[Any]:
    kernel = operator(name).kernel
    assert kernel is not None
    return to_list(kernel(n, *vectors), n)


def attempt(name: str, *arguments: Any) -> Any:
    try:
        return value(name, *arguments)
    except Undefined:
        return Undefined


integers = st.integers(-(2**63), BIG) | st.sampled_from([0, 1, -1, BIG, -(2**63), 2**62, 3037000500])
floats = st.floats(allow_nan=False, allow_infinity=False)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(["add", "sub", "mul", "div"]), integers | floats, integers | floats)
def test_arithmetic_is_exact_or_undefined(name: str, a: float, b: float) -> None:
    expected = attempt(name, a, b)
    vectors: list[Vector] = [np.array([a, a]), np.array([b, b])]
    for x, y in (vectors, [vectors[0], Constant(b)], [Constant(a), vectors[1]], [[a, a], [b, b]]):
        if expected is Undefined:
            with pytest.raises(Undefined):
                values(name, x, y, n=2)
        else:
            found = values(name, x, y, n=2)
            assert found == [expected, expected]
            assert type(found[0]) is type(expected)
    if isinstance(a, int) and isinstance(b, int) and name != "div":
        exact = {"add": a + b, "sub": a - b, "mul": a * b}[name]
        assert expected == (exact if -(2**63) <= exact <= BIG else Undefined)


@pytest.mark.parametrize(
    ("name", "a", "b"),
    [("add", BIG, 1), ("sub", -BIG, 2), ("mul", BIG, 2), ("mul", 1e300, 1e300), ("add", 1e308, 1e308)],
)
def test_overflow_names_its_row(name: str, a: float, b: float) -> None:
    with pytest.raises(Undefined) as caught:
        values(name, np.array([1, 2, a, 3]), np.array([1, 1, b, 1]), n=4)
    assert caught.value.at == 2


def test_division_by_zero_names_its_row() -> None:
    with pytest.raises(Undefined) as caught:
        values("div", np.array([1, 2]), np.array([1, 0]), n=2)
    assert caught.value.at == 1
    assert str(caught.value) == "A division by zero has no value."
    assert attempt("div", 1, 0) is Undefined
    assert attempt("div", HOUR, datetime.timedelta()) is Undefined


def test_no_negative_zero_comes_out() -> None:
    assert str(value("mul", -1.0, 0.0)) == "0.0"
    assert str(values("mul", np.array([-1.0]), Constant(0.0), n=1)[0]) == "0.0"
    assert str(values("neg", np.array([0.0]), n=1)[0]) == "0.0"


def test_texts_and_lists_are_joined() -> None:
    assert values("add", ["a", "b"], Constant("!"), n=2) == ["a!", "b!"]
    kernel = operator("add").kernel
    assert kernel is not None
    coded = kernel(3, Constant("x-"), Coded(np.array([0, 1, 0]), ["a", "b"]))
    assert isinstance(coded, Coded)
    assert to_list(coded, 3) == ["x-a", "x-b", "x-a"]
    assert values("add", [[1], []], Constant([2]), n=2) == [[1, 2], [2]]


# --- times ----------------------------------------------------------------------------------------


def random_times(chance: random.Random, kind: str, n: int) -> tuple[list[Any], np.ndarray]:
    if kind == "date":
        plain: list[Any] = [datetime.date(1900, 1, 1) + chance.randint(0, 60_000) * DAY for _ in range(n)]
        return plain, np.array(plain, dtype="datetime64[D]")
    if kind == "timestamp":
        micro = datetime.timedelta(microseconds=1)
        plain = [datetime.datetime(1900, 1, 1) + chance.randint(0, 10**16) * micro for _ in range(n)]
        return plain, np.array(plain, dtype="datetime64[us]")
    plain = [chance.randint(-500, 500) * DAY for _ in range(n)]
    return plain, np.array(plain, dtype="timedelta64[us]")


@pytest.mark.parametrize(
    ("name", "a", "b"),
    [
        ("add", "date", "duration"),
        ("add", "duration", "date"),
        ("add", "timestamp", "duration"),
        ("add", "duration", "timestamp"),
        ("add", "duration", "duration"),
        ("sub", "date", "date"),
        ("sub", "timestamp", "timestamp"),
        ("sub", "date", "duration"),
        ("sub", "timestamp", "duration"),
        ("sub", "duration", "duration"),
        ("div", "duration", "duration"),
    ],
)
def test_times_by_array_are_times_by_row(name: str, a: str, b: str) -> None:
    chance = random.Random(f"{name} {a} {b}")
    left, x = random_times(chance, a, 200)
    right, y = random_times(chance, b, 200)
    if name == "div":
        right, y = [r + HOUR for r in right], y + np.timedelta64(1, "h")
    expected = [value(name, p, q) for p, q in zip(left, right, strict=True)]
    plain = {"add": python.add, "sub": python.sub, "div": python.truediv}[name]
    assert expected == [plain(p, q) for p, q in zip(left, right, strict=True)]
    assert values(name, x, y, n=200) == expected
    assert values(name, left, y, n=200) == expected
    assert values(name, x, Constant(right[0]), n=200) == [value(name, p, right[0]) for p in left]
    assert values(name, Constant(left[0]), y, n=200) == [value(name, left[0], q) for q in right]


def test_a_date_takes_whole_days_only() -> None:
    day = datetime.date(2025, 3, 1)
    assert attempt("add", day, 36 * HOUR) is Undefined
    assert attempt("add", day, 48 * HOUR) == datetime.date(2025, 3, 3)
    with pytest.raises(Undefined) as caught:
        values("sub", np.array([day, day]).astype("datetime64[D]"), [DAY, HOUR], n=2)
    assert caught.value.at == 1


def test_times_outside_the_calendar_are_undefined() -> None:
    last = datetime.date(9999, 12, 31)
    assert attempt("add", last, DAY) is Undefined
    assert attempt("sub", datetime.datetime(1, 1, 1), HOUR) is Undefined
    for moment in (np.array([last], dtype="datetime64[D]"), np.array([last], dtype="datetime64[us]")):
        with pytest.raises(Undefined):
            values("add", moment, Constant(DAY), n=1)
        with pytest.raises(Undefined):
            values("add", moment, Constant(100_000_000 * DAY), n=1)


@pytest.mark.parametrize("by", [3, -2, 0.5, 1 / 3, -0.1, 2.5])
def test_durations_are_multiplied_and_divided_as_in_python(by: float) -> None:
    chance = random.Random(4)
    plain, array = random_times(chance, "duration", 50)
    plain = [p + datetime.timedelta(microseconds=chance.randint(0, 10**9)) for p in plain]
    array = np.array(plain, dtype="timedelta64[us]")
    assert values("mul", array, Constant(by), n=50) == [p * by for p in plain]
    assert values("mul", Constant(by), array, n=50) == [p * by for p in plain]
    assert values("div", array, Constant(by), n=50) == [p / by for p in plain]
    assert values("mul", array, np.full(50, by), n=50) == [p * by for p in plain]


def test_a_duration_has_64_bits() -> None:
    long = 100_000_000 * DAY
    assert attempt("add", long, long) is Undefined
    assert attempt("mul", long, 2) is Undefined
    with pytest.raises(Undefined):
        values("mul", np.array([long], dtype="timedelta64[us]"), Constant(2), n=1)
    with pytest.raises(Undefined):
        values("add", np.array([long], dtype="timedelta64[us]"), Constant(long), n=1)


# --- comparison -----------------------------------------------------------------------------------

COMPARISONS = ("eq", "ne", "lt", "le", "gt", "ge")


def forms(plain: list[Any]) -> list[Vector]:
    """The representations of a column."""
    distinct = sorted(set(plain))
    out: list[Vector] = [plain, Coded(np.array([distinct.index(v) for v in plain]), distinct)]
    first = plain[0]
    if isinstance(first, datetime.datetime):
        out.append(np.array(plain, dtype="datetime64[us]"))
    elif isinstance(first, datetime.date):
        out.append(np.array(plain, dtype="datetime64[D]"))
    elif isinstance(first, int | float):
        out.append(np.array(plain))
    return out


@pytest.mark.parametrize("name", COMPARISONS)
@pytest.mark.parametrize(
    "pool",
    [
        [1, 2, 3, 2**53, 2**53 + 1],
        [0.5, 1.0, 2.0, 2.0**53],
        ["a", "b", "ab", "é"],
        [True, False],
        [datetime.date(2025, 1, 1), datetime.date(2025, 1, 2)],
        [datetime.datetime(2025, 1, 1), datetime.datetime(2025, 1, 1, 0, 0, 1)],
    ],
    ids=lambda p: type(p[0]).__name__,
)
def test_comparison_is_the_same_in_every_representation(name: str, pool: list[Any]) -> None:
    chance = random.Random(name)
    left, right = [chance.choice(pool) for _ in range(60)], [chance.choice(pool) for _ in range(60)]
    test = getattr(python, name)
    for x in forms(left):
        for y in forms(right):
            found = values(name, x, y, n=60)
            assert found == [test(p, q) for p, q in zip(left, right, strict=True)]
            assert set(map(type, found)) <= {bool}
        assert values(name, x, Constant(pool[0]), n=60) == [test(p, pool[0]) for p in left]
        assert values(name, Constant(pool[0]), x, n=60) == [test(pool[0], p) for p in left]


def test_large_integers_and_floats_compare_exactly() -> None:
    assert values("eq", np.array([2**53 + 1]), np.array([2.0**53]), n=1) == [False]
    assert values("gt", np.array([2**53 + 1]), Constant(2.0**53), n=1) == [True]
    assert values("eq", np.array([2, 3]), np.array([2.0, 3.5]), n=2) == [True, False]


def test_null_is_equal_to_null_alone() -> None:
    column = ["a", None, "b"]
    assert values("eq", column, Constant(None), n=3) == [False, True, False]
    assert values("ne", column, Constant(None), n=3) == [True, False, True]
    assert values("eq", np.array([1, 2]), Constant(None), n=2) == [False, False]
    assert values("ne", Coded(np.array([0, 1, 0]), ["x", None]), Constant(None), n=3) == [True, False, True]


def test_records_and_lists_are_equal_by_their_parts() -> None:
    records = Records({"a": np.array([1, 2]), "b": ["x", "y"]})
    assert values("eq", records, Constant({"a": 2, "b": "y"}), n=2) == [False, True]
    assert values("eq", [[1, 2], [3]], [[1, 2], [4]], n=2) == [True, False]


def test_a_list_of_numbers_is_compared_though_it_is_no_array() -> None:
    assert values("lt", [1, 2, 3], np.array([2, 2, 2]), n=3) == [True, False, False]


# --- in, not --------------------------------------------------------------------------------------


def test_membership_in_lists_texts_and_ranges() -> None:
    assert values("in_", np.array([1, 2, 5]), Constant([1, 5]), n=3) == [True, False, True]
    assert values("in_", Coded(np.array([0, 1, 1]), ["a", "b"]), Constant(["b"]), n=3) == [False, True, True]
    assert values("in_", ["a", "b"], [["a"], ["a"]], n=2) == [True, False]
    assert values("in_", [[1], [2]], Constant([[2], [3]]), n=2) == [False, True]
    assert values("in_", ["no", "on"], Constant("phone"), n=2) == [False, True]
    assert values("in_", np.array([1, 5, 9]), Constant((2, 9)), n=3) == [False, True, True]
    ranges = Records({"start": np.array([0, 6, 6]), "stop": Constant(8)})
    assert values("in_", np.array([1, 5, 8]), ranges, n=3) == [True, False, True]


def test_not_turns_truth_round() -> None:
    assert values("not_", np.array([True, False]), n=2) == [False, True]
    assert values("not_", [True, False], n=2) == [False, True]


# --- by_row ---------------------------------------------------------------------------------------


def test_by_row_calls_once_a_distinct_value() -> None:
    seen: list[Any] = []

    def length(text: str, add: int) -> int:
        seen.append(text)
        return len(text) + add

    found = by_row(length, 6, Coded(np.array([0, 1, 0, 1, 0, 0]), ["a", "bcd"]), Constant(1))
    assert isinstance(found, np.ndarray)
    assert found.tolist() == [2, 4, 2, 4, 2, 2]
    assert seen == ["a", "bcd"]


def test_by_row_says_which_row_is_undefined() -> None:
    def inverse(x: int) -> float:
        if not x:
            raise Undefined("no inverse", code="E0810")
        return 1 / x

    for vector in ([1, 2, 0, 0], np.array([1, 2, 0, 0]), Coded(np.array([0, 0, 1, 1]), [1, 0])):
        with pytest.raises(Undefined) as caught:
            by_row(inverse, 4, vector)
        assert caught.value.at == 2
        assert caught.value.code == "E0810"
    assert by_row(inverse, 0, Constant(0)) == []
