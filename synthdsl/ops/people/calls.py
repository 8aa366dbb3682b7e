"""What the names and calls in a provider's method stand for when it is read by `interpret.py`.

Faker's ways to draw (`random_element`, `numerify`, `generator.random.randint` ...) become draws of the scope, known by
the identity of their functions, so that a locale's own version is read instead. Calls of other provider methods are
read in a scope of their own, once for each set of arguments. Any other call must be of a function known to be pure.
"""

from __future__ import annotations

import datetime
import inspect
import re
import string
import typing
from collections import Counter, OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from types import FunctionType, ModuleType
from typing import TYPE_CHECKING, Any

from synthdsl.ops.people import rewrite
from synthdsl.ops.people.clock import NOW
from synthdsl.ops.people.drawn import (
    Drawn,
    Join,
    Unsupported,
    certain,
    drawn,
    is_term,
    is_text,
    is_uncertain,
    join,
    over,
)
from synthdsl.ops.people.scope import Scope, explore

if TYPE_CHECKING:
    from faker.generator import Generator


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
        if isinstance(value, re.Pattern) and name == "sub":
            return Closure(lambda args: _substituted(self, None, [value, *args], {}))
        if value is re and name == "sub":
            return re.sub
        if isinstance(value, re.Match) and name == "group":
            return Closure(lambda args: value.group(*certain(args)))
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


@dataclass(frozen=True, slots=True)
class Closure:
    """A lambda: what it gives for its arguments."""

    body: Callable[[list[Any]], Any]


def call(context: Context, function: Any, args: list[Any], kwargs: dict[str, Any]) -> Any:
    """The value or term of a call."""
    if isinstance(function, Method):
        return call_method(context, function, args, kwargs)
    if isinstance(function, Named):
        return _named(context, function, args, kwargs)
    if isinstance(function, Bound):
        return _bound(context, function, args, kwargs)
    if isinstance(function, Closure) and not kwargs:
        return function.body(args)
    if isinstance(function, Drawn):
        return call(context, certain(function), args, kwargs)
    known = _pure_functions().get(function) if _hashable(function) else None
    if known is not None:
        return context.owned(known(context, function, args, kwargs))
    if isinstance(function, FunctionType) and function.__module__.startswith("faker."):
        return context.run(context, function, None, args, kwargs)
    raise Unsupported(f"a call of {getattr(function, '__name__', function)}")


def call_method(context: Context, method: Method, args: Sequence[Any], kwargs: dict[str, Any]) -> Any:
    """The term of a call of a provider's method."""
    intrinsic = _ways_to_draw().get(method.function.__code__)
    if intrinsic is not None:
        return context.owned(intrinsic(context, method.bound, *args, **kwargs))
    decorated = _decorators().get(method.function.__code__)
    if decorated is not None:
        inner = replace(method, function=method.function.__wrapped__)  # type: ignore[attr-defined]
        return decorated(call_method(context, inner, args, kwargs))
    if is_uncertain(list(args)) or is_uncertain(kwargs):
        return context.run(context, method.function, method.owner, [method.bound, *args], kwargs)
    key = (id(method.bound), method.function, method.owner, repr(args), repr(sorted(kwargs.items())))
    if key not in context.memo:
        context.memo[key] = Unsupported("a method that calls itself")
        context.memo[key] = _explored(context, method, args, kwargs)
    found = context.memo[key]
    if isinstance(found, Unsupported):
        raise found
    return context.owned(context.scope.own(found))


def _explored(context: Context, method: Method, args: Sequence[Any], kwargs: dict[str, Any]) -> Any:
    def body(scope: Scope) -> Any:
        inner = replace(context, scope=scope, lists={})
        return context.run(inner, method.function, method.owner, [method.bound, *args], kwargs)

    try:
        return explore(body)
    except Unsupported as reason:
        return reason


def _named(context: Context, function: Named, args: list[Any], kwargs: dict[str, Any]) -> Any:
    if function.holder == "random":
        return context.owned(_random(context.scope, function.name, args, kwargs))
    if function.name == "parse" and len(args) == 1:
        return rewrite.parsed(args[0], lambda name: _formatted(context, name))
    if function.name == "format" and args:
        method = method_of(getattr(context.generator, certain(args[0])))
        return call_method(context, method, args[1:], kwargs)
    raise Unsupported(f"generator.{function.name}")


def _formatted(context: Context, name: str) -> Any:
    """A token of a pattern; where the token stands in one outcome only, its draws are of no other outcome's."""
    return call_method(context, method_of(getattr(context.generator, name)), [], {})


def _random(scope: Scope, name: str, args: list[Any], kwargs: dict[str, Any]) -> Any:
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
        return over(lambda o: _even_or_weighted(o, weighted), elements)
    return scope.own(_even_or_weighted(elements, weighted))


def _even_or_weighted(elements: Any, weighted: bool) -> Any:
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
    one = _even_or_weighted(elements, use_weighting is not False) if count else None
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
def _ways_to_draw() -> dict[Any, Callable[..., Any]]:
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
def _decorators() -> dict[Any, Callable[[Any], Any]]:
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


def _bound(context: Context, function: Bound, args: list[Any], kwargs: dict[str, Any]) -> Any:
    """A method of a text, list or dict, plain or drawn."""
    value, name = function.value, function.name
    if kwargs and name != "format":
        raise Unsupported(f"{name} with named arguments")
    if isinstance(value, rewrite.Split):
        if name == "pop" and args == [0]:
            return rewrite.first_item(value.text, value.separator)
        raise Unsupported("a part of a split text")
    if name == "join" and isinstance(value, str):
        return rewrite.joined(value, args[0])
    if name == "format" and isinstance(value, str):
        return _brace_formatted(value, args, kwargs)
    if isinstance(value, str | tuple):
        return context.owned(_native(getattr(value, name), args, {}))
    if isinstance(value, list | dict):
        if name in _CHANGES and id(value) not in context.lists:
            raise Unsupported("a change of what is not its own")
        if name in _CHANGES or name in ("items", "keys", "values"):
            return getattr(value, name)(*args)
        if is_uncertain(value):
            raise Unsupported(f"{name} of a list of terms")
        return context.owned(_native(getattr(value, name), args, {}))
    if is_text(value):
        return rewrite.text_method(name, value, [certain(a) for a in args])
    if isinstance(value, Drawn) and value.plain and name not in _CHANGES:
        return over(lambda o: getattr(o, name)(*[certain(a) for a in args]), value)
    raise Unsupported(f"{name} of a draw")


_CHANGES = frozenset(
    ("append", "extend", "insert", "pop", "remove", "reverse", "sort", "clear", "update", "setdefault")
)


def _brace_formatted(pattern: str, args: list[Any], kwargs: dict[str, Any]) -> Any:
    parts: list[Any] = []
    count = 0
    for literal, name, spec, conversion in string.Formatter().parse(pattern):
        parts.append(literal)
        if name is None:
            continue
        if name == "" or name.isdigit():
            value = args[int(name) if name else count]
            count += 1
        elif name in kwargs:
            value = kwargs[name]
        else:
            raise Unsupported("an unusual format")
        parts.append(rewrite.as_text(value, spec or "", conversion or ""))
    return join(parts)


def _native(function: Callable[..., Any], args: Sequence[Any], kwargs: dict[str, Any]) -> Any:
    """A pure function of values; of one draw: of each of its outcomes."""
    uncertain = [a for a in (*args, *kwargs.values()) if is_uncertain(a)]
    if not uncertain:
        return function(*args, **kwargs)
    one = uncertain[0]
    if len(uncertain) == 1 and isinstance(one, Drawn) and one.plain and not kwargs:
        at = next(i for i, a in enumerate(args) if a is one)
        return over(lambda o: function(*args[:at], o, *args[at + 1 :]), one)
    certain(one)
    raise Unsupported("a function of a nested draw")


def _pure(_: Context, function: Callable[..., Any], args: list[Any], kwargs: dict[str, Any]) -> Any:
    return _native(function, args, kwargs)


def _substituted(context: Context, _: Any, args: list[Any], kwargs: dict[str, Any]) -> Any:
    """`re.sub(pattern, replacement, text)`: a replacement that is a function is called anew for each match."""
    if kwargs or len(args) != 3:
        raise Unsupported("an unusual substitution")
    pattern, replacement, text = args[0], args[1], certain(args[2])
    if not isinstance(replacement, Closure):
        return re.sub(pattern, certain(replacement), text)
    parts: list[Any] = []
    at = 0
    for found in re.finditer(pattern, text):
        parts.extend((text[at : found.start()], replacement.body([found])))
        at = found.end()
    return join([*parts, text[at:]])


def _structural(_: Context, function: Callable[..., Any], args: list[Any], kwargs: dict[str, Any]) -> Any:
    """A function of containers that does not look at their items."""
    if any(is_term(a) or isinstance(a, set | frozenset) for a in args) and function is not len:
        raise Unsupported("the items of a draw")
    if any(is_term(a) for a in args):
        return _native(function, args, kwargs)
    return function(*args, **kwargs)


def _str(_: Context, __: Any, args: list[Any], kwargs: dict[str, Any]) -> Any:
    if kwargs or len(args) != 1:
        raise Unsupported("str of several arguments")
    return rewrite.as_text(args[0])


def _attribute(context: Context, function: Any, args: list[Any], kwargs: dict[str, Any]) -> Any:
    """`hasattr` and `getattr`."""
    if function is hasattr or (len(args) == 3 and not hasattr(args[0], args[1])):
        if is_uncertain(args[0]):
            raise Unsupported("an attribute of a draw")
        return hasattr(args[0], args[1]) if function is hasattr else args[2]
    return context.attribute(args[0], certain(args[1]))


def _isinstance(_: Context, function: Any, args: list[Any], kwargs: dict[str, Any]) -> Any:
    if isinstance(args[0], Join):
        return isinstance("", args[1])
    return _native(function, args, kwargs)


def _cast(_: Context, __: Any, args: list[Any], kwargs: dict[str, Any]) -> Any:
    return args[1]


def _unidecode(_: Context, function: Any, args: list[Any], kwargs: dict[str, Any]) -> Any:
    return rewrite.by_character(function, args[0])


_OF_VALUES: tuple[Any, ...] = (
    int,
    float,
    bool,
    abs,
    min,
    max,
    sum,
    sorted,
    round,
    ord,
    chr,
    pow,
    divmod,
    any,
    all,
    range,
)
_OF_CONTAINERS: tuple[Any, ...] = (len, list, tuple, reversed, enumerate, zip, dict, OrderedDict)


@cache
def _pure_functions() -> dict[Any, Callable[..., Any]]:
    from faker.decode import unidecode
    from faker.utils.datasets import add_ordereddicts

    found: dict[Any, Callable[..., Any]] = {}
    found.update(dict.fromkeys(_OF_VALUES, _pure))
    found.update(dict.fromkeys(_OF_CONTAINERS, _structural))
    found.update({range: _pure, re.sub: _substituted})
    found.update({str: _str, hasattr: _attribute, getattr: _attribute, isinstance: _isinstance, typing.cast: _cast})
    found.update({unidecode: _unidecode, add_ordereddicts: _pure})
    return found


def _hashable(value: Any) -> bool:
    try:
        hash(value)
    except TypeError:
        return False
    return True
