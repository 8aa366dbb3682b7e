"""What Faker gives depends on the row's address alone: not on the batch, the process, the day or the place."""

from __future__ import annotations

import datetime
import dis
import os
import random
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any

import numpy as np
import pytest

from synthdsl.base.digest import GOLDEN, MASK, mix64
from synthdsl.dataset.address import Draw, number_keys, stream
from synthdsl.dataset.vector import to_list
from synthdsl.ops.contract import Undefined
from synthdsl.ops.people.catalogue import locale_names, provider_entry, provider_names
from synthdsl.ops.people.clock import NOW
from synthdsl.ops.people.fake import fake
from synthdsl.ops.people.keyed import FLOATS, KeyedRandom, row_by_row
from synthdsl.ops.people.still import UNORDERED, still_generator

pytestmark = pytest.mark.slow

N = 40
PLACE = Draw(stream(1, "d", "c"), number_keys(0, N))


def callable_names(locale: str) -> list[str]:
    """The providers of a locale that can be called without arguments."""
    entries = {name: provider_entry(locale, name) for name in provider_names(locale)}
    return [n for n, e in entries.items() if e and not e.refusal and not any(p.required for p in e.parameters)]


def values(draw: Draw, locale: str, name: str, **arguments: Any) -> list[Any]:
    return to_list(fake(draw, locale, name, arguments), draw.n)


# --- the batch --------------------------------------------------------------------------------------

ROW_BY_ROW = [
    ("en_US", "date_of_birth"),
    ("en_US", "color"),
    ("en_US", "passport_gender"),
    ("en_US", "user_agent"),
    ("en_US", "uuid4"),
    ("es_ES", "nie"),
    ("sv_SE", "ssn"),
    ("th_TH", "ssn"),
    ("uk_UA", "ssn"),
    ("es_MX", "curp"),
]


def check_batches(locale: str, name: str, rows: int) -> None:
    try:
        whole = values(PLACE.at(np.arange(rows)), locale, name)
    except Undefined:
        return
    cuts = (0, 1, 2, rows - 5, rows)
    parts = [values(PLACE.at(np.arange(a, b)), locale, name) for a, b in pairwise(cuts)]
    assert repr([v for part in parts for v in part]) == repr(whole), (locale, name)


@pytest.mark.parametrize(("locale", "name"), ROW_BY_ROW)
def test_a_value_does_not_depend_on_the_batch(locale: str, name: str) -> None:
    check_batches(locale, name, N)
    assert len(set(map(repr, values(PLACE, locale, name)))) > 1


@pytest.mark.slow
@pytest.mark.parametrize("locale", ["en_US", "ja_JP", "de_AT", "en_PH", "th_TH", "es_CO", "uk_UA"])
def test_no_value_of_a_locale_depends_on_the_batch(locale: str) -> None:
    for name in callable_names(locale):
        check_batches(locale, name, 12)


def test_another_attempt_gives_other_values_for_its_rows_only() -> None:
    attempts = np.zeros(N, dtype=np.int64)
    attempts[7] = 1
    again = Draw(PLACE.stream, PLACE.keys, attempts)
    for name in ("name", "date_of_birth", "person", "text"):
        first, second = values(PLACE, "en_US", name), values(again, "en_US", name)
        assert [i for i in range(N) if first[i] != second[i]] == [7], name


# --- the process, the day and the place -----------------------------------------------------------

DIGEST = """
import sys, hashlib
sys.path.insert(0, {folder!r})
from test_people_determinism import PLACE, callable_names, values
from synthdsl.ops.contract import Undefined
for name in callable_names({locale!r})[{first} :: {step}]:
    try:
        found = repr(values(PLACE.at(PLACE.keys < 2**61), {locale!r}, name))
    except Undefined as reason:
        found = "undefined"
    print(name, hashlib.md5(found.encode()).hexdigest())
"""


def check_processes(locale: str, first: int, step: int) -> None:
    code = DIGEST.format(folder=str(Path(__file__).parent), locale=locale, first=first, step=step)
    found = []
    for seed, zone in (("1", "UTC"), ("2", "Asia/Tokyo")):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "TZ": zone}
        found.append(subprocess.check_output([sys.executable, "-c", code], text=True, env=environment).splitlines())
    assert len(found[0]) > 200 / step
    assert [a for a, b in zip(*found, strict=True) if a != b] == []


def test_another_process_elsewhere_gives_the_same() -> None:
    check_processes("en_US", 3, 12)


def test_what_faker_makes_of_sets_is_put_in_order() -> None:
    for module, name in UNORDERED:
        locale = module.rsplit(".", 1)[1]
        held = [getattr(p, name) for p in still_generator(locale).get_providers() if type(p).__module__ == module]
        assert held == [sorted(getattr(sys.modules[module].Provider, name))]


@pytest.mark.slow
@pytest.mark.parametrize("locale", ["en_US", "it_IT", "th_TH", "uk_UA"])
def test_another_process_elsewhere_gives_the_same_for_all(locale: str) -> None:
    check_processes(locale, 0, 1)


CLOCK = {"now", "utcnow", "today", "localtime", "gmtime"}


def _named(code: CodeType, instruction: str) -> set[str]:
    """The names that a function, or one inside it, loads in one way."""
    own = {i.argval for i in dis.get_instructions(code) if i.opname.startswith(instruction)}
    return own.union(*(_named(c, instruction) for c in code.co_consts if isinstance(c, CodeType)))


@pytest.mark.parametrize("locale", ["en_US", "de_DE", "et_EE", "zh_CN", "ru_RU", "sv_SE"])
def test_no_provider_reads_the_clock_or_the_processs_chance(locale: str) -> None:
    generator = still_generator(locale)
    classes = {c for p in generator.get_providers() for c in type(p).__mro__}
    asked = 0
    for found in (v for c in classes for v in vars(c).values()):
        function = getattr(found, "__func__", found)
        if not isinstance(function, FunctionType):
            continue
        named = _named(function.__code__, "LOAD")
        known = {n: function.__globals__.get(n) for n in _named(function.__code__, "LOAD_GLOBAL")}
        assert random not in known.values(), function
        if CLOCK & named:
            asked += 1
            clocks = (datetime, datetime.datetime, datetime.date)
            assert not any(v is c for v in known.values() for c in clocks), function
    assert asked > 10


def test_it_is_always_the_same_day() -> None:
    assert datetime.datetime(2025, 1, 1) == NOW
    born = values(PLACE, "en_US", "date_of_birth", minimum_age=18, maximum_age=20)
    assert all(datetime.date(2004, 1, 1) <= d <= datetime.date(2007, 1, 1) for d in born)
    assert set(values(PLACE, "en_US", "date_this_year")) == {NOW.date()}
    past = values(PLACE, "en_US", "past_datetime", start_date="-30d")
    assert all(NOW - datetime.timedelta(days=31) <= t < NOW for t in past)
    for name in ("date_time", "date_time_this_decade", "unix_time", "passport_dates"):
        assert len(values(PLACE, "en_US", name)) == N


def test_faker_itself_is_left_as_it_was() -> None:
    from faker import Faker
    from faker.providers.date_time import datetime as used

    still_generator("en_US")
    assert used is datetime.datetime
    assert Faker("en_US").date_this_year().year == datetime.date.today().year


# --- the source of chance ----------------------------------------------------------------------------


def words(key: int) -> Any:
    while True:
        key = (key + GOLDEN) & MASK
        yield mix64(key)


def test_words_made_in_advance_are_those_made_one_by_one() -> None:
    source = KeyedRandom()
    draw = Draw(stream(2, "d", "c"), number_keys(0, 3_000))
    found = row_by_row(draw, source, lambda: (source.getrandbits(64), source.random(), source.getrandbits(100)))
    for key, (first, unit, second) in zip(draw.bits().tolist(), found, strict=True):
        integers, floats = words(key), words(mix64(key ^ FLOATS))
        assert first == next(integers)
        assert unit == (next(floats) >> 11) * 2.0**-53
        assert second == next(integers) << 36 | next(integers) >> 28


def test_a_row_that_takes_more_than_most_is_the_same() -> None:
    source = KeyedRandom()
    draw = Draw(stream(2, "d", "c"), number_keys(0, 100))

    def value() -> list[float]:
        return [source.random() for _ in range(source.randint(1, 300))]

    whole = row_by_row(draw, source, value)
    assert [row_by_row(draw.at(np.array([i])), source, value)[0] for i in range(100)] == whole
    assert len(set(map(len, whole))) > 50


def test_rows_of_one_key_are_equal_and_a_seed_ends_with_its_row() -> None:
    source = KeyedRandom()
    keys = np.repeat(number_keys(0, 20), 3)

    def value() -> tuple[float, int]:
        if source.random() < 0.3:
            source.seed(5)
        return source.random(), source.randint(0, 10**6)

    found = row_by_row(Draw(stream(2, "d", "c"), keys), source, value)
    assert all(len(set(found[i : i + 3])) == 1 for i in range(0, 60, 3))
    assert len(set(found)) > 10


@pytest.mark.parametrize("size", [1, 2, 3, 1000, 2**48 - 1, 2**48, 2**63, 2**100])
def test_integers_fill_their_range(size: int) -> None:
    source = KeyedRandom()
    found = row_by_row(PLACE, source, lambda: source.randrange(size))
    assert all(0 <= v < size for v in found)
    if size > 2:
        assert min(found) < size / 3 < 2 * size / 3 < max(found) + 1


def test_every_locale_makes_a_person() -> None:
    for locale in locale_names()[::9]:
        assert len(values(PLACE.at(np.arange(2)), locale, "person")) == 2
