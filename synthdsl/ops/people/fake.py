"""`faker("locale").provider(...)`: people, addresses, companies and all else that Faker makes.

The compiler turns `faker(L).p(a, b=c)` into the sampler `fake(L, "p", {a_name: a, b: c})`.

Measured on 2 cores shared with other work (Python 3.11, Faker 40.54; `python -m tests.bench.bench_faker`), thousands
of values a second, in brackets Faker itself called once a value:

    en_US name 3,240 (8.0) · address 1,060 (6.0) · email 3,990 (8.7) · phone_number 1,540 (49) · company 3,520 (5.4)
    de_DE name 3,590 (116) · address 2,450 (22) · email 3,660 (56); ja_JP name 6,930 (80) · address 2,270 (38)
    en_US sentence 1,910 (58) · paragraph 650 (29) · text 141 (7.8) · uuid4 1,970 (251) · person 564
    row by row: date_of_birth 79 (85) · date_time_between 54 (61) · iban 41 (32) · profile 0.78 (0.65)

Reading a method takes 5 to 150 ms once a process, loading Faker and a locale 150 ms. Of the 30,000 pairs of locale and
provider more than half are read; of name, address and email all but 9 of 330.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from synthdsl.base.suggest import did_you_mean
from synthdsl.dataset.address import Draw
from synthdsl.dataset.vector import Constant, Records, Vector
from synthdsl.ops.contract import CallSite, Operator, Problem
from synthdsl.ops.people.catalogue import (
    locale_problem,
    nearest_parameter,
    normal_locale,
    provider_entry,
    provider_problem,
)
from synthdsl.ops.people.convert import type_of
from synthdsl.ops.people.entries import Entry
from synthdsl.ops.people.person import GENDERS
from synthdsl.types.terms import JSON, UNKNOWN, ListType, RecordType, Type

_CHOOSING = {"random_element": False, "random_elements": True, "random_choices": True, "random_sample": True}
"""Providers whose result is of the type of their `elements`, and whether it is a list of them."""

_KINDS: dict[str, tuple[type, ...]] = {"int": (int,), "float": (int, float), "str": (str,), "bool": (bool,)}


def _given(call: CallSite) -> dict[str, Any]:
    found = call.constant("arguments")
    return found if isinstance(found, dict) else {}


def _check(call: CallSite) -> Iterator[Problem]:
    locale, provider = call.constant("locale"), call.constant("provider")
    if not isinstance(locale, str) or not isinstance(provider, str):
        return
    problem = locale_problem(locale) or provider_problem(locale, provider)
    if problem is not None:
        yield problem
        return
    entry = provider_entry(locale, provider)
    if entry is not None:
        yield from _argument_problems(provider, entry, _given(call))


def _argument_problems(provider: str, entry: Entry, given: dict[str, Any]) -> Iterator[Problem]:
    known = {p.name: p for p in entry.parameters}
    open_ended = any(n.startswith("*") for n in known)
    for name, value in given.items():
        if name not in known:
            if not open_ended:
                message = f"The provider '{provider}' has no argument '{name}'."
                yield Problem("E0207", message, "arguments", nearest_parameter(entry, name))
            continue
        kinds = _KINDS.get(known[name].kind)
        if value is not None and kinds and (not isinstance(value, kinds) or (bool not in kinds and value is True)):
            message = f"The argument '{name}' of '{provider}' is of the type {known[name].kind}."
            yield Problem("E0301", message, "arguments")
    for parameter in entry.parameters:
        if parameter.required and parameter.name not in given:
            yield Problem("E0208", f"The provider '{provider}' needs the argument '{parameter.name}'.", "arguments")
    if provider == "person" and given.get("gender") not in (None, *GENDERS):
        notes = did_you_mean(str(given["gender"]), GENDERS) or ("It is 'female' or 'male'.",)
        yield Problem("E0309", f"'{given['gender']}' is no gender that names are known for.", "arguments", notes)


def result_type(locale: str, provider: str, arguments: dict[str, Any]) -> Type:
    """The type of a call's column; unknown where the call has problems."""
    entry = provider_entry(locale, provider)
    if entry is None or entry.refusal:
        return UNKNOWN
    if not arguments:
        return entry.result
    if provider in _CHOOSING and arguments.get("elements") is not None:
        item = type_of(arguments["elements"])
        return ListType(item) if _CHOOSING[provider] else item
    fields = arguments.get("fields")
    if isinstance(entry.result, RecordType) and isinstance(fields, list) and fields:
        return RecordType(tuple(f for f in entry.result.fields if f.name in fields))
    return entry.result


def _result(call: CallSite, _: Type) -> Type:
    locale, provider = call.constant("locale"), call.constant("provider")
    if not isinstance(locale, str) or not isinstance(provider, str):
        return UNKNOWN
    return result_type(locale, provider, _given(call))


def fake(draw: Draw, locale: str, provider: str, arguments: dict[str, Any]) -> Vector:
    """The values of `faker(locale).provider(**arguments)` for the rows of a draw.

    Raises `Undefined` where Faker gives none.
    """
    from synthdsl.ops.people.person import person
    from synthdsl.ops.people.programs import fake_column, request

    name = normal_locale(locale)
    if provider == "person":
        return person(draw, name, arguments.get("gender"))
    type_ = result_type(name, provider, arguments)
    return fake_column(draw, request(name, provider, JSON if type_ == UNKNOWN else type_, arguments))


def _kernel(draw: Draw, locale: Vector, provider: Vector, arguments: Vector) -> Vector:
    assert isinstance(locale, Constant) and isinstance(provider, Constant)
    return fake(draw, str(locale.value), str(provider.value), _plain_arguments(arguments))


def _plain_arguments(arguments: Vector) -> dict[str, Any]:
    if isinstance(arguments, Records):
        return {n: v.value for n, v in arguments.fields.items() if isinstance(v, Constant)}
    assert isinstance(arguments, Constant)
    return arguments.value or {}


OPERATOR = Operator(
    name="fake",
    family="people",
    kind="sampler",
    signatures=("fake(const locale: text, const provider: text, const arguments: any? = null) -> any",),
    doc=(
        'A value that Faker makes, written `faker("en_US").name()`: every locale and every provider of Faker, with its '
        'arguments. `faker("en_US").person()` gives a record whose name, gender, user name and email address fit '
        "together. For Faker it is always 2025-01-01: ages and dates like 'this year' count from that day. "
        "Another version of Faker may give other values: the manifest names the one that was used."
    ),
    examples=(
        ('faker("en_US").name()', None),
        ('faker("ja_JP").address()', None),
        ('faker("de_DE").person().email', None),
        ('faker("fr_FR").words(nb=5)', None),
    ),
    source="https://faker.readthedocs.io",
    result=_result,
    check=_check,
    kernel=_kernel,
    library="faker",
)
