"""Aggregates of many groups at once give what the fold of each group gives, bit for bit."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synthdsl.dataset.batch import cut
from synthdsl.dataset.vector import Vector, to_list
from synthdsl.ops.contract import Operator
from synthdsl.ops.table import AGGREGATES, aggregate

AT_ONCE = [n for n in AGGREGATES if aggregate(n).groups is not None]

NUMBERS: list[st.SearchStrategy[Any]] = [
    st.integers(-(2**40), 2**40),
    st.integers(-(2**62), 2**62),
    st.floats(-1e6, 1e6).map(lambda x: round(x, 3)),
    st.floats(0.5, 2, width=32),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from([0.0, -0.0, 1e-30, 1e30, 0.1]),
]


def folded(found: Operator, bounds: list[int], vectors: list[Vector]) -> list[Any]:
    """Each group by itself."""
    values = []
    for first, last in pairwise(bounds):
        assert found.fold is not None
        fold = found.fold()
        fold.update(last - first, *[cut(v, first, last) for v in vectors])
        values.append(fold.result())
    return values


@pytest.mark.parametrize("name", AT_ONCE)
@settings(max_examples=40)
@given(data=st.data())
def test_groups_at_once_are_groups_folded(name: str, data: st.DataObject) -> None:
    found = aggregate(name)
    sizes = data.draw(st.lists(st.integers(1, 5), min_size=1, max_size=8))
    bounds = [0, *np.cumsum(sizes).tolist()]
    n = bounds[-1]
    vectors: list[Vector] = []
    if name in ("share", "every", "count"):
        vectors = [np.array(data.draw(st.lists(st.booleans(), min_size=n, max_size=n)))]
        if name == "count" and data.draw(st.booleans()):
            vectors = []
    elif name in ("first", "last", "collect", "min", "max") and data.draw(st.booleans()):
        vectors = [data.draw(st.lists(st.text(max_size=3), min_size=n, max_size=n))]
    else:
        numbers = data.draw(st.sampled_from(NUMBERS))
        vectors = [np.array(data.draw(st.lists(numbers, min_size=n, max_size=n)))]
    assert found.groups is not None
    try:
        wanted = folded(found, bounds, vectors)
    except Exception as reason:
        with pytest.raises(type(reason)):
            made = found.groups(np.array(bounds), *vectors)
            assert made is None
            folded(found, bounds, vectors)
        return
    made = found.groups(np.array(bounds), *vectors)
    if made is not None:
        assert repr(to_list(made, len(sizes))) == repr(wanted)


@pytest.mark.parametrize("name", ["sum", "mean"])
def test_sums_of_common_numbers_are_made_at_once(name: str) -> None:
    values = np.random.default_rng(1).normal(size=60) * 1e3
    found = aggregate(name)
    assert found.groups is not None
    assert found.groups(np.arange(0, 61, 6), values) == folded(found, list(range(0, 61, 6)), [values])
