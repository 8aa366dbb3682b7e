"""Faker asked for all it offers: the maker of `providers.json`, run by `python -m synthdsl.ops.people.catalogue`.

The type of a provider's result is found by calling it for a number of rows and joining the types of what it gives;
where it cannot be called without arguments, by its annotation.
"""

from __future__ import annotations

import inspect
import typing
import warnings
from collections import Counter
from collections.abc import Callable
from functools import reduce
from typing import Any

from synthdsl.dataset.address import Draw, number_keys, stream
from synthdsl.ops.people.convert import Refused, common, plain, type_of_one
from synthdsl.ops.people.entries import Entry, Taken, pack_entry
from synthdsl.ops.people.keyed import row_by_row
from synthdsl.ops.people.still import still_generator
from synthdsl.types.terms import (
    BOOL,
    DATE,
    DURATION,
    FLOAT,
    INT,
    JSON,
    NEVER,
    NULL,
    STR,
    TIMESTAMP,
    ListType,
    NeverType,
    Type,
)

SAMPLES = 60


def offered(locale: str) -> dict[str, Callable[..., Any]]:
    """The providers of a locale, by name."""
    generator = still_generator(locale)
    names = {n for p in generator.get_providers() for n in dir(p) if not n.startswith("_")}
    found = {n: getattr(generator, n, None) for n in sorted(names)}
    return {n: f for n, f in found.items() if callable(f) and not isinstance(f, type)}


def entry(locale: str, name: str) -> Entry:
    """What there is to know of one provider. Raises KeyError when the locale has none of that name."""
    return _entry(locale, name, offered(locale)[name])


def _entry(locale: str, name: str, method: Callable[..., Any]) -> Entry:
    hints = _hints(method)
    parameters = tuple(_taken(p, hints) for p in inspect.signature(method).parameters.values())
    annotated, refusal = _annotated(hints.get("return")), _refusal(name, hints)
    if refusal or any(p.required for p in parameters):
        return Entry(parameters, annotated, refusal)
    draw = Draw(stream(0, locale, name), number_keys(0, SAMPLES))
    failures: list[Exception] = []

    def sample() -> Any:
        try:
            return type_of_one(plain(method()))
        except Exception as error:  # Faker raises whatever it likes, often for a package that is not there
            failures.append(error)
            return NEVER

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found: Type = reduce(common, row_by_row(draw, still_generator(locale).random, sample))
    if found == NULL:
        return Entry(parameters, JSON, "It gives nothing for this locale.")
    if len(failures) < draw.n:
        return Entry(parameters, _settled(found))
    if isinstance(failures[0], Refused):
        return Entry(parameters, JSON, f"It gives {failures[0]}.")
    return Entry(parameters, annotated, "" if parameters else f"It cannot be called: {_first_line(failures[0])}")


_OF_CLASSES = frozenset(("enum", "pyobject"))


def _refusal(name: str, hints: dict[str, Any]) -> str:
    if hints.get("return") is bytes:
        return "It gives bytes."
    return "It takes a Python class." if name in _OF_CLASSES else ""


def _first_line(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0]


def _settled(found: Type) -> Type:
    """The type found in samples; lists that were always empty may hold anything."""
    match found:
        case NeverType():
            return JSON
        case ListType(item):
            return ListType(_settled(item))
        case _:
            return found


def _hints(method: Callable[..., Any]) -> dict[str, Any]:
    try:
        return typing.get_type_hints(method)
    except (NameError, TypeError):
        return {}


_PLAIN: dict[Any, str] = {int: "int", float: "float", str: "str", bool: "bool"}


def _taken(parameter: inspect.Parameter, hints: dict[str, Any]) -> Taken:
    if parameter.kind in (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD):
        return Taken("*" + parameter.name, "any", False)
    kind = "any"
    hint = hints.get(parameter.name)
    options = [o for o in typing.get_args(hint) or (hint,) if o is not type(None)]
    if len(options) == 1 and (typing.get_origin(hint) is typing.Union or not typing.get_args(hint)):
        kind = _PLAIN.get(options[0], "any")
    return Taken(parameter.name, kind, parameter.default is inspect.Parameter.empty)


def _annotated(hint: Any) -> Type:
    import datetime

    by_class: dict[Any, Type] = {
        str: STR,
        int: INT,
        float: FLOAT,
        bool: BOOL,
        datetime.date: DATE,
        datetime.datetime: TIMESTAMP,
        datetime.timedelta: DURATION,
    }
    if typing.get_origin(hint) is list:
        return ListType(_annotated(typing.get_args(hint)[0]))
    return by_class.get(hint, JSON) if isinstance(hint, type) else JSON


def gather() -> dict[str, Any]:
    """The whole catalogue: entries that most locales share, and for each locale what it adds, changes or lacks."""
    import faker
    from faker.config import AVAILABLE_LOCALES

    entries = {locale: _locale_entries(locale) for locale in AVAILABLE_LOCALES}
    names = sorted({n for found in entries.values() for n in found})
    shared: dict[str, Any] = {}
    for name in names:
        times = Counter(repr(found[name]) for found in entries.values() if name in found)
        most, count = sorted(times.items(), key=lambda t: (-t[1], t[0]))[0]
        if count > len(entries) // 2:
            shared[name] = next(f[name] for f in entries.values() if name in f and repr(f[name]) == most)
    own = {
        locale: {
            **{n: e for n, e in sorted(found.items()) if shared.get(n) != e},
            **{n: None for n in shared if n not in found},
        }
        for locale, found in entries.items()
    }
    return {"faker": faker.VERSION, "shared": shared, "locales": own}


def _locale_entries(locale: str) -> dict[str, Any]:
    return {name: pack_entry(_entry(locale, name, method)) for name, method in offered(locale).items()}
