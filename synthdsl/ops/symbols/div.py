"""`a / b`: numbers, and durations."""

from __future__ import annotations

import datetime
from typing import Any

from synthdsl.dataset.vector import Vector
from synthdsl.ops.contract import Operator, Undefined
from synthdsl.ops.rows import by_row, require
from synthdsl.ops.symbols.exact import (
    TOO_LARGE_FLOAT,
    checked,
    checked_duration,
    finite,
    is_exact,
    microseconds,
    numbers,
    times,
)

_BY_ZERO = "A division by zero has no value."


def _scalar(a: Any, b: Any) -> Any:
    if not b:
        raise Undefined(_BY_ZERO)
    if isinstance(a, datetime.timedelta):
        if isinstance(b, datetime.timedelta):
            return microseconds(a) / microseconds(b)
        return _part(a, b)
    try:
        return checked(a / b)
    except OverflowError:
        raise Undefined(TOO_LARGE_FLOAT) from None


def _part(a: datetime.timedelta, b: float) -> datetime.timedelta:
    up, down = b.as_integer_ratio()
    above, below = microseconds(a) * down, up
    if below < 0:
        above, below = -above, -below
    whole, rest = divmod(above, below)
    return checked_duration(whole + (2 * rest > below or (2 * rest == below and whole % 2)))


def _kernel(n: int, a: Vector, b: Vector) -> Vector:
    import numpy as np

    x, y = numbers(a), numbers(b)
    if x is None and y is None:
        p, q = times(a), times(b)
        if p is not None and q is not None:
            x, y = p.astype(np.int64), q.astype(np.int64)
    if x is None or y is None or not (np.ndim(x) or np.ndim(y)) or not (is_exact(x) and is_exact(y)):
        return by_row(_scalar, n, a, b)
    require(np.atleast_1d(np.not_equal(y, 0)), _BY_ZERO)
    with np.errstate(over="ignore"):
        return finite(np.true_divide(x, y))


OPERATOR = Operator(
    name="div",
    family="symbols",
    kind="function",
    signatures=(
        "div(a: number, b: number) -> float",
        "div(a: duration, b: duration) -> float",
        "div(a: duration, b: number) -> duration",
    ),
    doc=(
        "The quotient: of numbers or durations a float, of a duration and a number a duration, rounded to whole "
        "microseconds. Division by zero is undefined; the remainder is `mod(a, b)`."
    ),
    examples=(
        ("7 / 2", 3.5),
        ("duration(days=1) / duration(hours=6)", 4.0),
        ("duration(hours=1) / 4", datetime.timedelta(minutes=15)),
    ),
    scalar=_scalar,
    kernel=_kernel,
)
