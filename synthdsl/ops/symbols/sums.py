"""Addition and subtraction, as `add.py` and `sub.py` share them."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any

from synthdsl.dataset.vector import Coded, Constant, Records, Vector
from synthdsl.ops.contract import Undefined
from synthdsl.ops.rows import by_row, require
from synthdsl.ops.symbols.exact import (
    DAY,
    OUTSIDE_CALENDAR,
    TOO_LARGE_INT,
    TOO_LONG,
    checked,
    checked_duration,
    finite,
    in_calendar,
    microseconds,
    numbers,
    times,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]

MAX_JOINED = 10_000_000
"""The most characters of a text, or items of a list, that a sum may have."""

_PART_OF_DAY = "A date and a duration that is no whole number of days make no date."


def add_values(a: Any, b: Any) -> Any:
    """a + b for numbers, texts, lists, and times with durations. Raises `Undefined` beyond the limits."""
    if isinstance(a, str | list):
        return _joined(a, b)
    if isinstance(a, datetime.timedelta) and isinstance(b, datetime.timedelta):
        return checked_duration(microseconds(a) + microseconds(b))
    if isinstance(a, datetime.date):
        return _shift(a, b)
    if isinstance(b, datetime.date):
        return _shift(b, a)
    return checked(a + b)


def _joined(a: Any, b: Any) -> Any:
    """Two texts or two lists, bounded: columns that double each other would fill any memory."""
    if len(a) + len(b) > MAX_JOINED:
        raise Undefined(f"Joined, this would be longer than {MAX_JOINED:,}.")
    return a + b


def subtract_values(a: Any, b: Any) -> Any:
    """a - b for numbers, times and durations. Raises `Undefined` beyond the limits."""
    if isinstance(b, datetime.timedelta):
        if isinstance(a, datetime.timedelta):
            return checked_duration(microseconds(a) - microseconds(b))
        return _shift(a, -b)
    if isinstance(a, datetime.date):
        return a - b
    return checked(a - b)


def _shift(moment: datetime.date, by: datetime.timedelta) -> datetime.date:
    if not isinstance(moment, datetime.datetime) and by % DAY:
        raise Undefined(_PART_OF_DAY)
    try:
        return moment + by
    except OverflowError:
        raise Undefined(OUTSIDE_CALENDAR) from None


def add_vectors(n: int, a: Vector, b: Vector) -> Vector:
    """`add_values` row by row."""
    import numpy as np

    x, y = numbers(a), numbers(b)
    if x is not None and y is not None and not (_is_one(x) and _is_one(y)):
        with np.errstate(over="ignore"):
            out = x + y
        if out.dtype.kind == "i":
            require(((x ^ out) & (y ^ out)) >= 0, TOO_LARGE_INT)
            return out
        return finite(out)
    p, q = times(a), times(b)
    if p is not None and q is not None and p.ndim + q.ndim:
        return _shifted(q, p) if p.dtype.kind == "m" else _shifted(p, q)
    return by_row(_joined if _is_joined(a) else add_values, n, a, b)


def subtract_vectors(n: int, a: Vector, b: Vector) -> Vector:
    """`subtract_values` row by row."""
    import numpy as np

    x, y = numbers(a), numbers(b)
    if x is not None and y is not None and not (_is_one(x) and _is_one(y)):
        with np.errstate(over="ignore"):
            out = x - y
        if out.dtype.kind == "i":
            require(((x ^ y) & (x ^ out)) >= 0, TOO_LARGE_INT)
            return out
        return finite(out)
    p, q = times(a), times(b)
    if p is not None and q is not None and p.ndim + q.ndim:
        if q.dtype.kind == "m":
            return _shifted(p, -q)
        return (p - q).astype("timedelta64[us]")
    return by_row(subtract_values, n, a, b)


def _is_joined(vector: Vector) -> bool:
    """Whether it holds texts or lists; the values of a column are of one kind."""
    if isinstance(vector, Constant):
        return isinstance(vector.value, str | list)
    values = vector.values if isinstance(vector, Coded) else vector
    return not isinstance(values, Records) and len(values) > 0 and isinstance(values[0], str | list)


def _is_one(x: Any) -> bool:
    return isinstance(x, int | float)


def _shifted(moment: Any, by: Any) -> Array:
    """A time (or duration) and a duration."""
    import numpy as np

    whole, step = moment.astype(np.int64), by.astype(np.int64)
    if moment.dtype.kind == "m":
        total = whole + step
        require(((whole ^ total) & (step ^ total)) >= 0, TOO_LONG)
        return total.astype("timedelta64[us]")
    if moment.dtype == "datetime64[D]":
        day = 86_400_000_000
        require(np.atleast_1d(step % day == 0), _PART_OF_DAY)
        return in_calendar((whole + step // day).astype("datetime64[D]"))
    # Durations reach far beyond the calendar: bound them so that the sum cannot wrap.
    far = 2**62
    require(np.atleast_1d(np.abs(step) < far), OUTSIDE_CALENDAR)
    return in_calendar((whole + step).astype("datetime64[us]"))
