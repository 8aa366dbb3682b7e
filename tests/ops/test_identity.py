"""Sequences, unique ids, texts of a pattern, UUIDs and hashes."""

from __future__ import annotations

import datetime
import random
import re
import uuid
from collections import Counter
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from synthdsl.dataset.address import Draw, number_keys, stream
from synthdsl.dataset.pattern import BadPattern, longest, positions, read_pattern
from synthdsl.dataset.vector import Coded, Constant, Records, to_list
from synthdsl.ops.contract import Argument, CallSite, Undefined
from synthdsl.ops.identity.number_format import fault
from synthdsl.ops.identity.permutation import permute
from synthdsl.ops.identity.unique_id import ENOUGH, shortage, space
from synthdsl.ops.table import operator
from synthdsl.types.terms import STR, StrType


def place(n: int, column: str = "c", attempts: Any = None) -> Draw:
    return Draw(stream(3, "identity", column), number_keys(0, n), attempts)


def regex(pattern: str, n: int = 2000, at: Draw | None = None) -> list[str]:
    kernel = operator("regex").kernel
    assert kernel is not None
    found = kernel(at or place(n, pattern), Constant(pattern))
    assert isinstance(found, list)
    return found


def unique(pattern: str, rows: Any, n: int, at: Draw | None = None) -> list[str]:
    kernel = operator("unique_id").kernel
    assert kernel is not None
    return to_list(kernel(at or place(n, pattern), rows, Constant(pattern)), n)


def codes(name: str, **known: Any) -> list[str]:
    check = operator(name).check
    assert check is not None
    return [p.code for p in check(CallSite({k: Argument(STR, Constant(v)) for k, v in known.items()}))]


# --- sequence, row --------------------------------------------------------------------------------


def sequence(template: str, rows: Any, start: int = 1, step: int = 1) -> list[str]:
    kernel = operator("sequence").kernel
    assert kernel is not None
    found = kernel(len(rows), np.array(rows), Constant(template), Constant(start), Constant(step))
    assert isinstance(found, list)
    return found


@pytest.mark.parametrize(
    "template",
    ["TCK-{:06d}", "{}", "100%-{:03d}-%s", "{{x}}{:d}", "{:,}", "{:x}", "{:#010b}", "{:+d}", "{:*>8}", "{:_}"],
)
def test_sequence_formats_as_python_does(template: str) -> None:
    assert sequence(template, [0, 1, 99], start=5, step=-7) == [template.format(5 + i * -7) for i in (0, 1, 99)]
    assert codes("sequence", format=template, start=1, step=1) == []


@pytest.mark.parametrize(
    "template",
    [
        "TCK",
        "{}{}",
        "{x}",
        "{0}",
        "{!r}",
        "{:s}",
        "{:.2f}",
        "{:n}",
        "{:c}",
        "{:999}",
        "{",
        "}",
        "{:{}}",
        "{.real}",
        "{:%}",
    ],
)
def test_sequence_refuses_other_formats(template: str) -> None:
    assert fault(template)
    assert codes("sequence", format=template, start=1, step=1) == ["E0320"]


def test_sequence_checks_its_numbers() -> None:
    assert codes("sequence", format="{}", start=1, step=0) == ["E0309"]
    assert codes("sequence", format="{}", start=10**18, step=1) == ["E0309"]


def test_row_gives_the_numbers() -> None:
    kernel = operator("row").kernel
    assert kernel is not None
    assert to_list(kernel(3, np.array([5, 6, 7])), 3) == [5, 6, 7]


# --- regex ----------------------------------------------------------------------------------------

PATTERNS = [
    "[A-Z]{3}-[0-9]{4}",
    "(cat|dog)s?",
    r"\d{3}\.\d+",
    r"[^a-zA-Z0-9]{2}\w\s\S\D\W",
    "a*b+c?d{2,5}e{0}f{3,}g{,2}",
    "(?:x|yy|(z[0-9]|w){1,3}){2}",
    r"^(?P<year>19|20)\d\d$",
    r"\Aab|cd\Z",
    "",
    "(|a)",
    r"[\]\-\\^]+[]a][^]a][a-]",
    r"\x41\u00e9[α-ω]{2}€",
    "a{b}{,x}{1,2,3}",
    r"[\d_][^\d\s]{3}",
    "(a?){3}(b|)c*?",
    ".{10}",
    r"\.\*\+\?\(\)\[\]\{\}\|\^\$\/\-\#",
]


@pytest.mark.parametrize("pattern", PATTERNS)
def test_every_text_matches_its_pattern(pattern: str) -> None:
    found = regex(pattern, 500)
    assert all(re.fullmatch(pattern, text) for text in found)
    assert max(map(len, found)) <= longest(read_pattern(pattern))


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet="ab01-[]()|?*+{},.^$\\dws", max_size=14))
def test_whatever_is_read_matches(pattern: str) -> None:
    try:
        re.compile(pattern)
    except (re.error, OverflowError):
        assume(False)
    except FutureWarning:
        assume(False)
    try:
        read_pattern(pattern)
    except BadPattern:
        return
    assert all(re.fullmatch(pattern, text) for text in regex(pattern, 30))


@pytest.mark.parametrize(
    "pattern",
    ["(?=a)", "(?<!a)b", r"(a)\1", "(?i)a", r"\bword", "a(?P=x)", "a++", "a^b", "a$b", "(^a)", "*a", "a**", "(", ")",
     "[z-a]", "[", "a{5,2}", "x{99999}", "\\", r"\q", "((((a{99}){99}){99}){99})", "[^\\w\\W]", "(?P<1>a)", r"\x4",
     "(?>a)"],
)  # fmt: skip
def test_other_patterns_are_refused(pattern: str) -> None:
    with pytest.raises(BadPattern) as caught:
        read_pattern(pattern)
    assert str(caught.value).endswith(".")
    assert codes("regex", pattern=pattern) == ["E0318"]


def test_characters_alternatives_and_lengths_are_even() -> None:
    first = Counter(text[0] for text in regex("[a-e]x", 20_000))
    assert all(abs(count - 4000) < 300 for count in first.values())
    which = Counter(text.rstrip("s") for text in regex("(cat|dog|bird|cow)s{0,9}", 20_000))
    assert all(abs(count - 5000) < 300 for count in which.values())
    lengths = Counter(len(text) for text in regex("a{2,6}", 20_000))
    assert sorted(lengths) == [2, 3, 4, 5, 6]
    assert all(abs(count - 4000) < 300 for count in lengths.values())


def test_parts_of_a_pattern_are_independent() -> None:
    pairs = Counter((a.count("x"), b) for a, _, b in (t.partition("-") for t in regex("x{0,3}-(a|b|c|d)", 32_000)))
    assert len(pairs) == 16
    assert all(abs(count - 2000) < 250 for count in pairs.values())
    same = sum(len(set(t)) == 1 for t in regex("([ab]){8}", 32_000))
    assert abs(same - 32_000 / 128) < 90


@pytest.mark.parametrize("pattern", ["[A-Z]{3}x", "(cat|dog)s?[0-9]{0,4}", "(a{1,3}|b){2,4}"])
def test_texts_do_not_depend_on_the_batch(pattern: str) -> None:
    whole = regex(pattern, 1000)
    at = place(1000, pattern)
    parts = [regex(pattern, at=at.at(np.arange(a, b))) for a, b in ((0, 1), (1, 400), (400, 1000))]
    assert [t for part in parts for t in part] == whole
    assert regex(pattern, at=at.at(np.arange(0, 0))) == []


# --- unique_id ------------------------------------------------------------------------------------


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 3000), st.integers(0, 2**64 - 1))
def test_the_permutation_takes_each_number_once(size: int, key: int) -> None:
    found = permute(np.arange(size, dtype=np.uint64), size, key)
    assert sorted(found.tolist()) == list(range(size))


def test_the_permutation_is_one_for_large_sizes_and_looks_random() -> None:
    for size in (2**62, 2**31 + 11, 10**15 + 37):
        index = np.arange(50_000, dtype=np.uint64)
        found = permute(index, size, 5)
        assert len(set(found.tolist())) == 50_000
        assert int(found.max()) < size
        eighths = Counter((int(x) * 8 // size) for x in found.tolist())
        assert all(abs(eighths[i] - 6250) < 400 for i in range(8))
        assert abs(np.corrcoef(found[:-1].astype(float), found[1:].astype(float))[0, 1]) < 0.03
    assert (
        permute(np.arange(1000, dtype=np.uint64), 1000, 1).tolist()
        != permute(np.arange(1000, dtype=np.uint64), 1000, 2).tolist()
    )


@pytest.mark.parametrize("pattern", ["[0-9]{4}", "[A-Z]{2}[0-9]{3}", "K-[αβγδ]{7}", "x{2}[a-j]{4}"])
def test_all_texts_of_a_pattern_are_given_once(pattern: str) -> None:
    n = min(space(pattern), 20_000)
    found = unique(pattern, np.arange(n), n)
    assert len(set(found)) == n
    assert all(re.fullmatch(pattern, text) for text in found)
    assert found[:100] == unique(pattern, np.arange(100), 100)
    assert found[5000:5100] == unique(pattern, np.arange(5000, 5100), 100, place(n, pattern).at(np.arange(5000, 5100)))


def test_more_rows_than_texts_are_refused() -> None:
    with pytest.raises(Undefined) as caught:
        unique("[0-9]{2}", np.arange(101), 101)
    assert caught.value.at == 100
    assert caught.value.code == "E0810"
    problem = shortage("[0-9]{2}", 101)
    assert problem is not None
    assert problem.code == "E0810"
    assert shortage("[0-9]{2}", 100) is None


def test_rows_without_number_need_a_large_pattern() -> None:
    with pytest.raises(Undefined) as caught:
        unique("[0-9]{6}", None, 5)
    assert caught.value.code == "E0810"
    assert space("[A-Z0-9]{12}") >= ENOUGH
    assert shortage("[A-Z0-9]{12}", None) is None
    found = unique("[A-Z0-9]{12}", None, 50_000)
    assert len(set(found)) == 50_000
    assert unique("[A-Z0-9]{12}", None, 0) == []


def test_patterns_beyond_62_bits_keep_rows_apart() -> None:
    pattern = "[a-z]{20}"
    found = unique(pattern, np.arange(20_000), 20_000)
    assert len({text[-13:] for text in found}) == 20_000
    assert len({text[:7] for text in found}) > 19_000
    heads = Counter(text[0] for text in found)
    assert len(heads) == 26


def test_a_unique_id_stays_when_the_row_is_drawn_again() -> None:
    pattern = "[a-z]{20}"
    again = place(100, pattern, attempts=np.full(100, 3))
    assert unique(pattern, np.arange(100), 100, again) == unique(pattern, np.arange(100), 100)


@pytest.mark.parametrize("pattern", ["a|b", "[a-z]+", "a?", "[a-z]{2,3}", "(?=x)"])
def test_unique_id_takes_fixed_shapes_only(pattern: str) -> None:
    assert codes("unique_id", pattern=pattern) == ["E0318"]


def test_lengths_are_known_to_the_compiler() -> None:
    for name in ("regex", "unique_id"):
        result = operator(name).result
        assert result is not None
        call = CallSite({"pattern": Argument(STR, Constant("[A-Z]{3}-[0-9]{4}"))})
        assert result(call, STR) == StrType(8, 8)
    assert positions(read_pattern("(ab){2}[cd]")) == ("a", "b", "a", "b", "cd")


# --- uuid -----------------------------------------------------------------------------------------


def test_uuids_are_random_ones_of_version_4() -> None:
    kernel = operator("uuid").kernel
    assert kernel is not None
    found = to_list(kernel(place(4000)), 4000)
    parsed = [uuid.UUID(text) for text in found]
    assert [str(u) for u in parsed] == found
    assert {u.version for u in parsed} == {4}
    assert {u.variant for u in parsed} == {uuid.RFC_4122}
    assert len(set(found)) == 4000
    for bit in range(128):
        share = sum(u.int >> bit & 1 for u in parsed) / 4000
        fixed = bit in (62, 63) or 76 <= bit <= 79
        assert fixed or abs(share - 0.5) < 0.04


# --- hash -----------------------------------------------------------------------------------------


def digest(x: Any) -> int:
    scalar = operator("hash").scalar
    assert scalar is not None
    found = scalar(x)
    assert isinstance(found, int)
    return found


def test_hashes_are_pinned() -> None:
    """They are part of the language: a change would move every derived value."""
    assert digest("a") == 4631980958490126079
    assert digest(1) == digest(1.0) == 7769916665895962929
    assert digest(0.5) == 3922431402420843470
    assert digest(None) == 6229332411488658596
    assert digest([1, "a"]) == 1060105668091798625
    assert digest({"a": 1}) == 3491328998610513846
    assert digest(datetime.date(2025, 3, 1)) == 4549496343216604276


def test_different_values_have_different_hashes() -> None:
    day = datetime.date(2025, 1, 1)
    pool: list[Any] = [None, True, False, 0, 1, -1, 0.5, "", "0", "1", [], [[]], [0], ["0"], {}, {"a": 0}, {"b": 0}]
    pool += [
        day,
        datetime.datetime(2025, 1, 1),
        datetime.timedelta(1),
        [1, 2],
        [2, 1],
        ["a", "b"],
        ["ab"],
        2**62,
        -(2**63),
    ]
    assert len({digest(x) for x in pool}) == len(pool)
    assert all(0 <= digest(x) < 2**63 for x in pool)
    assert digest({"a": 1, "b": 2}) == digest({"b": 2, "a": 1})
    assert digest(-0.0) == digest(0)


def test_hashes_by_array_are_hashes_by_row() -> None:
    kernel = operator("hash").kernel
    assert kernel is not None
    chance = random.Random(1)
    integers = [chance.randint(-(2**63), 2**63 - 1) for _ in range(500)]
    assert to_list(kernel(500, np.array(integers)), 500) == [digest(x) for x in integers]
    floats = [chance.uniform(-5, 5) for _ in range(250)] + [float(chance.randint(-9, 9)) for _ in range(250)]
    floats[:4] = [-0.0, 1e300, -(2.0**63), 2.0**63]
    assert to_list(kernel(500, np.array(floats)), 500) == [digest(x) for x in floats]
    records = Records({"a": np.array([1, 2]), "b": ["x", "y"]})
    assert to_list(kernel(2, records), 2) == [digest({"a": 1, "b": "x"}), digest({"a": 2, "b": "y"})]
    coded = Coded(np.array([0, 1, 0]), ["x", "y"])
    assert to_list(kernel(3, coded), 3) == [digest("x"), digest("y"), digest("x")]
