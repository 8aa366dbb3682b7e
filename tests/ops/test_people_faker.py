"""`faker(...)` columns against Faker itself: as varied, of the same distribution, and never called once a value."""

from __future__ import annotations

import math
import random
import re
import uuid
from collections import Counter
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from faker import Faker

from synthdsl.dataset.address import Draw, number_keys, stream
from synthdsl.dataset.vector import to_list
from synthdsl.ops.people.catalogue import provider_type
from synthdsl.ops.people.columns import pick
from synthdsl.ops.people.fake import fake
from synthdsl.ops.people.programs import read_column, read_running_text, request
from synthdsl.ops.people.still import still_generator

LOCALES = ("en_US", "de_DE", "fr_FR", "ja_JP", "zh_CN", "ar_SA")
COMMON = ("name", "address", "email")

VIEWS: dict[str, Callable[[str], Any]] = {
    "value": lambda text: text,
    "beginning": lambda text: text[:2],
    "end": lambda text: text[-2:],
    "length": len,
    "shape": lambda text: "".join("9" if c.isdigit() else "a" if c.isalpha() else c for c in text)[:12],
    "spaces": lambda text: (text.count(" "), text.count("\n")),
}


def column(locale: str, provider: str, n: int, seed: int = 1, **arguments: Any) -> list[Any]:
    draw = Draw(stream(seed, "d", provider), number_keys(0, n))
    return to_list(fake(draw, locale, provider, arguments), n)


def deviation(ours: Counter[Any], theirs: Counter[Any]) -> float:
    """How far two samples are from one distribution: a chi-square statistic as a normal deviate.

    Cells seen fewer than twenty times are put together. Source: Wilson and Hilferty, PNAS 17 (1931).
    """
    a, b = ours.total(), theirs.total()
    cells = [(ours[k], theirs[k]) for k in {*ours, *theirs} if ours[k] + theirs[k] >= 20]
    rest = (a - sum(x for x, _ in cells), b - sum(y for _, y in cells))
    cells += [rest] * (sum(rest) >= 20)
    freedom = len(cells) - 1
    if freedom < 1:
        return 0.0
    chi = 0.0
    for x, y in cells:
        wanted = (x + y) * a / (a + b)
        chi += (x - wanted) ** 2 / wanted + (y - (x + y - wanted)) ** 2 / (x + y - wanted)
    return ((chi / freedom) ** (1 / 3) - (1 - 2 / (9 * freedom))) / math.sqrt(2 / (9 * freedom))


def compare(locale: str, provider: str, n: int) -> None:
    ours = column(locale, provider, n)
    faker = Faker(locale)
    faker.seed_instance(20_250_101)
    call = getattr(faker, provider)
    theirs = [call() for _ in range(n)]
    assert abs(len(set(ours)) - len(set(theirs))) <= 0.05 * len(set(theirs))
    for view, function in VIEWS.items():
        assert deviation(Counter(map(function, ours)), Counter(map(function, theirs))) < 4.5, view


@pytest.mark.parametrize("provider", COMMON)
@pytest.mark.parametrize("locale", ["en_US", "ja_JP"])
def test_a_column_is_as_fakers_own(locale: str, provider: str) -> None:
    compare(locale, provider, 2_500)


@pytest.mark.slow
@pytest.mark.parametrize("provider", (*COMMON, "phone_number", "company", "user_name", "job", "sentence", "text"))
@pytest.mark.parametrize("locale", LOCALES)
def test_a_large_column_is_as_fakers_own(locale: str, provider: str) -> None:
    compare(locale, provider, 10_000)


def test_the_deviation_sees_a_difference() -> None:
    ours = Counter(column("en_US", "first_name", 4_000))
    assert deviation(ours, Counter(column("en_US", "first_name", 4_000, seed=2))) < 4.5
    assert deviation(ours, Counter(column("en_US", "first_name_female", 4_000))) > 20


@pytest.mark.parametrize("locale", LOCALES)
def test_the_common_columns_never_call_faker_for_a_value(locale: str) -> None:
    for provider in (*COMMON, "first_name", "street_address", "city", "postcode", "phone_number", "company", "job"):
        column(locale, provider, 1)
        generator = still_generator(locale)
        held = generator.random
        try:
            generator.random = _Silent()
            values = column(locale, provider, 200)
        finally:
            generator.random = held
        assert len(set(values)) > 20


class _Silent(random.Random):
    """A source of randomness that nothing may draw from."""

    def random(self) -> float:
        raise AssertionError("Faker was called")

    def getrandbits(self, k: int) -> int:
        raise AssertionError("Faker was called")


def test_how_much_is_read_into_columns() -> None:
    names = [
        *COMMON,
        "first_name",
        "city",
        "postcode",
        "safe_email",
        "user_name",
        "phone_number",
        "company",
        "sentence",
    ]
    for name in names:
        read = [loc for loc in LOCALES if read_column(request(loc, name, provider_type(loc, name), {})) is not None]
        assert read == list(LOCALES), name
    assert read_running_text(request("en_US", "text", provider_type("en_US", "text"), {})) is not None


def test_arguments_are_followed() -> None:
    assert set(column("en_US", "random_int", 500, min=3, max=5)) == {3, 4, 5}
    assert {len(words) for words in column("en_US", "words", 50, nb=7)} == {7}
    assert all(len(text) < 40 for text in column("en_US", "text", 200, max_nb_chars=40))
    assert all(text[0].isupper() and text.endswith(".") for text in column("en_US", "text", 50, max_nb_chars=20))
    weighted = Counter(column("en_US", "random_element", 4_000, elements={"a": 3, "b": 1}))
    assert weighted["a"] / 4_000 == pytest.approx(0.75, abs=0.03)
    assert all(v.endswith("@here.test") for v in column("en_US", "email", 100, domain="here.test"))
    kept = column("en_US", "profile", 3, fields=["name", "mail"])
    assert [set(record) for record in kept] == [{"name", "mail"}] * 3


def test_identifiers_and_hashes_have_their_form() -> None:
    for name, form in (("uuid4", r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"), ("md5", r"[0-9a-f]{32}")):
        found = column("en_US", name, 300)
        assert all(re.fullmatch(form, value) for value in found)
        assert len(set(found)) == 300
    assert {uuid.UUID(value).version for value in column("en_US", "uuid4", 300)} == {4}
    assert {len(v) for v in column("en_US", "sha256", 9)} == {64}


def test_the_shortest_texts_end() -> None:
    assert all(2 <= len(text) <= 5 for text in column("en_US", "text", 30, max_nb_chars=5))


def test_weights_are_kept_exactly() -> None:
    weights = [0.1, 3, 0, 0.4, 2.5]
    draw = Draw(stream(4, "d", "c"), number_keys(0, 200_000))
    seen = np.bincount(pick(0, 5, weights).codes(draw), minlength=5) / draw.n
    assert seen[2] == 0
    assert np.abs(seen - np.array(weights) / sum(weights)).max() < 0.004
