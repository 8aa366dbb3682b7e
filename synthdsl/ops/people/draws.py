"""Faker's ways to draw as draws of the scope: choices, numbers, patterns, days.

They are known by the code of Faker's own functions, so that a locale's own version is read instead.
"""

from __future__ import annotations

import datetime
import re
import string
from collections import Counter, OrderedDict
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from synthdsl.ops.people import rewrite
from synthdsl.ops.people.clock import NOW
from synthdsl.ops.people.context import Context
from synthdsl.ops.people.drawn import Drawn, Unsupported, certain, drawn, is_term, over
from synthdsl.ops.people.scope import Scope


def random_method(scope: Scope, name: str, args: list[Any], kwargs: dict[str, Any]) -> Any:
    """`generator.random.name(...)`."""
    if name == "choice" and len(args) == 1:
        return choice(scope, args[0])
    arguments = certain([*args, *kwargs.values()])
    if name == "randint":
        low, high = arguments
        return scope.pick(range(low, high + 1))
    if name == "randrange" and not kwargs:
        return scope.pick(range(*arguments))
    if name == "choices" and set(kwargs) <= {"k", "weights"}:
        population, weights = _sequence(args[0]), kwargs.get("weights", args[1] if len(args) > 1 else None)
        return [scope.pick(population, weights) for _ in range(kwargs.get("k", 1))]
    raise Unsupported(f"random.{name}")


def choice(scope: Scope, elements: Any, weighted: bool = True) -> Any:
    """One of the elements; the keys of an ordered dict by the weights that are its values."""
    if isinstance(elements, Drawn):
        return over(lambda o: even_or_weighted(o, weighted), elements)
    return scope.own(even_or_weighted(elements, weighted))


def even_or_weighted(elements: Any, weighted: bool) -> Any:
    if is_term(elements):
        raise Unsupported("a choice from a nested draw")
    if isinstance(elements, dict):
        if not isinstance(elements, OrderedDict):
            raise Unsupported("a dict without weights")
        if not elements:
            raise Unsupported("a choice from nothing")
        return drawn(tuple(elements), tuple(elements.values()) if weighted else None)
    options = _sequence(elements)
    if not len(options):
        raise Unsupported("a choice from nothing")
    return drawn(options)


def _sequence(elements: Any) -> Sequence[Any]:
    if isinstance(elements, set | frozenset) or is_term(elements):
        raise Unsupported("elements in no order")
    return elements if isinstance(elements, range) else tuple(elements)


def _random_element(context: Context, _: Any, elements: Any = ("a", "b", "c")) -> Any:
    return choice(context.scope, elements)


def _random_elements(
    context: Context,
    _: Any,
    elements: Any = ("a", "b", "c"),
    length: Any = None,
    unique: bool = False,
    use_weighting: bool | None = None,
) -> list[Any]:
    if unique or is_term(elements):
        raise Unsupported("a choice without replacement")
    if length is None:
        length = context.scope.pick(range(1, len(elements) + 1))
    count = certain(length)
    one = even_or_weighted(elements, use_weighting is not False) if count else None
    return [context.scope.own(one) for _ in range(count)]


def _bothify(_: Context, __: Any, text: Any = "## ??", letters: str = string.ascii_letters) -> Any:
    return rewrite.lexify(rewrite.numerify(text), certain(letters))


def _date(context: Context, _: Any, pattern: str = "%Y-%m-%d", end_datetime: Any = None) -> Any:
    """A moment drawn evenly from 1970 to `NOW`, written by a pattern: by one of days only, an even draw of days."""
    if end_datetime is not None or not set(re.findall(r"%(.)", certain(pattern))) <= _OF_DAYS:
        raise Unsupported("a pattern with times")
    first = datetime.date(1970, 1, 1)
    days = Counter((first + datetime.timedelta(d)).strftime(pattern) for d in range((NOW.date() - first).days))
    return context.scope.pick(tuple(days), tuple(days.values()))


_OF_DAYS = frozenset("YymdjBbAaUWuwGV%")


def _to_ascii(_: Context, provider: Any, text: Any) -> Any:
    """Faker's transliteration: replacements of the locale, then a table by character."""
    if any(rewrite.may_stand_across(text, old) for old, _new in provider.replacements):
        raise Unsupported("a replacement across parts")
    return rewrite.by_character(provider._to_ascii, text)


@cache
def ways_to_draw() -> dict[Any, Callable[..., Any]]:
    """What Faker's own functions for drawing and filling patterns become, by their code."""
    from faker.providers import BaseProvider
    from faker.providers.date_time import Provider as DateTime
    from faker.providers.internet import Provider as Internet

    known: dict[Any, Callable[..., Any]] = {
        BaseProvider.random_element: _random_element,
        BaseProvider.random_elements: _random_elements,
        BaseProvider.random_choices: _random_elements,
        BaseProvider.numerify: lambda _, __, text="###": rewrite.numerify(text),
        BaseProvider.lexify: lambda _, __, text="????", letters=string.ascii_letters: rewrite.lexify(text, letters),
        BaseProvider.bothify: _bothify,
        BaseProvider.hexify: lambda _, __, text="^^^^", upper=False: rewrite.hexify(text, certain(upper)),
        Internet._to_ascii: _to_ascii,
        DateTime.date: _date,
    }
    return {function.__code__: meaning for function, meaning in known.items()}


@cache
def decorators_of_text() -> dict[Any, Callable[[Any], Any]]:
    """What Faker's decorators do to a text, by the code of the function they make."""
    from faker.utils import decorators

    def code(decorator: Any) -> Any:
        return decorator(str).__code__

    return {
        code(decorators.lowercase): lambda value: rewrite.changed_case("lower", value),
        code(decorators.slugify): lambda value: rewrite.slugified(value, False, False),
        code(decorators.slugify_domain): lambda value: rewrite.slugified(value, True, False),
        code(decorators.slugify_unicode): lambda value: rewrite.slugified(value, False, True),
    }
