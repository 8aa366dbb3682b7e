"""Pure functions of Python on terms: methods of texts and lists, built-in functions, substitutions."""

from __future__ import annotations

import re
import string
import typing
from collections import OrderedDict
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from synthdsl.ops.people import rewrite
from synthdsl.ops.people.context import Bound, Closure, Context
from synthdsl.ops.people.drawn import Drawn, Join, Unsupported, certain, is_term, is_text, is_uncertain, join, over


def bound_method(context: Context, function: Bound, args: list[Any], kwargs: dict[str, Any]) -> Any:
    """A method of a text, list or dict, plain or drawn."""
    value, name = function.value, function.name
    if kwargs and name != "format":
        raise Unsupported(f"{name} with named arguments")
    if isinstance(value, re.Pattern) and name == "sub":
        return _substituted(context, None, [value, *args], {})
    if isinstance(value, re.Match) and name == "group":
        return value.group(*certain(args))
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
def pure_functions() -> dict[Any, Callable[..., Any]]:
    from faker.decode import unidecode
    from faker.utils.datasets import add_ordereddicts

    found: dict[Any, Callable[..., Any]] = {}
    found.update(dict.fromkeys(_OF_VALUES, _pure))
    found.update(dict.fromkeys(_OF_CONTAINERS, _structural))
    found.update({range: _pure, re.sub: _substituted})
    found.update({str: _str, hasattr: _attribute, getattr: _attribute, isinstance: _isinstance, typing.cast: _cast})
    found.update({unidecode: _unidecode, add_ordereddicts: _pure})
    return found
