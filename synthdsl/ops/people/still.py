"""Faker's providers with a clock that stands still and no source of chance but the generator's.

Some of Faker's functions ask for the present time (`date_of_birth`, `date_this_year`, many identity numbers), some
draw from Python's own `random` instead of the generator's. Both would make data depend on the day or the process.
Nothing of Faker is changed for others: classes that are concerned are built once more, with the same code and
class attributes, but with global names of their own in which `datetime`, `date` and `random` are the ones below.
"""

from __future__ import annotations

import datetime
import logging
import random
import sys
import time
import warnings
from collections.abc import Callable
from functools import cache
from types import CellType, CodeType, FunctionType
from typing import TYPE_CHECKING, Any

from synthdsl.ops.contract import Undefined
from synthdsl.ops.people.clock import DATE, DATETIME, DATETIMES, NOW, TIMES, StandingModule
from synthdsl.ops.people.keyed import KeyedRandom

if TYPE_CHECKING:
    from faker.generator import Generator


UNORDERED = frozenset({("faker.providers.address.it_IT", "cities")})
"""Lists that Faker makes from sets, as (module, attribute): their order differs from process to process."""


class _Source:
    """Stands for the module `random`: its functions are those of the generator's source of randomness."""

    def __init__(self, generator: Generator) -> None:
        self.generator = generator

    def Random(self, seed: Any = None) -> random.Random:  # noqa: N802 (the name in `random`)
        return self.generator.random

    def __getattr__(self, name: str) -> Any:
        return getattr(self.generator.random, name)


_CLOCKS = (DATETIMES, DATETIME, DATE, TIMES)


def _silent(*values: Any, **options: Any) -> None:
    """A provider has nothing to say but its value."""


_PROCESS = random.randint.__self__  # type: ignore[attr-defined]
"""The one source of randomness whose methods the functions of `random` are."""

_WARNINGS = StandingModule(warnings, warn=_silent)
_LOGGER = logging.Logger("faker", logging.CRITICAL + 1)


@cache
def still_generator(locale: str) -> Generator:
    """Faker's generator for a locale, independent of clock and process; its `random` is a `KeyedRandom`.

    Raises `Undefined` for a locale that the installed Faker lacks.
    """
    from faker.factory import Factory

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # locales under an old name
        try:
            generator = Factory.create(locale)
        except AttributeError as error:
            raise Undefined(f"The installed Faker has no locale '{locale}'.", 0, "E0227") from error
    generator._is_seeded = True  # some functions take the system's entropy otherwise
    generator.random = KeyedRandom()
    rebuild = _Rebuild(generator)
    for at, provider in enumerate(generator.providers):
        still = rebuild.still_class(type(provider))
        if still is type(provider):
            continue
        replaced = still(generator)
        generator.providers[at] = replaced
        vars(replaced).update({k: v for k, v in vars(provider).items() if k != "generator"})
        for name in dir(provider):
            if not name.startswith("_") and _same(getattr(generator, name, None), getattr(provider, name)):
                generator.set_formatter(name, getattr(replaced, name))
    return generator


def _same(a: Any, b: Any) -> bool:
    """Whether two attributes are the same method."""
    return callable(a) and a == b


class _Rebuild:
    """Builds classes and functions of Faker once more for one generator."""

    def __init__(self, generator: Generator) -> None:
        self.source = _Source(generator)
        self.modules: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {}
        self.classes: dict[type, type] = {}

    def still_class(self, cls: type) -> type:
        """The class itself where it needs no other clock or chance, else its double."""
        if not cls.__module__.startswith("faker.providers."):
            return cls
        if cls not in self.classes:
            self.classes[cls] = cls
            bases = tuple(self.still_class(b) for b in cls.__bases__)
            if bases != cls.__bases__ or self.is_concerned(cls.__module__):
                self.classes[cls] = self.double(cls, bases)
        return self.classes[cls]

    def is_concerned(self, module: str) -> bool:
        """Whether a module of Faker knows a clock or a source of chance of its own, or a list in no order."""
        if any(place == module for place, _ in UNORDERED):
            return True
        return any(self.substitute(v) is not None for v in vars(sys.modules[module]).values())

    def substitute(self, value: Any) -> Any:
        """What stands for a clock or a source of chance; None for anything else."""
        if value is datetime:
            return DATETIMES
        if value is datetime.datetime:
            return DATETIME
        if value is datetime.date:
            return DATE
        if value is time:
            return TIMES
        if value is warnings:
            return _WARNINGS
        if isinstance(value, logging.Logger):
            return _LOGGER
        if value is random:
            return self.source
        if getattr(value, "__self__", None) is _PROCESS:
            return self.function_of_random(value.__name__)
        return None

    def function_of_random(self, name: str) -> Callable[..., Any]:
        """What stands for a function imported from `random`."""
        return lambda *args, **kwargs: getattr(self.source, name)(*args, **kwargs)

    def double(self, cls: type, bases: tuple[type, ...]) -> type:
        cell = CellType()
        attributes: dict[str, Any] = {}
        for name, value in vars(cls).items():
            if name not in ("__dict__", "__weakref__"):
                attributes[name] = self.attribute(value, cell)
            if (cls.__module__, name) in UNORDERED:
                attributes[name] = sorted(value)
        if "_rand_seconds" in attributes:
            attributes["_rand_seconds"] = _seconds_between  # Faker has another one for Windows
        double = type(cls.__name__, bases, attributes)
        cell.cell_contents = double
        for names in self.names_of(cls.__module__):
            names[cls.__name__] = double
        return double

    def attribute(self, value: Any, cell: CellType) -> Any:
        if isinstance(value, FunctionType):
            return self.function(value, cell)
        if isinstance(value, classmethod):
            return classmethod(self.function(value.__func__, cell))
        if isinstance(value, staticmethod):
            return staticmethod(self.function(value.__func__, cell))
        if isinstance(value, property) and isinstance(value.fget, FunctionType):
            return property(self.function(value.fget, cell))
        return value

    def names_of(self, module: str) -> tuple[dict[str, Any], dict[str, Any]]:
        """The global names of a module's doubles: for functions that ask for the time, and for the others.

        The second keep Python's own `datetime`, which is quicker.
        """
        if module not in self.modules:
            original = vars(sys.modules[module])
            asking, other = self.modules[module] = dict(original), dict(original)
            for name, value in original.items():
                substitute = self.substitute(value)
                if substitute is not None:
                    asking[name] = substitute
                    other[name] = value if substitute in _CLOCKS else substitute
                elif isinstance(value, FunctionType) and value.__module__.startswith("faker.providers."):
                    asking[name] = other[name] = self.function(value, None)
        return self.modules[module]

    def function(self, function: Callable[..., Any], cell: CellType | None) -> Any:
        """The same code with other global names; `cell` is the class for `super()`."""
        if not isinstance(function, FunctionType) or not function.__module__.startswith("faker."):
            return function
        closure = None
        if function.__closure__:
            held = zip(function.__code__.co_freevars, function.__closure__, strict=True)
            closure = tuple(self.cell(name, old, cell) for name, old in held)
        names = function.__globals__
        if names["__name__"].startswith("faker.providers."):
            asking, other = self.names_of(names["__name__"])
            names = asking if _asks(function.__code__) else other
        double = FunctionType(function.__code__, names, function.__name__, _defaults(function), closure)
        double.__kwdefaults__ = function.__kwdefaults__
        double.__dict__.update(vars(function))
        if "__wrapped__" in vars(function) and closure:
            wrapped = [c.cell_contents for c in closure if isinstance(c.cell_contents, FunctionType)]
            double.__dict__["__wrapped__"] = wrapped[0] if wrapped else function.__wrapped__  # type: ignore[attr-defined]
        double.__module__ = function.__module__
        double.__annotations__ = function.__annotations__
        return double

    def cell(self, name: str, old: CellType, cell: CellType | None) -> CellType:
        if name == "__class__" and cell is not None:
            return cell
        if isinstance(old.cell_contents, FunctionType):
            return CellType(self.function(old.cell_contents, cell))
        return old


_CLOCK = frozenset(("now", "utcnow", "today", "fromtimestamp", "time", "localtime", "gmtime"))


def _asks(code: CodeType) -> bool:
    """Whether a function, or one inside it, names something that reads the clock or the local time zone."""
    return not _CLOCK.isdisjoint(code.co_names) or any(isinstance(c, CodeType) and _asks(c) for c in code.co_consts)


def _seconds_between(self: Any, start_datetime: int, end_datetime: int) -> float:
    """A moment between two, in seconds, as Faker draws it on all systems but one."""
    if start_datetime > end_datetime:
        raise ValueError("the start of the range is after its end")
    seconds: float = self.generator.random.uniform(start_datetime, end_datetime)
    return seconds


def _defaults(function: FunctionType) -> tuple[Any, ...] | None:
    """Default values; a day after `NOW` among them can only be the day on which Faker was imported."""
    if not function.__defaults__:
        return None
    return tuple(
        NOW.date() if isinstance(d, datetime.date) and not isinstance(d, datetime.datetime) and d > NOW.date() else d
        for d in function.__defaults__
    )
