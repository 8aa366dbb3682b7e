"""What arithmetic shares: the limits of numbers and times, and vectors as operands.

An integer has 64 bits and a float is finite: a result outside is undefined, it neither wraps nor becomes infinite.
Dates and timestamps lie in the years 1 to 9999; a duration has 64 bits of microseconds.
"""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any

from synthdsl.dataset.vector import Coded, Constant, Vector, to_array
from synthdsl.ops.contract import Undefined
from synthdsl.ops.rows import require

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]

INT_MIN, INT_MAX = -(2**63), 2**63 - 1
EXACT = 2**53
"""Integers up to this size are exact as floats."""

TOO_LARGE_INT = "The result does not fit into a 64-bit integer."
TOO_LARGE_FLOAT = "The result is too large for a float."
OUTSIDE_CALENDAR = "The result lies outside the years 1 to 9999."
TOO_LONG = "The result is too long for a duration."

MICROSECOND = datetime.timedelta(microseconds=1)
DAY = datetime.timedelta(days=1)


def checked(value: Any) -> Any:
    """A number within the limits; raises `Undefined` otherwise. -0.0 becomes 0.0."""
    if isinstance(value, int):
        if not INT_MIN <= value <= INT_MAX:
            raise Undefined(TOO_LARGE_INT)
        return value
    if value - value != 0.0:
        raise Undefined(TOO_LARGE_FLOAT)
    return value + 0.0


def checked_duration(microseconds: int) -> datetime.timedelta:
    """A duration of so many microseconds; raises `Undefined` beyond 64 bits."""
    if not INT_MIN < microseconds <= INT_MAX:
        raise Undefined(TOO_LONG)
    return datetime.timedelta(microseconds=microseconds)


def microseconds(duration: datetime.timedelta) -> int:
    """The whole number of microseconds of a duration."""
    return duration // MICROSECOND


def numbers(vector: Vector) -> Any:
    """A numeric operand: an array, or a Python number for a constant; None for anything else."""
    import numpy as np

    if isinstance(vector, np.ndarray):
        return vector if vector.dtype.kind in "if" else None
    if isinstance(vector, Constant):
        value = vector.value
        if isinstance(value, float) or (isinstance(value, int) and not isinstance(value, bool)):
            return value if INT_MIN <= value <= INT_MAX or isinstance(value, float) else None
        return None
    if isinstance(vector, Coded) and {type(v) for v in vector.values} in ({int}, {float}):
        return to_array(vector, len(vector.codes))
    return None


def times(vector: Vector) -> Any:
    """An operand that is a date, timestamp or duration: an array or a numpy scalar; None for anything else."""
    import numpy as np

    if isinstance(vector, np.ndarray):
        return vector if vector.dtype.kind in "mM" else None
    if isinstance(vector, Constant):
        value = vector.value
        if isinstance(value, datetime.datetime):
            return np.datetime64(value, "us")
        if isinstance(value, datetime.date):
            return np.datetime64(value, "D")
        if isinstance(value, datetime.timedelta):
            return np.timedelta64(microseconds(value), "us")
    return None


def is_exact(x: Any) -> bool:
    """Whether all integers of an operand keep their value as floats."""
    if isinstance(x, int):
        return abs(x) <= EXACT
    if isinstance(x, float) or x.dtype.kind == "f" or not x.size:
        return True
    return bool(x.max() <= EXACT and x.min() >= -EXACT)


def finite(out: Array) -> Array:
    """A float result within the limits, -0.0 turned into 0.0; raises `Undefined` otherwise."""
    import numpy as np

    require(np.isfinite(out), TOO_LARGE_FLOAT)
    out += 0.0
    return out


def in_calendar(out: Array) -> Array:
    """Dates or timestamps within the calendar; raises `Undefined` otherwise."""
    import numpy as np

    low, high = np.datetime64("0001-01-01", "D"), np.datetime64("9999-12-31T23:59:59.999999", "us")
    require((out >= low) & (out <= high), OUTSIDE_CALENDAR)
    return out
