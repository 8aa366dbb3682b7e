"""`fake` as an operator: its catalogue, what a check finds, the types of its columns, persons that fit."""

from __future__ import annotations

import datetime
import re
import subprocess
import sys
import unicodedata
from collections import Counter
from importlib.metadata import version
from typing import Any

import numpy as np
import pytest

from synthdsl.dataset.address import Draw, number_keys, stream
from synthdsl.dataset.validate import fits
from synthdsl.dataset.vector import Constant, Records, to_list
from synthdsl.ops.contract import Argument, CallSite, Undefined
from synthdsl.ops.people import catalogue
from synthdsl.ops.people.convert import Refused, common, fitting, plain, type_of
from synthdsl.ops.people.entries import Entry, Taken, pack_entry, read_entry
from synthdsl.ops.people.fake import OPERATOR, fake, result_type
from synthdsl.ops.people.gather import offered
from synthdsl.ops.people.offers import FILE, Installed, Offers, offers_of, shipped
from synthdsl.ops.people.person import PERSON, customs_of, pattern_of, slugs
from synthdsl.types.show import spell
from synthdsl.types.terms import (
    BOOL,
    DATE,
    DURATION,
    FLOAT,
    INT,
    JSON,
    NULL,
    STR,
    TIMESTAMP,
    UNKNOWN,
    Field,
    ListType,
    OptionalType,
    RecordType,
)

N = 60
PLACE = Draw(stream(3, "d", "c"), number_keys(0, N))


def site(locale: str, provider: str, arguments: dict[str, Any] | None = None) -> CallSite:
    given = {"locale": locale, "provider": provider, "arguments": arguments}
    return CallSite({n: Argument(STR, Constant(v)) for n, v in given.items()})


def problems(locale: str, provider: str, **arguments: Any) -> list[tuple[str, str | None]]:
    assert OPERATOR.check is not None
    return [(p.code, p.argument) for p in OPERATOR.check(site(locale, provider, arguments))]


# --- the catalogue -----------------------------------------------------------------------------------


SHIPPED, INSTALLED = shipped(), Installed(version("faker"))


def test_the_faker_that_is_installed_answers() -> None:
    assert catalogue.offers().version == version("faker")
    assert offers_of(SHIPPED.version) is SHIPPED
    assert offers_of("39.0.0") == Installed("39.0.0")


@pytest.mark.parametrize("locale", ["en_US", "ja_JP", "es_CL"])
def test_the_catalogue_names_what_faker_offers(locale: str) -> None:
    assert catalogue.provider_names(locale) == sorted({*offered(locale), "person"})


@pytest.mark.parametrize(
    "name", ["name", "words", "profile", "null_boolean", "binary", "date_of_birth", "local_latlng", "nothing"]
)
def test_entries_are_what_faker_gives(name: str) -> None:
    assert catalogue.provider_entry("en_US", name) == INSTALLED.entry("en_US", name)


def test_there_are_all_locales() -> None:
    from faker.config import AVAILABLE_LOCALES

    assert catalogue.locale_names() == sorted(AVAILABLE_LOCALES)


@pytest.mark.parametrize("offers", [SHIPPED, INSTALLED], ids=["shipped", "installed"])
def test_both_catalogues_answer(offers: Offers) -> None:
    assert {"en_US", "de_DE", "ja_JP"} < set(offers.locales())
    assert {"name", "address", "ssn"} < set(offers.names("en_US"))
    assert "zipcode_plus4" not in offers.names("de_DE")
    assert offers.entry("en_US", "name") == Entry((), STR)
    found = offers.entry("de_DE", "random_int")
    assert found is not None
    assert [p.name for p in found.parameters] == ["min", "max", "step"]
    assert found.result == INT
    refused = offers.entry("en_US", "binary")
    assert refused is not None
    assert refused.refusal == "It gives bytes."
    for locale, name in [("en_US", "nmae"), ("de_DE", "zipcode_plus4"), ("en_US", "__class__"), ("xx_XX", "name")]:
        assert offers.entry(locale, name) is None
    assert offers.names("xx_XX") == []


@pytest.mark.parametrize("asked", [SHIPPED.version, "0.0.0"])
def test_checks_do_not_depend_on_which_catalogue_answers(asked: str) -> None:
    code = (
        "import sys\n"
        "from synthdsl.ops.people import catalogue\n"
        "from synthdsl.ops.people.offers import offers_of\n"
        f"catalogue.offers = lambda: offers_of({asked!r})\n"
        "assert catalogue.provider_parameters('de-DE', 'random_int') == ('min', 'max', 'step')\n"
        "assert catalogue.locale_problem('de_AT') is None and catalogue.locale_problem('de_XX').notes\n"
        "assert catalogue.provider_problem('de_DE', 'nmae').notes == (\"Did you mean 'name'?\",)\n"
        "print([m for m in ('faker', 'numpy') if m in sys.modules])"
    )
    loaded = subprocess.check_output([sys.executable, "-c", code], text=True).strip()
    assert loaded == ("[]" if asked == SHIPPED.version else "['faker', 'numpy']")


def test_an_entry_survives_its_file() -> None:
    record = RecordType((Field("a", ListType(OptionalType(INT))), Field("b", STR)))
    for found in (
        Entry((), record),
        Entry((Taken("nb", "int", True), Taken("*more", "any", False)), JSON, "It gives bytes."),
    ):
        assert read_entry(pack_entry(found)) == found


# --- checks ------------------------------------------------------------------------------------------


def test_what_is_right_has_no_problems() -> None:
    assert problems("en_US", "name") == []
    assert problems("pt-BR", "cpf") == []
    assert problems("en_US", "random_int", min=1, max=5) == []
    assert problems("en_US", "date_of_birth", minimum_age=18, tzinfo=None) == []
    assert problems("en_US", "person", gender="female") == []


@pytest.mark.parametrize(
    ("locale", "provider", "arguments", "found"),
    [
        ("xx_YY", "name", {}, ("E0227", "locale")),
        ("en_US", "nmae", {}, ("E0226", "provider")),
        ("de_DE", "zipcode_plus4", {}, ("E0226", "provider")),
        ("en_US", "binary", {}, ("E0226", "provider")),
        ("en_US", "__class__", {}, ("E0226", "provider")),
        ("en_US", "random_int", {"maximum": 5}, ("E0207", "arguments")),
        ("en_US", "random_int", {"min": "1"}, ("E0301", "arguments")),
        ("en_US", "random_int", {"min": True}, ("E0301", "arguments")),
        ("pl_PL", "pesel_compute_check_digit", {}, ("E0208", "arguments")),
        ("en_US", "person", {"gender": "femal"}, ("E0309", "arguments")),
    ],
)
def test_what_is_wrong_is_found(locale: str, provider: str, arguments: dict[str, Any], found: tuple[str, str]) -> None:
    assert problems(locale, provider, **arguments) == [found]


def test_problems_offer_a_way_out() -> None:
    assert OPERATOR.check is not None
    notes = {
        (loc, name, tuple(args)): [n for p in OPERATOR.check(site(loc, name, args)) for n in p.notes]
        for loc, name, args in [
            ("en_UK", "name", {}),
            ("en_US", "adress", {}),
            ("de_DE", "cpf", {}),
            ("en_US", "random_int", {"mx": 1}),
            ("en_US", "binary", {}),
        ]
    }
    unknown, *others = notes.values()
    assert re.fullmatch(r"Did you mean 'en_\w\w'\?", *unknown)
    assert others == [
        ["Did you mean 'address'?"],
        ["The provider is there for pt_BR."],
        ["Did you mean 'max'?"],
        ["It gives bytes."],
    ]


# --- types -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("provider", "arguments", "type_"),
    [
        ("name", {}, "str"),
        ("random_int", {"max": 3}, "int"),
        ("pyfloat", {}, "float"),
        ("boolean", {}, "bool"),
        ("null_boolean", {}, "bool?"),
        ("date_of_birth", {}, "date"),
        ("date_time", {}, "timestamp"),
        ("time_delta", {}, "duration"),
        ("words", {"nb": 2}, "list[str]"),
        ("latlng", {}, "list[float]"),
        ("random_element", {"elements": [1, 2]}, "int"),
        ("random_element", {"elements": {"a": 1, "b": 2}}, "str"),
        ("random_elements", {"elements": [1, 2.5]}, "list[float]"),
        ("profile", {"fields": ["name", "birthdate"]}, "{ name: str, birthdate: date }"),
        ("pydict", {}, "json"),
    ],
)
def test_a_column_has_its_type(provider: str, arguments: dict[str, Any], type_: str) -> None:
    found = result_type("en_US", provider, arguments)
    assert spell(found) == type_
    assert OPERATOR.result is not None
    assert OPERATOR.result(site("en_US", provider, arguments), JSON) == found
    for value in to_list(fake(PLACE, "en_US", provider, arguments), N):
        assert fits(value, found) is None


def check_types(locale: str, names: list[str]) -> None:
    for name in names:
        known = catalogue.provider_entry(locale, name)
        assert known is not None
        if known.refusal or any(p.required for p in known.parameters):
            continue
        try:
            values = to_list(fake(PLACE, locale, name, {}), N)
        except Undefined as reason:
            assert "xmltodict" in str(reason) or "zone" in str(reason), name
            continue
        wrong = [v for v in values if fits(v, known.result) is not None]
        assert not wrong, (name, known.result, wrong[:2])


def test_columns_have_the_types_of_the_catalogue() -> None:
    check_types("en_US", catalogue.provider_names("en_US")[::4])


@pytest.mark.slow
@pytest.mark.parametrize("locale", ["en_US", "ja_JP", "de_AT", "fr_FR", "th_TH", "es_CO", "ru_RU"])
def test_all_columns_have_the_types_of_the_catalogue(locale: str) -> None:
    check_types(locale, catalogue.provider_names(locale))


def test_values_of_faker_become_values_of_the_language() -> None:
    from decimal import Decimal

    offset = datetime.timezone(datetime.timedelta(hours=2))
    moment = datetime.datetime(2024, 5, 1, 12, tzinfo=offset)
    assert plain((Decimal("1.5"), {"b", "a"}, datetime.time(1, 2))) == [1.5, ["a", "b"], "01:02:00"]
    assert plain(moment) == datetime.datetime(2024, 5, 1, 10)
    for wrong in (b"x", object(), 2**63):
        with pytest.raises(Refused):
            plain(wrong)


def test_types_have_types_in_common() -> None:
    assert type_of([1, 2.5, None]) == OptionalType(FLOAT)
    assert type_of([1, "a"]) == STR
    assert type_of([True, datetime.date(2025, 1, 1)]) == JSON
    assert type_of([[1], []]) == ListType(INT)
    assert common(NULL, OptionalType(BOOL)) == OptionalType(BOOL)
    assert common(DATE, TIMESTAMP) == JSON
    assert type_of([{"a": 1}, {"a": None}]) == RecordType((Field("a", OptionalType(INT)),))


@pytest.mark.parametrize(
    ("type_", "value"), [(INT, "x"), (DATE, 3), (STR, None), (DURATION, 1.5), (ListType(STR), "ab")]
)
def test_a_value_of_another_type_is_undefined(type_: Any, value: Any) -> None:
    with pytest.raises(Undefined):
        fitting(type_)(value)


def test_what_faker_refuses_is_undefined_with_its_row() -> None:
    with pytest.raises(Undefined, match=r"^faker\(\"en_US\"\)\.random_int\(\) gives no value: empty range") as caught:
        fake(PLACE, "en_US", "random_int", {"min": 5, "max": 1})
    assert caught.value.at == 0
    with pytest.raises(Undefined, match="has no provider 'nothing'"):
        fake(PLACE, "en_US", "nothing", {})
    with pytest.raises(Undefined, match="has no locale 'xx_XX'"):
        fake(PLACE, "xx_XX", "name", {})
    assert result_type("en_US", "nothing", {}) == UNKNOWN


def test_arguments_may_come_as_a_record() -> None:
    assert OPERATOR.kernel is not None
    given = Records({"min": Constant(4), "max": Constant(4)})
    found = OPERATOR.kernel(PLACE, Constant("en_US"), Constant("random_int"), given)
    assert to_list(found, N) == [4] * N


# --- persons -----------------------------------------------------------------------------------------


def people(locale: str, n: int = 400, gender: str | None = None) -> list[dict[str, str]]:
    draw = Draw(stream(5, "d", "p"), number_keys(0, n))
    return to_list(fake(draw, locale, "person", {"gender": gender} if gender else {}), n)


@pytest.mark.parametrize(
    "locale", ["en_US", "de_DE", "fr_FR", "ja_JP", "zh_CN", "ar_SA", "ru_RU", "es_ES", "hu_HU", "is_IS"]
)
def test_the_parts_of_a_person_fit(locale: str) -> None:
    slug = slugs(locale)
    found = people(locale)
    for one in found:
        assert fits(one, PERSON) is None
        assert one["first_name"] in one["name"]
        assert one["last_name"] in one["name"]
        assert one["user_name"] == one["email"].split("@")[0]
        assert re.fullmatch(r"[a-z0-9._]+@example\.(com|org|net)", one["email"])
        first, last = slug(one["first_name"]), slug(one["last_name"])
        assert first in one["user_name"] or (first[0] in one["user_name"] and last in one["user_name"])
    genders = Counter(one["gender"] for one in found)
    assert abs(genders["female"] - genders["male"]) < 100
    assert len({one["email"] for one in found}) > 350


def test_names_are_of_the_gender() -> None:
    from faker.providers.person.en_US import Provider as American

    for one in people("en_US"):
        names = American.first_names_female if one["gender"] == "female" else American.first_names_male
        assert one["first_name"] in names
        assert one["name"] == f"{one['first_name']} {one['last_name']}"
    assert {one["gender"] for one in people("en_US", gender="female")} == {"female"}
    russian = {one["gender"]: one["last_name"] for one in people("ru_RU")}
    assert russian["female"].endswith("а") or russian["female"].endswith("я")


def test_names_are_in_the_order_of_the_locale() -> None:
    for one in people("ja_JP", 50):
        assert one["name"] == f"{one['last_name']} {one['first_name']}"
    for one in people("zh_CN", 50):
        assert one["name"] == one["last_name"] + one["first_name"]


def test_japanese_names_are_spelled_as_they_are_read() -> None:
    assert slugs("ja_JP")("田中") == "tanaka"
    assert slugs("de_DE")("Müller-Lüdenscheidt") == "muellerluedenscheidt"
    assert slugs("fr_FR")("Élodie") == "elodie"
    assert slugs("en_US")("O'Neill") == "oneill"
    assert all(unicodedata.name(c) for c in slugs("ru_RU")("Щербакова"))


def test_patterns_are_read() -> None:
    has = {"first_name_male", "last_name", "first_name"}.__contains__
    found = pattern_of("{{last_name}}, {{first_name}} {{first_name_male}}", "male", has)
    assert found is not None
    assert found.pieces == (("last_name",), ", ", ("first_name_male",), " ", ("first_name_male",))
    assert (found.first, found.last) == ((2, 5), (0, 1))
    for unfit in ("{{prefix}} {{first_name}} {{last_name}}", "{{first_name_female}} {{last_name}}", "{{first_name}}"):
        assert pattern_of(unfit, "male", has) is None
    assert pattern_of("{{first_name}} {{last_name}} {{first_name}}", "male", has) is None
    assert len(customs_of("de_DE", "female").patterns) >= 1


def test_persons_do_not_depend_on_the_batch() -> None:
    whole = to_list(fake(PLACE, "de_DE", "person", {}), N)
    part = PLACE.at(np.arange(20, 47))
    assert to_list(fake(part, "de_DE", "person", {}), 27) == whole[20:47]


def test_the_shipped_file_is_where_it_is_looked_for() -> None:
    assert FILE.stat().st_size < 200_000
