"""`a * b`: numbers, and a duration times a number."""

from __future__ import annotations

import datetime
from typing import Any

from synthdsl.dataset.vector import Vector
from synthdsl.ops.contract import Operator
from synthdsl.ops.rows import by_row
from synthdsl.ops.symbols.exact import (
    checked,
    checked_duration,
    finite,
    microseconds,
    numbers,
    times,
)


def _scalar(a: Any, b: Any) -> Any:
    if isinstance(b, datetime.timedelta):
        a, b = b, a
    if isinstance(a, datetime.timedelta):
        return _times(a, b)
    return checked(a * b)


def _times(a: datetime.timedelta, b: float) -> datetime.timedelta:
    if isinstance(b, int):
        return checked_duration(microseconds(a) * b)
    # Ties go to the even microsecond, as in `datetime`; the fraction keeps the product exact until then.
    up, down = b.as_integer_ratio()
    return checked_duration(_nearest(microseconds(a) * up, down))


def _nearest(up: int, down: int) -> int:
    whole, rest = divmod(up, down)
    return whole + (2 * rest > down or (2 * rest == down and whole % 2))


def _kernel(n: int, a: Vector, b: Vector) -> Vector:
    import numpy as np

    x, y = numbers(a), numbers(b)
    if x is not None and y is not None and (isinstance(x, np.ndarray) or isinstance(y, np.ndarray)):
        with np.errstate(over="ignore"):
            out = x * y
        if out.dtype.kind == "f":
            return finite(out)
        if _is_safe(x, y):
            return out
    p, by = (times(b), x) if x is not None else (times(a), y)
    if p is not None and (isinstance(by, int) or (isinstance(by, np.ndarray) and by.dtype.kind == "i")):
        step = p.astype(np.int64)
        if (step.ndim or isinstance(by, np.ndarray)) and _is_safe(step, by):
            return (step * by).astype("timedelta64[us]")
    return by_row(_scalar, n, a, b)


def _is_safe(x: Any, y: Any) -> bool:
    """Whether no product comes near the limits of 64 bits."""
    import numpy as np

    return bool(np.max(np.abs(np.multiply(x, 1.0) * y), initial=0.0) < 2.0**62)


OPERATOR = Operator(
    name="mul",
    family="symbols",
    kind="function",
    signatures=(
        "mul(a: number, b: number) -> number",
        "mul(a: duration, b: number) -> duration",
        "mul(a: number, b: duration) -> duration",
    ),
    doc="The product of two numbers, or a duration so many times; it is rounded to whole microseconds.",
    examples=(
        ("6 * 7", 42),
        ("2 * 0.5", 1.0),
        ("duration(hours=8) * 5", datetime.timedelta(hours=40)),
    ),
    scalar=_scalar,
    kernel=_kernel,
)
