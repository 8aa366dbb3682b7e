"""One call of a provider as a program: a column where its method can be read, else Faker itself row by row."""

from __future__ import annotations

import datetime
import decimal
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache, partial
from typing import TYPE_CHECKING, Any

from synthdsl.dataset.vector import to_array
from synthdsl.ops.contract import Undefined
from synthdsl.ops.people.calls import call_method
from synthdsl.ops.people.columns import Column, evaluate
from synthdsl.ops.people.context import Context, method_of
from synthdsl.ops.people.convert import LARGEST, fitting
from synthdsl.ops.people.direct import direct_kernel
from synthdsl.ops.people.drawn import Unsupported
from synthdsl.ops.people.interpret import run_function
from synthdsl.ops.people.keyed import RowFailed, row_by_row
from synthdsl.ops.people.layout import column
from synthdsl.ops.people.running import RunningText, running_text, running_texts
from synthdsl.ops.people.scope import Scope, explore
from synthdsl.ops.people.still import still_generator
from synthdsl.types.terms import (
    STR,
    BoolType,
    DateType,
    DurationType,
    FloatType,
    IntType,
    StrType,
    TimestampType,
    Type,
)

if TYPE_CHECKING:
    from synthdsl.dataset.address import Draw
    from synthdsl.dataset.vector import Vector

_TURN = threading.RLock()
"""Faker's generators hold one source of randomness each, so batches take turns."""


@dataclass(frozen=True, slots=True)
class Request:
    """A call of a provider. spelled: the arguments as text, by which requests are told apart."""

    locale: str
    provider: str
    type: Type
    spelled: str
    arguments: dict[str, Any] = field(compare=False, hash=False)


def request(locale: str, provider: str, type_: Type, arguments: dict[str, Any]) -> Request:
    """The request of a call; map displays become what Faker takes for weights."""
    given = {n: OrderedDict(v) if isinstance(v, dict) else v for n, v in sorted(arguments.items())}
    return Request(locale, provider, type_, repr(given), given)


def fake_column(draw: Draw, asked: Request) -> Vector:
    """The values of a request for the rows of a draw."""
    direct = None if asked.arguments else direct_kernel(asked.locale, asked.provider)
    if direct is not None and asked.type == STR:
        return direct(draw)
    running = read_running_text(asked)
    if running is not None:
        return running_texts(running, draw)
    read = read_column(asked)
    if read is not None:
        return evaluate(read, draw)
    return _row_by_row(draw, asked)


_NOT_READ = (
    Unsupported,
    Undefined,
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    NameError,
    RecursionError,
    TypeError,
    ValueError,
)
"""What reading a method may raise: mostly what the method itself would raise, which a run of Faker then shows."""


@cache
def read_column(asked: Request) -> Column | None:
    """The column that the provider's method was read into; None where Faker itself must be called."""
    try:
        return column(read_term(asked.locale, asked.provider, asked.arguments), asked.type)
    except _NOT_READ:
        return None


@cache
def read_running_text(asked: Request) -> RunningText | None:
    """The pieces that Faker's `text` puts together, where that is what is asked for and the pieces can be read."""
    from faker.providers.lorem import Provider as Lorem

    try:
        method = method_of(getattr(still_generator(asked.locale), asked.provider))
        if method.function.__code__ is not Lorem.text.__code__ or asked.type != STR:
            return None
        return running_text(lambda name, given: read_term(asked.locale, name, given), method.bound, **asked.arguments)
    except _NOT_READ:
        return None


def read_term(locale: str, provider: str, arguments: dict[str, Any]) -> Any:
    """The term of what a provider gives. Raises one of `_NOT_READ`."""
    generator = still_generator(locale)
    method = method_of(getattr(generator, provider))
    memo = _memo(locale)

    def body(scope: Scope) -> Any:
        return call_method(Context(generator, scope, run_function, memo), method, [], arguments)

    with _TURN:
        return explore(body)


@cache
def _memo(locale: str) -> dict[Any, Any]:
    """Terms of methods read so far for a locale."""
    return {}


def _row_by_row(draw: Draw, asked: Request) -> Vector:
    with _TURN:
        generator = still_generator(asked.locale)
        method = getattr(generator, asked.provider, None)
        if method is None:
            raise Undefined(f"The installed Faker has no provider '{asked.provider}' for '{asked.locale}'.", 0)
        exact, fit = _EXACT.get(type(asked.type)), fitting(asked.type)
        value = partial(method, **asked.arguments)
        try:
            # lists and the like at once: some are not made before they are looked at
            values = row_by_row(draw, generator.random, value if exact else lambda: fit(value()))
        except RowFailed as failed:
            raise _undefined(asked, failed) from failed.error
    values = _exact(values, exact, fit)
    return values if exact in (None, str) else _as_array(values, exact)


def _as_array(values: list[Any], exact: type | None) -> Vector:
    """The array of a column; numpy's own way from dates and times takes as long as Faker does."""
    import numpy as np

    if exact is datetime.date:
        days = np.fromiter(map(datetime.date.toordinal, values), np.int64, len(values))
        return (days - _FIRST.toordinal()).view("datetime64[D]")
    if exact is datetime.datetime:
        moments = np.fromiter(((v - _FIRST) // _MICROSECOND for v in values), np.int64, len(values))
        return moments.view("datetime64[us]")
    return to_array(values, len(values))


_FIRST = datetime.datetime(1970, 1, 1)
_MICROSECOND = datetime.timedelta(microseconds=1)


def _exact(values: list[Any], exact: type | None, fit: Callable[[Any], Any]) -> list[Any]:
    """The values made what the type of the column asks for; most are already."""
    kinds = set(map(type, values))
    if exact is None or not values:
        return values
    if exact is float and kinds == {decimal.Decimal}:
        return list(map(float, values))
    if kinds == {exact} and (exact is not int or -LARGEST <= min(values) <= max(values) <= LARGEST):
        return values
    found: list[Any] = []
    try:
        for value in values:
            found.append(fit(value))
    except Undefined as reason:
        raise Undefined(str(reason), len(found)) from reason
    return found


_EXACT: dict[type, type] = {
    StrType: str,
    BoolType: bool,
    IntType: int,
    FloatType: float,
    DateType: datetime.date,
    TimestampType: datetime.datetime,
    DurationType: datetime.timedelta,
}


def _undefined(asked: Request, failed: RowFailed) -> Undefined:
    reason = (str(failed.error).strip() or type(failed.error).__name__).splitlines()[0].rstrip(".")
    return Undefined(f'faker("{asked.locale}").{asked.provider}() gives no value: {reason}.', failed.at)
