"""Calls in a provider's method.

Calls of other provider methods are read in a scope of their own, once for each set of arguments. Any other call must
be one of Faker's ways to draw, of a function of Faker's that can be read too, or of one known to be pure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from types import FunctionType
from typing import Any

from synthdsl.ops.people import rewrite
from synthdsl.ops.people.context import Bound, Closure, Context, Method, Named, method_of
from synthdsl.ops.people.drawn import Drawn, Unsupported, certain, is_uncertain
from synthdsl.ops.people.draws import decorators_of_text, random_method, ways_to_draw
from synthdsl.ops.people.natives import bound_method, pure_functions
from synthdsl.ops.people.scope import Scope, explore


def call(context: Context, function: Any, args: list[Any], kwargs: dict[str, Any]) -> Any:
    """The value or term of a call."""
    if isinstance(function, Method):
        return call_method(context, function, args, kwargs)
    if isinstance(function, Named):
        return _named(context, function, args, kwargs)
    if isinstance(function, Bound):
        return bound_method(context, function, args, kwargs)
    if isinstance(function, Closure) and not kwargs:
        return function.body(args)
    if isinstance(function, Drawn):
        return call(context, certain(function), args, kwargs)
    known = pure_functions().get(function) if _hashable(function) else None
    if known is not None:
        return context.owned(known(context, function, args, kwargs))
    if isinstance(function, FunctionType) and function.__module__.startswith("faker."):
        return context.run(context, function, None, args, kwargs)
    raise Unsupported(f"a call of {getattr(function, '__name__', function)}")


def call_method(context: Context, method: Method, args: Sequence[Any], kwargs: dict[str, Any]) -> Any:
    """The term of a call of a provider's method."""
    intrinsic = ways_to_draw().get(method.function.__code__)
    if intrinsic is not None:
        return context.owned(intrinsic(context, method.bound, *args, **kwargs))
    decorated = decorators_of_text().get(method.function.__code__)
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
        return context.owned(random_method(context.scope, function.name, args, kwargs))
    if function.name == "parse" and len(args) == 1:
        return rewrite.parsed(args[0], lambda name: _formatted(context, name))
    if function.name == "format" and args:
        method = method_of(getattr(context.generator, certain(args[0])))
        return call_method(context, method, args[1:], kwargs)
    raise Unsupported(f"generator.{function.name}")


def _formatted(context: Context, name: str) -> Any:
    """A token of a pattern; where the token stands in one outcome only, its draws are of no other outcome's."""
    return call_method(context, method_of(getattr(context.generator, name)), [], {})


def _hashable(value: Any) -> bool:
    try:
        hash(value)
    except TypeError:
        return False
    return True
