"""`faker("locale").person()`: a record whose parts belong to one person.

One draw decides the gender; first and last names are Faker's for that gender, put together as the locale does; the
user name is made of the name in ASCII letters, in one of the ways people make them, and the email address of the
user name and a domain that is kept for examples (RFC 2606), so that it reaches nobody.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from synthdsl.types.terms import STR, Field, LiteralType, RecordType

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from synthdsl.dataset.address import Draw
    from synthdsl.dataset.vector import Vector

    Objects = NDArray[np.object_]

GENDERS = ("female", "male")

PERSON = RecordType(
    (
        Field("name", STR),
        Field("first_name", STR),
        Field("last_name", STR),
        Field("gender", LiteralType(GENDERS)),
        Field("user_name", STR),
        Field("email", STR),
    ),
    "person",
)

USER_NAMES: tuple[tuple[Callable[[str, str, int], str], float], ...] = (
    (lambda first, last, number: f"{first}.{last}", 22),
    (lambda first, last, number: f"{first}{last}", 12),
    (lambda first, last, number: f"{first}_{last}", 8),
    (lambda first, last, number: f"{first[0]}{last}", 10),
    (lambda first, last, number: f"{first[0]}.{last}", 6),
    (lambda first, last, number: f"{last}.{first}", 6),
    (lambda first, last, number: f"{first}.{last}{number}", 12),
    (lambda first, last, number: f"{first}{last}{number}", 8),
    (lambda first, last, number: f"{first[0]}{last}{number}", 8),
    (lambda first, last, number: f"{first}{number}", 4),
    (lambda first, last, number: f"{first}{number:02d}", 4),
)
"""Ways to make a user name of names in ASCII letters and a number from 1 to 99, with weights."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """A way to put a name together. pieces: fixed text, and providers as one-item tuples.

    first, last: the positions of the pieces that are the first and the last name, from and up to (not included).
    """

    pieces: tuple[str | tuple[str], ...]
    first: tuple[int, int]
    last: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Customs:
    """How a locale names people of one gender: patterns with their weights."""

    patterns: tuple[Pattern, ...]
    weights: tuple[float, ...]


def person(draw: Draw, locale: str, gender: str | None = None) -> Vector:
    """A person a row; of the gender given, or of either with equal chance."""
    import numpy as np

    from synthdsl.dataset.vector import Coded, Constant, Records

    codes = np.full(draw.n, GENDERS.index(gender)) if gender else draw.below("gender").index(2)
    names = np.full((3, draw.n), "", dtype=object)
    for code, one in enumerate(GENDERS):
        rows = np.flatnonzero(codes == code)
        if len(rows):
            names[:, rows] = _names(draw.below(one).at(rows), locale, one)
    whole, first, last = names.tolist()
    users = _user_names(draw.below("user"), locale, first, last)
    domains = _texts(draw.below("domain"), locale, "safe_domain_name")
    return Records(
        {
            "name": whole,
            "first_name": first,
            "last_name": last,
            "gender": Constant(gender) if gender else Coded(codes, GENDERS),
            "user_name": users,
            "email": [f"{user}@{domain}" for user, domain in zip(users, domains, strict=True)],
        }
    )


def _names(draw: Draw, locale: str, gender: str) -> Objects:
    """Whole, first and last name of each row, object[3, n]."""
    import numpy as np

    from synthdsl.ops.people.columns import groups, pick

    customs = customs_of(locale, gender)
    names = np.full((3, draw.n), "", dtype=object)
    for at, rows in groups(pick(0, len(customs.patterns), customs.weights), draw):
        pattern = customs.patterns[at]
        inside = draw.below(at).at(rows)
        columns = [
            [piece] * len(rows) if isinstance(piece, str) else _texts(inside.below(i), locale, piece[0])
            for i, piece in enumerate(pattern.pieces)
        ]
        for part, pieces in enumerate((columns, columns[slice(*pattern.first)], columns[slice(*pattern.last)])):
            names[part, rows] = pieces[0] if len(pieces) == 1 else list(map("".join, zip(*pieces, strict=True)))
    return names


def _texts(draw: Draw, locale: str, provider: str) -> list[str]:
    from synthdsl.dataset.vector import to_list
    from synthdsl.ops.people.programs import fake_column, request

    return to_list(fake_column(draw, request(locale, provider, STR, {})), draw.n)


def _user_names(draw: Draw, locale: str, first: list[str], last: list[str]) -> list[str]:
    from synthdsl.ops.people.columns import pick

    ways = pick(0, len(USER_NAMES), [weight for _, weight in USER_NAMES]).codes(draw).tolist()
    numbers = (1 + draw.index(99, 1)).tolist()
    slug = slugs(locale)
    made = [way for way, _ in USER_NAMES]
    people = zip(ways, map(slug, first), map(slug, last), numbers, strict=True)
    return [made[way](f, s, number) for way, f, s, number in people]


@cache
def customs_of(locale: str, gender: str) -> Customs:
    """The patterns of a locale for a gender, from Faker's, without titles where there are any without."""
    from synthdsl.ops.people.still import still_generator

    generator = still_generator(locale)
    provider: Any = generator.provider("faker.providers.person")
    formats: Any = getattr(provider, f"formats_{gender}", None) or getattr(provider, "formats", ())
    weighted = formats.items() if isinstance(formats, dict) else [(f, 1.0) for f in formats]

    def has(name: str) -> bool:
        return callable(getattr(generator, name, None))

    found = [(pattern_of(text, gender, has), float(weight)) for text, weight in weighted]
    patterns = [(p, w) for p, w in found if p is not None] or [(_plain(gender), 1.0)]
    return Customs(tuple(p for p, _ in patterns), tuple(w for _, w in patterns))


def _plain(gender: str) -> Pattern:
    return Pattern(((f"first_name_{gender}",), " ", (f"last_name_{gender}",)), (0, 1), (2, 3))


_TOKEN = re.compile(r"\{\{\s*(\w+)\s*\}\}")
_ROLES = ("first_name", "last_name", "middle_name")


def pattern_of(text: str, gender: str, has: Callable[[str], bool]) -> Pattern | None:
    """A pattern of Faker's for a gender; None where it has titles, is of the other gender or lacks a name.

    has: whether the locale has a provider of that name.
    """
    pieces: list[str | tuple[str]] = []
    roles: list[str] = []
    for i, piece in enumerate(_TOKEN.split(text)):
        if i % 2 == 0:
            if piece:
                pieces.append(piece)
                roles.append("")
            continue
        role = next((r for r in _ROLES if piece in (r, f"{r}_{gender}")), None)
        if role is None:
            return None
        fitting = f"{role}_{gender}"
        pieces.append((fitting if has(fitting) else role,))
        roles.append(role)
    first, last = _span(roles, "first_name"), _span(roles, "last_name")
    if first is None or last is None:
        return None
    return Pattern(tuple(pieces), first, last)


def _span(roles: list[str], role: str) -> tuple[int, int] | None:
    """From where to where the pieces of one role go; None where there are none or others come between."""
    places = [i for i, r in enumerate(roles) if r == role]
    if not places:
        return None
    start, stop = places[0], places[-1] + 1
    return (start, stop) if set(roles[start:stop]) <= {role, ""} else None


@cache
def slugs(locale: str) -> Callable[[str], str]:
    """A function from a name to the ASCII letters it has in an address."""
    from synthdsl.ops.people.still import still_generator

    generator = still_generator(locale)
    internet: Any = generator.provider("faker.providers.internet")
    spelled = romanised(generator.provider("faker.providers.person"))
    known: dict[str, str] = {}

    def slug(name: str) -> str:
        found = known.get(name)
        if found is None:
            ascii_name = internet._to_ascii(spelled.get(name, name)).lower()
            found = known[name] = re.sub(r"[^a-z0-9]", "", ascii_name) or "x"
        return found

    return slug


def romanised(provider: Any) -> dict[str, str]:
    """How names are spelled in Latin letters, where Faker knows: lists of pairs (written, ..., in Latin letters)."""
    found: dict[str, str] = {}
    for attribute in sorted(a for a in dir(provider) if a.endswith("_pairs")):
        for pair in getattr(provider, attribute):
            if isinstance(pair, tuple) and all(isinstance(p, str) for p in pair) and pair[-1].isascii():
                found.setdefault(pair[0], pair[-1])
    return found
