"""`choice`, `sample`, `shuffle`: distribution, types, checks, independence of chunks and representation."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from synthdsl.dataset.address import Draw, number_keys, stream
from synthdsl.dataset.column import WholeValues
from synthdsl.dataset.memory import MemoryTable
from synthdsl.dataset.vector import Coded, Constant, Records, take, to_list
from synthdsl.ops.choice.weights import Wheel
from synthdsl.ops.contract import Argument, CallSite, Finite, Operator, Undefined
from synthdsl.ops.table import operator
from synthdsl.types.terms import INT, STR, ListType, LiteralType, Type

N = 20_000
PLACE = stream(7, "d", "c")


def draw(start: int = 0, stop: int = N) -> Draw:
    return Draw(PLACE, number_keys(start, stop))


def values(name: str, *arguments: Any, at: Draw | None = None) -> list[Any]:
    place = at or draw()
    kernel = operator(name).kernel
    assert kernel is not None
    return to_list(kernel(place, *arguments), place.n)


def site(**known: Any) -> CallSite:
    return CallSite({name: Argument(STR, Constant(value)) for name, value in known.items()})


def codes(found: Operator, **known: Any) -> list[str]:
    assert found.check is not None
    return [p.code for p in found.check(site(**known))]


def same_in_chunks(name: str, *arguments: Any) -> bool:
    whole = values(name, *arguments)
    cuts = [0, 1, 2, 777, 778, N]
    return whole == [v for a, b in pairwise(cuts) for v in values(name, *arguments, at=draw(a, b))]


def harms() -> MemoryTable:
    """A small table."""
    columns = {"category": ["a", "b", "c"], "weight": np.array([0.0, 1.0, 3.0])}
    return MemoryTable(np.arange(3, dtype=np.uint64), columns)


def test_an_even_choice_takes_all_alike() -> None:
    counts = Counter(values("choice", Constant(["a", "b", "c"]), Constant(None)))
    assert set(counts) == {"a", "b", "c"}
    assert all(abs(c - N / 3) < 300 for c in counts.values())


@pytest.mark.parametrize(
    "arguments",
    [
        (Constant({"a": 5, "b": 0, "c": 3, "d": 2}), Constant(None)),
        (Constant(["a", "b", "c", "d"]), Constant([0.5, 0.0, 0.3, 0.2])),
    ],
)
def test_a_weighted_choice_follows_its_weights(arguments: tuple[Any, ...]) -> None:
    counts = Counter(values("choice", *arguments))
    assert counts["b"] == 0
    for value, share in {"a": 0.5, "c": 0.3, "d": 0.2}.items():
        assert abs(counts[value] / N - share) < 0.015


def test_the_fields_of_a_picked_row_belong_together() -> None:
    kernel = operator("choice").kernel
    assert kernel is not None
    table = harms()
    found = kernel(draw(), Constant(table), Constant(table.column("weight")))
    assert isinstance(found, Records)
    category, weight = (to_list(found.fields[name], N) for name in ("category", "weight"))
    assert set(zip(category, weight, strict=True)) == {("b", 1.0), ("c", 3.0)}
    assert abs(Counter(category)["c"] / N - 0.75) < 0.015


def test_a_field_of_a_picked_row_that_is_not_asked_for_is_not_read() -> None:
    kernel = operator("choice").kernel
    assert kernel is not None
    table = harms()
    found = kernel(draw(), Constant(table), Constant(None))
    # Nothing is left to be read: only what was gathered before is there.
    category = to_list(take(found, np.arange(5)).fields["category"], 5)
    assert to_list(found.fields["category"], N)[:5] == category
    table.vectors.clear()
    assert to_list(take(found, np.arange(5)).fields["category"], 5) == category
    with pytest.raises(KeyError):
        found.fields["weight"]


def test_a_whole_column_is_chosen_from_as_its_list_is() -> None:
    table = harms()
    column = WholeValues(table, "category")
    listed = table.column("category")
    weights = WholeValues(table, "weight")
    assert values("choice", Constant(column), Constant(None)) == values("choice", Constant(listed), Constant(None))
    weighted = values("choice", Constant(listed), Constant(table.column("weight")))
    assert values("choice", Constant(column), Constant(weights)) == weighted
    counts = np.arange(N) % 4
    for k in (Constant(2), counts):
        assert values("sample", Constant(column), k) == values("sample", Constant(listed), k)
    assert values("shuffle", Constant(column)) == values("shuffle", Constant(listed))
    index = np.arange(N) % 3 - 1
    assert values_of("item", Constant(column), index) == values_of("item", Constant(listed), index)
    with pytest.raises(Undefined, match=r"weight -1 is negative"):
        values("choice", Constant(listed), Constant(WholeValues(bad_weights(), "weight")))


def bad_weights() -> MemoryTable:
    return MemoryTable(np.arange(3, dtype=np.uint64), {"weight": np.array([1, -1, 2])})


def values_of(name: str, *arguments: Any) -> list[Any]:
    kernel = operator(name).kernel
    assert kernel is not None
    return to_list(kernel(N, *arguments), N)


@pytest.mark.parametrize("name", ["max", "min", "sum", "mean", "sd", "len", "count", "first", "last", "any", "all"])
def test_a_function_of_a_whole_column_gives_what_it_gives_for_the_list(name: str) -> None:
    found = operator(name)
    assert found.whole and found.scalar is not None
    for numbers in ([3, 1, 2], [2.5, -0.0, 1.0]):
        vector = np.array(numbers)
        table = MemoryTable(np.arange(3, dtype=np.uint64), {"x": vector > 1 if name in ("any", "all") else vector})
        assert repr(found.scalar(WholeValues(table, "x"))) == repr(found.scalar(table.column("x")))


@given(st.lists(st.integers(0, 5) | st.floats(0, 9), min_size=1, max_size=50), st.lists(st.floats(0, 0.999)))
def test_weights_of_an_array_are_those_of_a_list(weights: list[float], numbers: list[float]) -> None:
    array = np.array(weights, dtype=np.float64)
    if not array.any():
        return
    u = np.array(numbers)
    assert Wheel.of_array(array).find_all(u).tolist() == Wheel(weights).find_all(u).tolist()
    assert [Wheel.of_array(array).find(x) for x in numbers] == [Wheel(weights).find(x) for x in numbers]


def test_constant_options_stay_one_object_over_chunks() -> None:
    kernel = operator("choice").kernel
    assert kernel is not None
    options = Constant({"a": 1, "b": 2})
    first, second = kernel(draw(0, 5), options, Constant(None)), kernel(draw(5, 9), options, Constant(None))
    assert isinstance(first, Coded) and isinstance(second, Coded)
    assert first.values is second.values


def test_the_representation_of_the_options_does_not_matter() -> None:
    options = [["a", "b", "c"], ["x"], ["p", "q"]]
    index = np.arange(N) % 3
    listed = [options[i] for i in index]
    as_list = values("choice", listed, Constant(None))
    assert as_list == values("choice", Coded(index, options), Constant(None))
    constant = values("choice", Constant(options[0]), Constant(None))
    assert [a for i, a in enumerate(as_list) if i % 3 == 0] == constant[::3]


def test_weights_by_row_agree_with_constant_ones() -> None:
    options, weight = ["a", "b", "c"], [5, 3, 2]
    constant = values("choice", Constant(options), Constant(weight))
    assert values("choice", Constant(options), [weight] * N) == constant
    assert values("choice", [options] * N, Constant(weight)) == constant
    by_field = Records({"a": Constant(5), "b": np.full(N, 3), "c": np.full(N, 2.0)})
    assert values("choice", by_field, Constant(None)) == constant
    assert values("choice", [{"a": 5, "b": 3, "c": 2}] * N, Constant(None)) == constant


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("choice", (Constant(["a", "b", "c"]), Constant(None))),
        ("choice", (Constant({"a": 1, "b": 2}), Constant(None))),
        ("sample", (Constant(list(range(50))), Constant(6))),
        ("sample", (Constant(list(range(9))), Constant(8))),
        ("sample", (Constant(harms()), Constant(2))),
        ("shuffle", (Constant(list("abcde")),)),
    ],
)
def test_values_do_not_depend_on_chunks(name: str, arguments: tuple[Any, ...]) -> None:
    assert same_in_chunks(name, *arguments)


def test_a_second_attempt_draws_anew() -> None:
    first = values("choice", Constant(list(range(1000))), Constant(None))
    again = Draw(PLACE, number_keys(0, N), np.ones(N, dtype=np.int64))
    assert (
        sum(
            a == b
            for a, b in zip(first, values("choice", Constant(list(range(1000))), Constant(None), at=again), strict=True)
        )
        < 60
    )


def test_undefined_choices_name_their_row() -> None:
    with pytest.raises(Undefined) as empty:
        values("choice", [["a"], ["b"], []] * 2, Constant(None), at=draw(0, 6))
    assert (empty.value.at, empty.value.code) == (2, "E0311")
    with pytest.raises(Undefined) as lengths:
        values("choice", Constant(["a", "b"]), Constant([1]))
    assert lengths.value.code == "E0310"
    with pytest.raises(Undefined) as negative:
        values("choice", Records({"a": np.array([1, 1]), "b": np.array([1, -1])}), Constant(None), at=draw(0, 2))
    assert (negative.value.at, negative.value.code) == (1, "E0310")


@pytest.mark.parametrize(
    ("options", "weight", "expected"),
    [
        ([], None, ["E0311"]),
        ({}, None, ["E0311"]),
        ({"a": 1, "b": -1}, None, ["E0310"]),
        ({"a": 0, "b": 0}, None, ["E0310"]),
        ({"a": float("nan"), "b": 1}, None, ["E0310"]),
        ({"a": 0.5, "b": 0.45}, None, ["E0310"]),
        ({"a": 0.5, "b": 0.5}, None, []),
        ({"a": 0.1, "b": 0.1}, None, []),
        ({"a": 1 / 3, "b": 1 / 3, "c": 1 / 3}, None, []),
        ({"a": 5, "b": 3}, None, []),
        ({"a": 1}, None, []),
        (["a", "b"], [1, 2, 3], ["E0310"]),
        (["a", "b"], [0.6, 0.5], ["E0310"]),
        (["a", "b"], [1, 2], []),
    ],
)
def test_checks_of_choice(options: Any, weight: Any, expected: list[str]) -> None:
    assert codes(operator("choice"), options=options, weight=weight) == expected


def test_the_message_says_the_sum() -> None:
    check = operator("choice").check
    assert check is not None
    (problem,) = check(site(options={"a": 0.6, "b": 0.3}, weight=None))
    assert problem.message == "The weights sum to 90%, not to 100%."


@pytest.mark.parametrize(
    ("options", "inferred", "expected"),
    [
        ({"low": 1, "high": 2}, STR, LiteralType(("low", "high"))),
        (["a", "b", "a"], STR, LiteralType(("a", "b"))),
        ([1, 2], INT, LiteralType((1, 2))),
        ([True, False], STR, LiteralType((True, False))),
        ([1, True], INT, INT),
        ([1.5, 2.5], STR, STR),
        (["x" * 300], STR, STR),
    ],
)
def test_the_type_of_a_choice_is_the_union_of_its_constants(options: Any, inferred: Type, expected: Type) -> None:
    result = operator("choice").result
    assert result is not None
    assert result(site(options=options), inferred) == expected


def test_the_domain_is_exact() -> None:
    domain = operator("choice").domain
    assert domain is not None
    assert domain(site(options={"a": 3, "b": 1, "c": 0}, weight=None)) == Finite((("a", 0.75), ("b", 0.25)))
    assert domain(site(options=["x", "y", "x", "z"], weight=None)) == Finite((("x", 0.5), ("y", 0.25), ("z", 0.25)))
    assert domain(site(options=[1, 2], weight=[1, 3])) == Finite(((1, 0.25), (2, 0.75)))
    assert domain(CallSite({"options": Argument(STR), "weight": Argument(STR, Constant(None))})) is None


@pytest.mark.parametrize(("size", "k"), [(1, 1), (5, 2), (5, 5), (100, 6), (40, 30), (3, 9), (3, 0), (0, 2)])
def test_a_sample_has_different_items_and_at_most_k(size: int, k: int) -> None:
    found = values("sample", Constant(list(range(size))), Constant(k), at=draw(0, 300))
    assert all(len(v) == min(k, size) == len(set(v)) for v in found)
    assert size == 0 or k == 0 or set().union(*found) == set(range(size))


@pytest.mark.parametrize(("size", "k"), [(6, 2), (5, 4)])
def test_every_ordered_selection_is_equally_likely(size: int, k: int) -> None:
    counts = Counter(map(tuple, values("sample", Constant(list(range(size))), Constant(k))))
    cells = np.prod([size - i for i in range(k)])
    assert len(counts) == cells
    expected = N / cells
    chi = sum((c - expected) ** 2 / expected for c in counts.values())
    # Chi-square with cells - 1 degrees: mean cells - 1, standard deviation sqrt(2 (cells - 1)).
    assert chi < cells + 5 * (2 * cells) ** 0.5


def test_samples_by_row_agree_with_constant_ones() -> None:
    items, others = list(range(30)), list("abcd")
    lists = [items if i % 2 else others for i in range(N)]
    found = values("sample", lists, Constant(3))
    assert found[1::2] == values("sample", Constant(items), Constant(3))[1::2]
    assert found[::2] == values("sample", Constant(others), Constant(3))[::2]
    counts = np.arange(N) % 3
    varying = values("sample", Constant(items), counts)
    assert varying[2::3] == values("sample", Constant(items), Constant(2))[2::3]
    assert all(v == [] for v in varying[::3])


def test_a_sample_of_a_dataset_is_a_list_of_rows() -> None:
    found = values("sample", Constant(harms()), Constant(2), at=draw(0, 50))
    assert all(len(v) == 2 and v[0] != v[1] for v in found)
    assert {tuple(r.items()) for v in found for r in v} == {
        (("category", "a"), ("weight", 0.0)),
        (("category", "b"), ("weight", 1.0)),
        (("category", "c"), ("weight", 3.0)),
    }


def test_checks_and_type_of_sample() -> None:
    found = operator("sample")
    assert codes(found, options=["a"], k=-1) == ["E0309"]
    assert codes(found, options=["a"], k=0) == []
    assert found.result is not None
    assert found.result(site(options=["a", "b", "c"], k=2), ListType(STR)) == ListType(STR, 2, 2)
    with pytest.raises(Undefined) as negative:
        values("sample", Constant(["a"]), np.array([1, 0, -1]), at=draw(0, 3))
    assert negative.value.at == 2


def test_shuffle_gives_every_order_alike() -> None:
    counts = Counter(map("".join, values("shuffle", Constant(list("abc")))))
    assert len(counts) == 6
    assert all(abs(c - N / 6) < 260 for c in counts.values())
    assert values("shuffle", [["a"], []], at=draw(0, 2)) == [["a"], []]


def test_shuffle_keeps_the_bounds_of_the_list() -> None:
    result = operator("shuffle").result
    assert result is not None
    assert result(CallSite({"items": Argument(ListType(STR, 2, 5))}), ListType(STR)) == ListType(STR, 2, 5)


def test_large_lists_are_ordered_in_blocks() -> None:
    items = list(range(3000))
    whole = values("shuffle", Constant(items), at=draw(0, 700))
    assert sorted(whole[699]) == items
    assert whole[699] == values("shuffle", Constant(items), at=draw(699, 700))[0]
