"""What Faker offers, asked of one of two: the shipped catalogue of one version, or the Faker that is installed.

Both give the same answers for the same version. The shipped one is a file and loads no Faker; the installed one takes
about 0.3 s for the first question (2 cores shared with other work, Faker 40.63) and is right for every version.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Protocol

from synthdsl.ops.people.entries import Entry, read_entry

FILE = Path(__file__).with_name("providers.json")


class Offers(Protocol):
    """The locales of a Faker and their providers. Locales are spelled as Faker does: `en_US`."""

    @property
    def version(self) -> str:
        """Of the Faker that answers."""

    def locales(self) -> list[str]:
        """All locales, sorted."""

    def names(self, locale: str) -> list[str]:
        """The providers of a locale, sorted; empty for an unknown locale."""

    def entry(self, locale: str, name: str) -> Entry | None:
        """What is known of a provider; None when the locale has none of that name."""


def offers_of(version: str) -> Offers:
    """What the installed Faker offers, when it is of this version."""
    return shipped() if shipped().version == version else Installed(version)


@cache
def shipped() -> Shipped:
    """The catalogue in `providers.json`."""
    found = json.loads(FILE.read_text("utf-8"))
    return Shipped(str(found["faker"]), found["shared"], found["locales"])


@dataclass(frozen=True, slots=True, eq=False)
class Shipped:
    """shared: packed entries that most locales have. own: for each locale what it adds, changes, or lacks (None)."""

    version: str
    shared: dict[str, Any]
    own: dict[str, dict[str, Any]]

    def locales(self) -> list[str]:
        """As in `Offers`."""
        return sorted(self.own)

    def names(self, locale: str) -> list[str]:
        """As in `Offers`."""
        own = self.own.get(locale)
        return [] if own is None else sorted({*self.shared, *own} - {n for n, packed in own.items() if packed is None})

    def entry(self, locale: str, name: str) -> Entry | None:
        """As in `Offers`."""
        own = self.own.get(locale)
        if own is None:
            return None
        packed = own[name] if name in own else self.shared.get(name)
        return None if packed is None else read_entry(packed)


@dataclass(frozen=True, slots=True)
class Installed:
    """The Faker that is installed."""

    version: str

    def locales(self) -> list[str]:
        """As in `Offers`."""
        from faker.config import AVAILABLE_LOCALES

        return sorted(AVAILABLE_LOCALES)

    def names(self, locale: str) -> list[str]:
        """As in `Offers`."""
        from synthdsl.ops.people.gather import offered

        return sorted(offered(locale)) if locale in self.locales() else []

    def entry(self, locale: str, name: str) -> Entry | None:
        """As in `Offers`."""
        from synthdsl.ops.people.gather import entry

        if locale not in self.locales():
            return None
        try:
            return entry(locale, name)
        except KeyError:
            return None
