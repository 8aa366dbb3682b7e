"""Reading provider methods: the term's distribution is exactly that of the method under every course of chance."""

from __future__ import annotations

import random
from collections import OrderedDict
from collections.abc import Callable, Iterator
from itertools import product
from typing import Any

import pytest
from faker.providers import BaseProvider
from hypothesis import given, settings
from hypothesis import strategies as st

from synthdsl.ops.people import rewrite
from synthdsl.ops.people.calls import call_method
from synthdsl.ops.people.context import Context, method_of
from synthdsl.ops.people.digits import hexified, lexified, number_text, numerified
from synthdsl.ops.people.drawn import Drawn, Unsupported, drawn, join
from synthdsl.ops.people.interpret import run_function
from synthdsl.ops.people.programs import read_term
from synthdsl.ops.people.scope import explore
from synthdsl.ops.people.still import still_generator

Chances = dict[str, float]


# --- the distribution of a term -------------------------------------------------------------------


def outcomes(term: Any) -> Iterator[tuple[Any, float]]:
    """Every outcome of a term, with its probability; one may come several times."""
    if isinstance(term, Drawn):
        weights = term.weights or [1.0] * len(term.options)
        total = sum(weights)
        for option, weight in zip(term.options, weights, strict=True):
            yield from ((value, p * weight / total) for value, p in outcomes(option))
    elif isinstance(term, str) or not hasattr(term, "parts"):
        yield term, 1.0
    else:
        yield from _outcomes_of_join(term.parts)


def _outcomes_of_join(parts: tuple[Any, ...]) -> Iterator[tuple[str, float]]:
    ties = {p.tie for p in parts if isinstance(p, Drawn) and p.tie is not None}
    if not ties:
        for choice in product(*(list(outcomes(p)) for p in parts)):
            yield "".join(str(value) for value, _ in choice), _product(p for _, p in choice)
        return
    tie = next(iter(ties))
    tied = [p for p in parts if isinstance(p, Drawn) and p.tie is tie]
    weights = tied[0].weights or [1.0] * len(tied[0].options)
    for i, weight in enumerate(weights):
        held = tuple(p.options[i] if isinstance(p, Drawn) and p.tie is tie else p for p in parts)
        yield from ((value, p * weight / sum(weights)) for value, p in _outcomes_of_join(held))


def _product(numbers: Any) -> float:
    found = 1.0
    for number in numbers:
        found *= number
    return found


def chances(term: Any) -> Chances:
    found: Chances = {}
    for value, p in outcomes(term):
        found[repr(value)] = found.get(repr(value), 0.0) + p
    return found


def assert_same(found: Chances, wanted: Chances) -> None:
    assert set(found) == set(wanted)
    assert all(abs(found[v] - wanted[v]) < 1e-7 for v in wanted)


# --- the distribution of a method, by trying every course of chance --------------------------------


class _EveryCourse(random.Random):
    """Takes the turns it is told, then the first ones; notes how many ways there were at each."""

    def begin(self, turns: list[int]) -> None:
        self.turns, self.ways, self.taken, self.chance = turns, [], [], 1.0

    def _randbelow(self, n: int) -> int:
        at = len(self.ways)
        taken = self.turns[at] if at < len(self.turns) else 0
        self.ways.append(n)
        self.taken.append(taken)
        self.chance /= n
        return taken

    def choices(self, population: Any, weights: Any = None, *, cum_weights: Any = None, k: int = 1) -> list[Any]:
        return [population[self._weighted(weights or [1.0] * len(population))] for _ in range(k)]

    def _weighted(self, weights: Any) -> int:
        taken = self._randbelow(len(weights))
        self.chance *= len(weights) * weights[taken] / sum(weights)
        return taken


def every_course(source: _EveryCourse, method: Callable[[], Any]) -> Chances:
    found: Chances = {}
    turns: list[int] | None = []
    while turns is not None:
        source.begin(turns)
        value = repr(method())
        found[value] = found.get(value, 0.0) + source.chance
        turns = _next_turns(source)
    return found


def _next_turns(source: _EveryCourse) -> list[int] | None:
    for at in reversed(range(len(source.ways))):
        if source.taken[at] + 1 < source.ways[at]:
            return [*source.taken[:at], source.taken[at] + 1]
    return None


# --- digits ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("low", "high", "width"), [(0, 9, 0), (7, 1234, 0), (501, 9950, 5), (1, 99, 2), (995, 10_004, 0)]
)
def test_a_number_is_written_evenly(low: int, high: int, width: int) -> None:
    wanted = {repr(f"{n:0{width}d}" if width else str(n)): 1 / (high - low + 1) for n in range(low, high + 1)}
    assert_same(chances(number_text(low, high, width)), wanted)


def test_a_hexadecimal_number_is_written_evenly() -> None:
    assert_same(chances(number_text(3, 5000, 4, "x")), {repr(f"{n:04x}"): 1 / 4998 for n in range(3, 5001)})


class _Patterns(BaseProvider):
    __use_weighting__ = True


@pytest.mark.parametrize("pattern", ["", "a#", "%$", "x!-@", "#%#", "@@"])
def test_numerify_is_fakers(pattern: str) -> None:
    source = _EveryCourse()
    generator = _generator(source)
    wanted = every_course(source, lambda: _Patterns(generator).numerify(pattern))
    assert_same(chances(numerified(pattern)), wanted)


def test_long_patterns_keep_every_place() -> None:
    text = "".join(max(p.options) if isinstance(p, Drawn) else p for p in numerified("+1-%##-###-####x#").parts)
    assert text == "+1-999-999-9999x9"
    assert len(chances(lexified("?????", "ab"))) == 32
    assert chances(hexified("^", True)) == {repr(c): 1 / 16 for c in "0123456789ABCDEF"}


# --- text functions ----------------------------------------------------------------------------------

TEXTS = st.text("aB-. é", max_size=4)
LEAVES = st.lists(TEXTS, min_size=1, max_size=3).map(drawn)
PARTS = st.lists(st.one_of(TEXTS, LEAVES), min_size=1, max_size=3).map(join)
TERMS = st.one_of(PARTS, st.lists(st.one_of(TEXTS, PARTS), min_size=1, max_size=3).map(drawn))

FUNCTIONS: list[tuple[Callable[[Any], Any], Callable[[str], str]]] = [
    (lambda t: rewrite.text_method("lower", t, []), str.lower),
    (lambda t: rewrite.text_method("upper", t, []), str.upper),
    (lambda t: rewrite.text_method("capitalize", t, []), str.capitalize),
    (lambda t: rewrite.text_method("zfill", t, [9]), lambda s: s.zfill(9)),
    (lambda t: rewrite.replaced(t, "a", "x"), lambda s: s.replace("a", "x")),
    (lambda t: rewrite.replaced(t, "aB", "xy"), lambda s: s.replace("aB", "xy")),
    (lambda t: rewrite.first_item(t, " "), lambda s: s.split(" ")[0]),
    (lambda t: rewrite.joined("", rewrite.Split(t, " ")), lambda s: "".join(s.split(" "))),
    (lambda t: rewrite.slugified(t, False, True), lambda s: _slugify(s, False, True)),
    (lambda t: rewrite.slugified(t, True, False), lambda s: _slugify(s, True, False)),
]


def _slugify(text: str, dots: bool, unicode: bool) -> str:
    from faker.utils.text import slugify

    return slugify(text, dots, unicode)


@settings(max_examples=200, deadline=None)
@given(TERMS, st.sampled_from(range(len(FUNCTIONS))))
def test_a_text_function_works_on_every_outcome(term: Any, which: int) -> None:
    function, plain = FUNCTIONS[which]
    try:
        found = chances(function(term))
    except Unsupported:
        return
    wanted: Chances = {}
    for value, p in outcomes(term):
        wanted[repr(plain(value))] = wanted.get(repr(plain(value)), 0.0) + p
    assert_same(found, wanted)


# --- methods -----------------------------------------------------------------------------------------


class _Methods(BaseProvider):
    """Small methods of all the kinds that Faker's providers are written in."""

    __use_weighting__ = True
    words = ("Abc def", "ghi", "Jkl")
    heavy = OrderedDict([("x", 0.5), ("yy", 0.25), ("zzz", 0.25)])  # noqa: RUF012 (as in Faker)
    formats = ("{{one}} {{two}}", "{{one}}-#", "fixed", "{{ two }}?")
    pairs = (("k", "v"), ("l", "w"), ("m", "v"))

    def one(self) -> str:
        return self.random_element(self.heavy)

    def two(self) -> str:
        return self.random_element(self.words).lower()

    def by_format(self) -> str:
        pattern: str = self.random_element(self.formats)
        return self.bothify(self.generator.parse(pattern), letters="AB").upper()

    def one_draw_twice(self) -> str:
        word = self.one()
        return f"{word}/{word.upper()}/{len(word)}"

    def two_draws(self) -> str:
        return self.one() + self.one()

    def depends_on_length(self) -> str:
        word = self.one()
        return f"{word}{self.random_number(digits=3 - len(word), fix_len=True)}" if len(word) < 3 else word

    def conditions(self) -> str:
        n = self.random_int(1, 6)
        if n in (1, 2) or n == 5:
            return "low" if n < 5 else self.two()
        elif not n % 2:
            return "%02d of %s" % (n, self.one())  # noqa: UP031 (as in Faker)
        return "".join([str(i) for i in range(n)])

    def a_pair(self) -> str:
        key, value = self.random_element(self.pairs)
        return "{}={value:>3}".format(key, value=value)  # noqa: UP032 (as in Faker)

    def loop(self) -> str:
        text = ""
        for i in range(self.random_int(1, 3)):
            if i == 1:
                continue
            text += str(i) + self.one()
        return text

    def a_list(self) -> list[str]:
        return [self.one() for _ in range(self.random_digit_not_null() % 3)]

    def first_word(self) -> str:
        return self.generator.format("by_company").split(" ").pop(0)

    def by_company(self) -> str:
        return self.generator.parse(self.random_element(("{{two}} {{one}}", "{{two}}-{{two}}")))

    def substituted(self) -> str:
        import re

        return re.sub("q", "r", "q")

    def yes_or_no(self) -> bool | None:
        return self.random_element((True, False, None, None))

    def nested_choice(self) -> str:
        return self.random_element(["\n" + self.one(), "", self.two() + "."])

    def ragged(self) -> str:
        return f"{self.random_int(95, 1105)}".zfill(5)

    def by_attribute(self) -> str:
        return self.random_element(self.heavy if hasattr(self, "heavy") else self.words) or "none"

    def sampled(self) -> str:
        return ",".join(self.random_sample(self.words, length=2))

    def wall_clock(self) -> str:
        import datetime

        return str(datetime.datetime.now())


def _generator(source: random.Random) -> Any:
    from faker.generator import Generator

    generator = Generator()
    generator.random = source
    return generator


def _read(generator: Any, name: str) -> Any:
    method = method_of(getattr(generator, name))
    return explore(lambda scope: call_method(Context(generator, scope, run_function, {}), method, [], {}))


READ = [
    "one",
    "two",
    "by_format",
    "one_draw_twice",
    "two_draws",
    "depends_on_length",
    "conditions",
    "a_pair",
    "loop",
    "first_word",
    "by_company",
    "yes_or_no",
    "nested_choice",
    "ragged",
    "by_attribute",
]


@pytest.mark.parametrize("name", READ)
def test_a_method_is_read_exactly(name: str) -> None:
    source = _EveryCourse()
    generator = _generator(source)
    provider = _Methods(generator)
    generator.add_provider(provider)
    assert_same(chances(_read(generator, name)), every_course(source, getattr(provider, name)))


@pytest.mark.parametrize("name", ["substituted", "sampled", "wall_clock"])
def test_what_is_not_understood_is_left_to_faker(name: str) -> None:
    generator = _generator(_EveryCourse())
    generator.add_provider(_Methods(generator))
    with pytest.raises(Unsupported):
        _read(generator, name)


SMALL = [
    ("en_US", "state_abbr"),
    ("en_US", "prefix"),
    ("en_US", "boolean"),
    ("de_DE", "street_suffix_short"),
    ("de_DE", "civil_status"),
    ("fr_FR", "department_name"),
    ("fr_FR", "postcode"),
    ("ja_JP", "chome"),
    ("ru_RU", "street_name"),
    ("ru_RU", "administrative_unit"),
    ("zh_CN", "building_number"),
    ("es_ES", "postcode"),
    ("hu_HU", "building_number"),
]


@pytest.mark.parametrize(("locale", "name"), SMALL)
def test_methods_of_faker_are_read_exactly(locale: str, name: str) -> None:
    generator = still_generator(locale)
    held = generator.random
    source = _EveryCourse()
    try:
        generator.random = source
        wanted = every_course(source, getattr(generator, name))
    finally:
        generator.random = held
    assert_same(chances(read_term(locale, name, {})), wanted)


def test_days_are_drawn_evenly() -> None:
    found = chances(read_term("en_US", "day_of_week", {}))
    assert len(found) == 7
    assert all(abs(p - 1 / 7) < 1e-3 for p in found.values())
    years = chances(read_term("en_US", "year", {}))
    assert len(years) == 55
    assert years["'1972'"] / years["'1970'"] == pytest.approx(366 / 365)
