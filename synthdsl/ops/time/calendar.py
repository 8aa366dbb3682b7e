"""What the time operators share: ranges of time as integers, parts of a date, days as codes."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from synthdsl.dataset.vector import Coded, Constant, Records, Vector, to_array, to_list
from synthdsl.ops.contract import CallSite, Operator, Problem
from synthdsl.ops.rows import by_row
from synthdsl.types.terms import IntType

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]

DAY_SECONDS = 86_400
MICROSECONDS = 1_000_000
MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def range_in_order(call: CallSite) -> Iterator[Problem]:
    """The check of a sampler over a range: its start is not after its end."""
    between = call.constant("between")
    if between is not None and between[0] > between[1]:
        yield Problem("E0309", f"The range starts at {between[0]}, after its end {between[1]}.", "between")


def bounds(between: Vector, n: int) -> tuple[Array, Array]:
    """Start and end of a range of dates or timestamps, as datetime64 arrays of n rows."""
    if isinstance(between, Constant):
        start, stop = between.value
        return to_array(Constant(start), n), to_array(Constant(stop), n)
    if isinstance(between, Records):
        return to_array(between.fields["start"], n), to_array(between.fields["stop"], n)
    rows = to_list(between, n)
    return to_array([r["start"] for r in rows], n), to_array([r["stop"] for r in rows], n)


def is_times(vector: Vector) -> bool:
    """Whether a vector is an array of dates or timestamps."""
    import numpy as np

    return isinstance(vector, np.ndarray) and vector.dtype.kind == "M"


def days_of(times: Array) -> Array:
    """Days since 1970-01-01, int64[n]."""
    import numpy as np

    return times.astype("datetime64[D]").astype(np.int64)


def microseconds_of_day(times: Array) -> Array:
    """Microseconds since midnight, int64[n]."""
    import numpy as np

    return times.astype("datetime64[us]").astype(np.int64) % (DAY_SECONDS * MICROSECONDS)


def coded_days(times: Array) -> Coded:
    """Each row's day as a code into the distinct days (`datetime.date`, in order)."""
    import numpy as np

    days = days_of(times)
    if not len(days):
        return Coded(days, [])
    first, last = int(days.min()), int(days.max())
    if last - first > 4 * len(days) + 100_000:
        distinct, codes = np.unique(days, return_inverse=True)
        return Coded(codes.reshape(-1), distinct.astype("datetime64[D]").tolist())
    # Where the span is short, marking the days that occur is ten times as fast as sorting.
    seen = np.zeros(last - first + 1, dtype=np.bool_)
    seen[days - first] = True
    distinct = (np.flatnonzero(seen) + first).astype("datetime64[D]")
    return Coded((np.cumsum(seen) - 1)[days - first], distinct.tolist())


def part(
    name: str,
    doc: str,
    limits: tuple[int, int],
    scalar: Callable[[Any], int],
    array: Callable[[Array], Array],
    example: tuple[str, int],
    of_dates: bool = True,
) -> Operator:
    """The operator for one part of a time; `of_dates`: whether dates have it as well as timestamps."""

    def kernel(n: int, t: Vector) -> Vector:
        return array(to_array(t, n)) if is_times(t) else by_row(scalar, n, t)

    kinds = ("date", "timestamp") if of_dates else ("timestamp",)
    return Operator(
        name=name,
        family="time",
        kind="function",
        signatures=tuple(f"{name}(t: {kind}) -> int" for kind in kinds),
        doc=doc,
        examples=(example,),
        result=lambda call, type_: IntType(*limits),
        scalar=scalar,
        kernel=kernel,
    )


def as_date(t: datetime.date) -> datetime.date:
    """The day of a date or timestamp."""
    return t.date() if isinstance(t, datetime.datetime) else t
