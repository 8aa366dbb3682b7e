"""`duration`: a length of time."""

from __future__ import annotations

import datetime

from synthdsl.dataset.vector import Vector
from synthdsl.ops.contract import Operator, Undefined
from synthdsl.ops.rows import by_row
from synthdsl.ops.symbols.exact import TOO_LONG, checked_duration, numbers

_UNITS = (7 * 86_400_000_000, 86_400_000_000, 3_600_000_000, 60_000_000, 1_000_000)
_SAFE = 2.0**60


def _scalar(*amounts: float) -> datetime.timedelta:
    return checked_duration(sum(_part(a, unit) for a, unit in zip(amounts, _UNITS, strict=True)))


def _part(amount: float, unit: int) -> int:
    if isinstance(amount, int):
        return amount * unit
    product = amount * unit
    if not abs(product) < 2.0**63:
        raise Undefined(TOO_LONG)
    return round(product)


def _kernel(n: int, *amounts: Vector) -> Vector:
    import numpy as np

    found = [numbers(a) for a in amounts]
    if any(f is None for f in found):
        return by_row(_scalar, n, *amounts)
    total = np.zeros(n, dtype=np.int64)
    for amount, unit in zip(map(np.asarray, found), _UNITS, strict=True):
        product = amount * float(unit)
        # Five parts below 2**60 microseconds (36,000 years) each cannot overflow together.
        if not (np.abs(product) < _SAFE).all():
            return by_row(_scalar, n, *amounts)
        total += amount * unit if amount.dtype.kind == "i" else np.rint(product).astype(np.int64)
    return total.astype("timedelta64[us]")


OPERATOR = Operator(
    name="duration",
    family="time",
    kind="function",
    signatures=(
        "duration(*, weeks: number = 0, days: number = 0, hours: number = 0, minutes: number = 0, "
        "seconds: number = 0) -> duration",
    ),
    doc=(
        "A length of time made of its parts, each of which may be a fraction or negative, rounded to microseconds. "
        "It can be added to dates and timestamps, and is what their difference gives."
    ),
    examples=(
        ("duration(days=1, hours=12)", datetime.timedelta(days=1, hours=12)),
        ("duration(minutes=0.5)", datetime.timedelta(seconds=30)),
    ),
    scalar=_scalar,
    kernel=_kernel,
)
