"""The providers of Faker: which locales there are, what each offers, with which parameters and results.

Answers are of the Faker that is installed: from `providers.json` where that was made from the same version, so that a
check loads no Faker, else from Faker itself. The file is made by `python -m synthdsl.ops.people.catalogue`; an old
one costs time and nothing else.
"""

from __future__ import annotations

import json
from functools import cache

from synthdsl.base.suggest import did_you_mean, nearest
from synthdsl.ops.contract import Problem
from synthdsl.ops.people.entries import Entry, Taken
from synthdsl.ops.people.offers import FILE, Offers, offers_of, shipped
from synthdsl.ops.people.person import PERSON
from synthdsl.types.terms import UNKNOWN, Type

_PERSON = Entry((Taken("gender", "str", False),), PERSON)
"""`person` is no provider of Faker's: see `person.py`."""


@cache
def offers() -> Offers:
    """What the installed Faker offers."""
    from importlib.metadata import version

    return offers_of(version("faker"))


def locale_names() -> list[str]:
    """Every locale."""
    return offers().locales()


def normal_locale(locale: str) -> str:
    """The locale as Faker spells it: `en_US` for `en-US`."""
    return locale.replace("-", "_")


def locale_problem(locale: str) -> Problem | None:
    """What is wrong with a locale, None when nothing is."""
    name = normal_locale(locale)
    if name in locale_names():
        return None
    notes = did_you_mean(name, locale_names())
    language = [n for n in locale_names() if n.split("_")[0] == name.split("_")[0].lower()]
    if language and not notes:
        notes = (f"Locales of this language: {', '.join(language)}.",)
    return Problem("E0227", f"Faker has no locale '{locale}'.", "locale", notes)


def provider_names(locale: str) -> list[str]:
    """The providers of a locale, sorted, `person` among them; empty for an unknown locale."""
    found = offers().names(normal_locale(locale))
    return sorted({*found, "person"}) if found else []


def provider_entry(locale: str, name: str) -> Entry | None:
    """What is known of a provider; None when the locale has none of that name."""
    return _PERSON if name == "person" else _entry(normal_locale(locale), name)


@cache
def _entry(locale: str, name: str) -> Entry | None:
    return offers().entry(locale, name)


def provider_problem(locale: str, name: str) -> Problem | None:
    """What is wrong with a provider's name, None when nothing is."""
    entry = provider_entry(locale, name)
    if entry is None:
        names = provider_names(locale)
        notes = did_you_mean(name, names) or tuple(_elsewhere(name))
        return Problem("E0226", f"Faker has no provider '{name}' for the locale '{locale}'.", "provider", notes)
    if entry.refusal:
        message = f"The provider '{name}' gives nothing that a column can hold."
        return Problem("E0226", message, "provider", (entry.refusal,))
    return None


def _elsewhere(name: str) -> list[str]:
    """A note that names locales which do have the provider; asking a Faker for all of them would take too long."""
    having = [locale for locale, own in shipped().own.items() if own.get(name) is not None]
    return [f"The provider is there for {', '.join(having[:5])}."] if having else []


def provider_type(locale: str, name: str) -> Type:
    """The type of a provider's column when it is called without arguments; unknown where there is none."""
    entry = provider_entry(locale, name)
    return UNKNOWN if entry is None or entry.refusal else entry.result


def provider_parameters(locale: str, name: str) -> tuple[str, ...]:
    """The names of a provider's parameters in their order; empty for an unknown provider."""
    entry = provider_entry(locale, name)
    return tuple(p.name for p in entry.parameters if not p.name.startswith("*")) if entry else ()


def nearest_parameter(entry: Entry, name: str) -> tuple[str, ...]:
    """A note with the parameter nearest to a name, or with all of them."""
    known = [p.name for p in entry.parameters if not p.name.startswith("*")]
    if nearest(name, known):
        return did_you_mean(name, known)
    return (f"It takes {', '.join(known)}.",) if known else ("It takes no arguments.",)


def write() -> None:
    """Make the catalogue anew from the Faker that is installed."""
    from synthdsl.ops.people.gather import gather

    text = json.dumps(gather(), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    FILE.write_text(text.replace('],"', '],\n"').replace('},"', '},\n"') + "\n", "utf-8")


if __name__ == "__main__":
    write()
