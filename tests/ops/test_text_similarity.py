"""`similarity` and `max_similarity`: the measures against plain dynamic programming, the index against the measures."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from synthdsl.base.span import NOWHERE
from synthdsl.dataset.vector import Coded, Constant, to_list
from synthdsl.ops.contract import Argument, CallSite, Undefined
from synthdsl.ops.table import operator
from synthdsl.ops.text.likeness import MEASURES, common_subsequence, edits
from synthdsl.ops.text.tokens import word_tokens
from synthdsl.types.terms import FLOAT, STR, FloatType


def plain_subsequence(a: Sequence[str], b: Sequence[str]) -> int:
    row = [0] * (len(b) + 1)
    for x in a:
        diagonal = 0
        for j, y in enumerate(b, 1):
            above = row[j]
            row[j] = diagonal + 1 if x == y else max(above, row[j - 1])
            diagonal = above
    return row[-1]


def plain_edits(a: Sequence[str], b: Sequence[str]) -> int:
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        diagonal, row[0] = row[0], i
        for j, y in enumerate(b, 1):
            above = row[j]
            row[j] = min(above + 1, row[j - 1] + 1, diagonal + (x != y))
            diagonal = above
    return row[-1]


def test_bit_parallel_counts_equal_plain_ones() -> None:
    chance = random.Random(5)
    for _ in range(600):
        a = "".join(chance.choice("abc") for _ in range(chance.randrange(90)))
        b = "".join(chance.choice("abcd") for _ in range(chance.randrange(90)))
        assert common_subsequence(a, b) == plain_subsequence(a, b)
        assert edits(a, b) == plain_edits(a, b)


@pytest.mark.parametrize(
    ("a", "b", "metric", "expected"),
    [
        ("police killed the gunman", "police kill the gunman", "rouge_l", 0.75),
        ("police killed the gunman", "the gunman kill police", "rouge_l", 0.5),
        ("A b C", "a B c", "rouge_l", 1.0),
        ("", "", "rouge_l", 1.0),
        ("a", "!", "rouge_l", 0.0),
        ("Grüße!", "grüße", "token_set", 1.0),
        ("a b c", "b c d", "token_set", 0.5),
        ("", "a", "token_set", 0.0),
        ("...", "?", "token_set", 1.0),
        ("日本語", "日本人", "token_set", 0.5),
        ("", "", "levenshtein", 1.0),
        ("abc", "", "levenshtein", 0.0),
        ("flaw", "lawn", "levenshtein", 0.5),
        ("👍a", "👎a", "levenshtein", 0.5),
    ],
)
def test_values(a: str, b: str, metric: str, expected: float) -> None:
    scalar = operator("similarity").scalar
    assert scalar is not None
    assert scalar(a, b, metric, None) == scalar(b, a, metric, None) == expected


def test_added_words_lower_the_similarity() -> None:
    """A prompt with one more constraint is not the same prompt, although it has all of its words."""
    first = "Write a poem about the sea"
    assert MEASURES["token_set"](first, first + " in four lines without the letter e") < 0.6


def test_words_are_found_in_any_script() -> None:
    assert word_tokens("Don't_stop ÉTÉ 12.5") == ["don", "t_stop", "été", "12", "5"]
    assert word_tokens("東京tower") == ["東", "京", "tower"]


def texts(count: int, seed: int) -> list[str]:
    chance = random.Random(seed)
    words = [f"w{min(300, int(chance.paretovariate(0.6)))}" for _ in range(2000)]
    return [" ".join(chance.choice(words) for _ in range(chance.randrange(0, 14))) for _ in range(count)]


@pytest.mark.parametrize("metric", sorted(MEASURES))
def test_the_index_gives_what_comparing_with_each_gives(metric: str) -> None:
    found = operator("max_similarity")
    assert found.kernel is not None and found.scalar is not None
    several, queries = texts(250, 1), texts(60, 2)
    rest = (Constant(metric), Constant(None))
    fast = to_list(found.kernel(60, queries, Constant(several), *rest), 60)
    assert fast == [found.scalar(q, several, metric, None) for q in queries]
    coded = Coded(np.arange(60) % 7, queries[:7])
    assert to_list(found.kernel(60, coded, Constant(several), *rest), 60) == [fast[i % 7] for i in range(60)]
    by_row = to_list(found.kernel(3, queries[:3], [several, several[:1], []], *rest), 3)
    assert by_row == [fast[0], MEASURES[metric](queries[1], several[0]), 0.0]


def test_nothing_is_similar_to_an_empty_list() -> None:
    found = operator("max_similarity")
    assert found.kernel is not None
    assert to_list(found.kernel(9, ["a"] * 9, Constant([]), Constant("rouge_l"), Constant(None)), 9) == [0.0] * 9


def site(metric: Any = "token_set", model: bool = False) -> CallSite:
    return CallSite(
        {
            "metric": Argument(STR, Constant(metric)),
            "model": Argument(STR, Constant(None), model, NOWHERE),
        }
    )


@pytest.mark.parametrize("name", ["similarity", "max_similarity"])
def test_checks(name: str) -> None:
    check = operator(name).check
    assert check is not None
    assert list(check(site())) == []
    (unknown,) = check(site("rougel"))
    assert unknown.code == "E0309" and unknown.notes[0] == "Did you mean 'rouge_l'?"
    (embedding,) = check(site("embedding"))
    assert (embedding.code, embedding.argument) == ("E0911", "metric")
    (model,) = check(site(model=True))
    assert (model.code, model.argument) == ("E0911", "model")


def test_an_unknown_metric_is_undefined_at_run_time() -> None:
    found = operator("similarity")
    assert found.scalar is not None
    with pytest.raises(Undefined):
        found.scalar("a", "b", "cosine", None)


@pytest.mark.parametrize("name", ["similarity", "max_similarity"])
def test_the_type_is_a_share(name: str) -> None:
    result = operator(name).result
    assert result is not None
    assert result(site(), FLOAT) == FloatType(0.0, 1.0)
