"""`covering` and `cycle`: all pairs within few rows, by the row's number alone."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np
import pytest

from synthdsl.dataset.vector import Coded, Constant, Records, to_list
from synthdsl.ops.choice.design import combinations_of, design
from synthdsl.ops.contract import Argument, CallSite, Undefined
from synthdsl.ops.table import operator
from synthdsl.types.terms import INT, STR, Field, ListType, LiteralType, RecordType


def covers(rows: Any, sizes: tuple[int, ...], strength: int) -> bool:
    for chosen in combinations(range(len(sizes)), min(strength, len(sizes))):
        wanted = int(np.prod([sizes[f] for f in chosen]))
        if len({tuple(r) for r in rows[:, list(chosen)].tolist()}) != wanted:
            return False
    return True


@pytest.mark.parametrize(
    ("sizes", "strength", "at_most"),
    [
        ((3, 3, 3, 3), 2, 12),
        ((2,) * 10, 2, 12),
        ((2,) * 10, 3, 24),
        ((10,) * 10, 2, 190),
        ((5, 4, 3, 2, 1), 2, 20),
        ((4, 6, 5, 3), 3, 130),
        ((7,), 2, 7),
        ((1, 1, 1), 2, 1),
        ((3, 4), 1, 4),
    ],
)
def test_all_combinations_stand_in_few_rows(sizes: tuple[int, ...], strength: int, at_most: int) -> None:
    rows = design(sizes, strength)
    assert covers(rows, sizes, strength)
    assert len(rows) <= at_most
    assert rows.min() >= 0 and (rows.max(axis=0) == np.array(sizes) - 1).all()


def kernel(n: int, row: Any, /, *arguments: Any, **named: Any) -> list[Any]:
    found = operator("covering").kernel
    assert found is not None
    return to_list(found(n, row, *arguments, **named), n)


FACTORS = {"tone": ["warm", "dry"], "size": [1, 2, 3], "topic": list("abcde"), "row": [True, False]}


def test_every_pass_covers_all_pairs_and_passes_differ() -> None:
    sizes = tuple(map(len, FACTORS.values()))
    length = len(design(sizes, 2))
    found = kernel(3 * length, np.arange(3 * length), Constant(2), **{k: Constant(v) for k, v in FACTORS.items()})
    assert list(found[0]) == list(FACTORS)
    for start in range(0, 3 * length, length):
        part = found[start : start + length]
        for a, b in combinations(FACTORS, 2):
            assert len({(r[a], r[b]) for r in part}) == len(FACTORS[a]) * len(FACTORS[b])
    as_sets = [{tuple(r.values()) for r in found[s : s + length]} for s in range(0, 3 * length, length)]
    assert as_sets[0] != as_sets[1]


def test_rows_depend_on_their_number_alone() -> None:
    constant = {k: Constant(v) for k, v in FACTORS.items()}
    whole = kernel(90, np.arange(90), Constant(2), **constant)
    assert kernel(40, np.arange(50, 90), Constant(2), **constant) == whole[50:]
    listed = {k: [v] * 90 for k, v in FACTORS.items()}
    assert kernel(90, np.arange(90), Constant(2), **listed) == whole


def test_constant_lists_are_not_copied() -> None:
    found = operator("covering").kernel
    assert found is not None
    values = ["a", "b"]
    records = found(5, np.arange(5), Constant(2), x=Constant(values), y=Constant([1, 2]))
    assert isinstance(records, Records) and isinstance(records.fields["x"], Coded)
    assert records.fields["x"].values is values


def site(strength: int = 2, **lists: Any) -> CallSite:
    arguments = {"strength": Argument(INT, Constant(strength), given=False)}
    for name, values in lists.items():
        arguments[name] = Argument(ListType(STR), Constant(values) if values is not None else None)
    return CallSite(arguments)


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        (site(), ["E0208"]),
        (site(a=[], b=["x"]), ["E0311"]),
        (site(0, a=["x"]), ["E0309"]),
        (site(7, a=["x"]), ["E0309"]),
        (site(a=["x"] * 1000, b=["x"] * 3000), ["E0309"]),
        (site(a=["x"], b=None), []),
        (site(3, a=["x"], b=["y", "z"]), []),
    ],
)
def test_checks(call: CallSite, expected: list[str]) -> None:
    check = operator("covering").check
    assert check is not None
    assert [p.code for p in check(call)] == expected


def test_the_result_is_a_record_of_literals() -> None:
    result = operator("covering").result
    assert result is not None
    assert result(site(a=["x", "y"], b=None), RecordType(())) == RecordType(
        (Field("a", LiteralType(("x", "y"))), Field("b", STR))
    )


def test_empty_and_huge_lists_are_undefined_at_run_time() -> None:
    with pytest.raises(Undefined) as empty:
        kernel(3, np.arange(3), Constant(2), a=[["x"], [], ["x"]], b=Constant([1]))
    assert (empty.value.at, empty.value.code) == (1, "E0311")
    with pytest.raises(Undefined):
        kernel(1, np.arange(1), Constant(2), a=Constant(list(range(2000))), b=Constant(list(range(2000))))
    assert combinations_of((2000, 2000), 2) > 2_000_000


def test_cycle_goes_through_a_list() -> None:
    found = operator("cycle").kernel
    assert found is not None
    options = ["a", "b", "c"]
    assert to_list(found(5, np.arange(2, 7), Constant(options)), 5) == ["c", "a", "b", "c", "a"]
    assert to_list(found(2, np.arange(3, 5), [options, ["x"]]), 2) == ["a", "x"]
    with pytest.raises(Undefined):
        found(2, np.arange(2), [["a"], []])
