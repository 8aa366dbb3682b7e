"""Lists of texts as blocks: whole, and some rows of them."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from synthdsl.dataset.texts import decode_texts, encode_texts, pick_texts

# Halves of surrogate pairs too, and characters of every width.
TEXT = st.text(st.sampled_from("ab\0é\u20ac\ud83d\ude00\U0001f600"), max_size=6) | st.text(min_size=90, max_size=200)
TEXTS = st.lists(TEXT, min_size=1, max_size=12)
SOME_NULL = st.lists(TEXT | st.none(), min_size=1, max_size=12)


@given(TEXTS | SOME_NULL)
def test_a_list_comes_back(values: list[Any]) -> None:
    block = encode_texts(values)
    assert block is not None
    assert decode_texts(memoryview(block)) == values


@given(TEXTS | SOME_NULL, TEXTS, st.data())
def test_some_rows_of_two_blocks(first: list[Any], second: list[Any], data: st.DataObject) -> None:
    wanted, bodies = [], []
    for values in (first, second):
        block = encode_texts(values)
        assert block is not None
        bodies.append(memoryview(block))
        wanted.append(np.array(data.draw(st.lists(st.integers(0, len(values) - 1))), dtype=np.int64))
    expected = [values[i] for values, index in zip((first, second), wanted, strict=True) for i in index]
    assert pick_texts(bodies, wanted) == expected


@given(st.lists(TEXT | st.none() | st.integers() | st.lists(TEXT, max_size=2), max_size=6))
def test_anything_else_is_no_list_of_texts(values: list[Any]) -> None:
    if not values or not all(v is None or isinstance(v, str) for v in values):
        assert encode_texts(values) is None
