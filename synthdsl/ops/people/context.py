"""Where a provider's method is read, and what its names stand for.

A name is a constant of Faker, a method of a provider, one of Faker's ways to draw, or a function of a plain value.
"""

from __future__ import annotations

import inspect
import re
import string
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from types import FunctionType, ModuleType
from typing import TYPE_CHECKING, Any

from synthdsl.ops.people import rewrite
from synthdsl.ops.people.drawn import Drawn, Join, Unsupported, is_text, over
from synthdsl.ops.people.scope import Scope

if TYPE_CHECKING:
    from faker.generator import Generator


@dataclass(frozen=True, slots=True)
class Closure:
    """A lambda: what it gives for its arguments."""

    body: Callable[[list[Any]], Any]


@dataclass(frozen=True, slots=True)
class Method:
    """A method of a provider: what it is bound to, its function and the class that defines it."""

    bound: Any
    function: FunctionType
    owner: type


@dataclass(frozen=True, slots=True)
class Parent:
    """`super()` in a method of `owner`."""

    bound: Any
    owner: type


@dataclass(frozen=True, slots=True)
class Named:
    """A function of the generator (`holder` "generator") or of its source of randomness ("random")."""

    holder: str
    name: str


@dataclass(frozen=True, slots=True)
class Bound:
    """A method of a plain value or of a term."""

    value: Any
    name: str


Run = Callable[["Context", FunctionType, type | None, Any, Any], Any]


@dataclass(frozen=True, slots=True)
class Context:
    """Where a method is read: the generator, the scope of the run, and what was read before.

    run: reads a Python function. memo: results of calls with plain arguments. lists: lists made by this run.
    """

    generator: Generator
    scope: Scope
    run: Run
    memo: dict[Any, Any]
    lists: dict[int, Any] = field(default_factory=dict)

    def owned(self, value: Any) -> Any:
        """The value; a list is noted as made here, so that it may be changed."""
        if isinstance(value, list):
            self.lists[id(value)] = value
        return value

    def parent(self, bound: Any, owner: type | None) -> Parent:
        """What `super()` stands for."""
        if bound is None or owner is None:
            raise Unsupported("super outside a method")
        return Parent(bound, owner)

    def attribute(self, value: Any, name: str) -> Any:
        """`value.name`. Raises `Unsupported` for what is neither a constant, a method nor a way to draw."""
        from faker.generator import Generator
        from faker.providers import BaseProvider

        if isinstance(value, Drawn | Join | rewrite.Split | str | list | tuple | dict):
            if isinstance(value, Drawn) and not isinstance(value.options, range) and not is_text(value):
                return _field(value, name)
            return Bound(value, name)
        if isinstance(value, BaseProvider):
            return self._of_provider(value, name, type(value).__mro__)
        if isinstance(value, Parent):
            mro = (value.bound if isinstance(value.bound, type) else type(value.bound)).__mro__
            return self._of_provider(value.bound, name, mro[mro.index(value.owner) + 1 :])
        if isinstance(value, Generator):
            if name == "random":
                return Named("generator", "random")
            if name in ("parse", "format"):
                return Named("generator", name)
            return method_of(getattr(value, name))
        if value == Named("generator", "random"):
            return Named("random", name)
        if isinstance(value, type) and issubclass(value, BaseProvider):
            found = inspect.getattr_static(value, name)
            return Method(value, _code(found), value) if isinstance(found, classmethod) else getattr(value, name)
        if isinstance(value, re.Pattern | re.Match):
            return Bound(value, name)
        if value is re and name == "sub":
            return re.sub
        if isinstance(value, ModuleType) and (value is string or value.__name__.startswith("faker.")):
            return getattr(value, name)
        if type(value).__module__ == "faker.typing":
            return getattr(value, name)
        raise Unsupported(f"an attribute of {type(value).__name__}")

    def _of_provider(self, bound: Any, name: str, mro: Sequence[type]) -> Any:
        if not isinstance(bound, type) and name in vars(bound):
            return vars(bound)[name]
        owner = next((c for c in mro if name in vars(c)), None)
        if owner is None:
            raise Unsupported(f"no attribute {name}")
        found = vars(owner)[name]
        if isinstance(found, FunctionType):
            return Method(bound, found, owner)
        if isinstance(found, classmethod):
            return Method(bound if isinstance(bound, type) else type(bound), _code(found), owner)
        if isinstance(found, staticmethod):
            return found.__func__
        if isinstance(found, property):
            raise Unsupported("a property")
        return found


def _code(method: classmethod[Any, Any, Any]) -> FunctionType:
    function = method.__func__
    if not isinstance(function, FunctionType):
        raise Unsupported("a method without source")
    return function


def _field(value: Drawn, name: str) -> Any:
    """A field of drawn records (`country.name`), or a method of drawn lists and dicts."""
    if all(type(o).__module__ == "faker.typing" for o in value.options):
        return over(lambda o: getattr(o, name), value)
    return Bound(value, name)


def method_of(bound: Any) -> Method:
    """The method behind an attribute of a generator."""
    holder: Any = getattr(bound, "__self__", None)
    code: Any = getattr(bound, "__func__", None)
    if not isinstance(code, FunctionType):
        raise Unsupported("not a method")
    function: FunctionType = code
    mro = (holder if isinstance(holder, type) else type(holder)).__mro__
    for owner in mro:
        found: Any = vars(owner).get(function.__name__)
        if function in (found, getattr(found, "__func__", None)):
            return Method(holder, function, owner)
    raise Unsupported("a method from elsewhere")
