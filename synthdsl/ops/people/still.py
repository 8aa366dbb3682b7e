"""Faker's providers with a clock that stands still and no source of chance but the generator's.

Some of Faker's functions ask for the present time (`date_of_birth`, `date_this_year`, many identity numbers), some
draw from Python's own `random` instead of the generator's. Both would make data depend on the day or the process.
Nothing of Faker is changed for others: classes that are concerned are built once more, with the same code and
class attributes, but with global names of their own in which `datetime`, `date` and `random` are the ones below.
"""

from __future__ import annotations

import datetime
import random
import sys
import time
from collections.abc import Callable
from functools import cache
from types import CellType, CodeType, FunctionType, ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from faker.generator import Generator

NOW = datetime.datetime(2025, 1, 1, 0, 0, 0)
"""The moment that is always "now" for Faker, UTC: what `date_this_year`, ages and "-30y" count from."""


class _Moment(datetime.datetime):
    """A time without offset that counts as UTC wherever the program runs."""

    def astimezone(self, tz: datetime.tzinfo | None = None) -> datetime.datetime:
        aware = self if self.tzinfo else self.replace(tzinfo=datetime.UTC)
        return datetime.datetime.astimezone(_plain(aware), tz or datetime.UTC)


def _plain(moment: datetime.datetime) -> datetime.datetime:
    return datetime.datetime.combine(moment.date(), moment.timetz())


class _StandingType:
    """Stands for the class `datetime` or `date`: the same in all but its clock."""

    def __init__(self, original: type) -> None:
        self.original = original

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self.original(*args, **kwargs)

    def __instancecheck__(self, value: object) -> bool:
        return isinstance(value, self.original)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.original, name)

    def now(self, tz: datetime.tzinfo | None = None) -> datetime.datetime:
        return _MOMENT if tz is None else NOW.replace(tzinfo=datetime.UTC).astimezone(tz)

    def utcnow(self) -> datetime.datetime:
        return NOW

    def today(self) -> datetime.date:
        return NOW.date() if self.original is datetime.date else NOW

    def fromtimestamp(self, timestamp: float, tz: datetime.tzinfo | None = None) -> datetime.date:
        if self.original is datetime.date:
            return datetime.datetime.fromtimestamp(timestamp, datetime.UTC).date()
        moment = datetime.datetime.fromtimestamp(timestamp, tz or datetime.UTC)
        return moment if tz else moment.replace(tzinfo=None)


class _StandingModule:
    """Stands for a module; names given here come first."""

    def __init__(self, original: ModuleType, **names: Any) -> None:
        self.__dict__.update(names)
        self.original = original

    def __getattr__(self, name: str) -> Any:
        return getattr(self.original, name)


class _Source:
    """Stands for the module `random`: its functions are those of the generator's source of randomness."""

    def __init__(self, generator: Generator) -> None:
        self.generator = generator
        self.Random = random.Random

    def __getattr__(self, name: str) -> Any:
        return getattr(self.generator.random, name)


_MOMENT = _Moment.combine(NOW.date(), NOW.time())
_DATETIME = _StandingType(datetime.datetime)
_DATE = _StandingType(datetime.date)
_DATETIMES = _StandingModule(datetime, datetime=_DATETIME, date=_DATE)
_TIMES = _StandingModule(
    time,
    time=lambda: NOW.replace(tzinfo=datetime.UTC).timestamp(),
    localtime=lambda seconds=None: time.gmtime(_seconds() if seconds is None else seconds),
    gmtime=lambda seconds=None: time.gmtime(_seconds() if seconds is None else seconds),
)


def _seconds() -> float:
    return NOW.replace(tzinfo=datetime.UTC).timestamp()


@cache
def still_generator(locale: str) -> Generator:
    """Faker's generator for a locale, made independent of clock and process. Give it a `random` before use.

    Raises AttributeError for an unknown locale.
    """
    import warnings

    from faker.factory import Factory

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # locales under an old name
        generator = Factory.create(locale)
    generator._is_seeded = True  # some functions take the system's entropy otherwise
    generator.random = random.Random(0)  # noqa: S311
    rebuild = _Rebuild(generator)
    for provider in list(generator.get_providers()):
        still = rebuild.still_class(type(provider))
        if still is type(provider):
            continue
        replaced = still(generator)
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
            if bases != cls.__bases__ or self.is_concerned(cls.__module__) or self.prints(cls):
                self.classes[cls] = self.double(cls, bases)
        return self.classes[cls]

    def is_concerned(self, module: str) -> bool:
        """Whether a module of Faker knows a clock or a source of chance of its own."""
        return any(self.substitute(v) is not None for v in vars(sys.modules[module]).values())

    def substitute(self, value: Any) -> Any:
        """What stands for a clock or a source of chance; None for anything else."""
        if value is datetime:
            return _DATETIMES
        if value is datetime.datetime:
            return _DATETIME
        if value is datetime.date:
            return _DATE
        if value is time:
            return _TIMES
        return self.source if value is random else None

    def prints(self, cls: type) -> bool:
        """Whether a method of a class writes to the terminal."""
        return any(isinstance(v, FunctionType) and "print" in v.__code__.co_names for v in vars(cls).values())

    def double(self, cls: type, bases: tuple[type, ...]) -> type:
        cell = CellType()
        attributes: dict[str, Any] = {}
        for name, value in vars(cls).items():
            if name not in ("__dict__", "__weakref__"):
                attributes[name] = self.attribute(value, cell)
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
            asking, other = self.modules[module] = {**original, "print": _silent}, {**original, "print": _silent}
            for name, value in original.items():
                substitute = self.substitute(value)
                if substitute is not None:
                    asking[name] = substitute
                    other[name] = substitute if value is random else value
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


def _silent(*values: Any, **options: Any) -> None:
    """Stands for `print`: a provider has nothing to say to the terminal."""


_CLOCK = frozenset(("now", "utcnow", "today", "fromtimestamp", "time", "localtime", "gmtime"))


def _asks(code: CodeType) -> bool:
    """Whether a function, or one inside it, names something that reads the clock or the local time zone."""
    return not _CLOCK.isdisjoint(code.co_names) or any(isinstance(c, CodeType) and _asks(c) for c in code.co_consts)


def _defaults(function: FunctionType) -> tuple[Any, ...] | None:
    """Default values; a day after `NOW` among them can only be the day on which Faker was imported."""
    if not function.__defaults__:
        return None
    return tuple(
        NOW.date() if isinstance(d, datetime.date) and not isinstance(d, datetime.datetime) and d > NOW.date() else d
        for d in function.__defaults__
    )
