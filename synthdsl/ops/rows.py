"""What kernels share: scalar functions carried over vectors, and where in a batch a value is undefined."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from itertools import repeat
from typing import TYPE_CHECKING, Any

from synthdsl.dataset.vector import Coded, Constant, Vector, to_array, to_list
from synthdsl.ops.contract import Undefined

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_PLAIN = (bool, int, float, datetime.date, datetime.datetime, datetime.timedelta)


def by_row(function: Callable[..., Any], n: int, *vectors: Vector) -> Vector:
    """The function of one row's Python values, for n rows.

    When one argument is `Coded` and the others constant, the function sees each of its values once.
    Raises `Undefined` with the position of the first row for which the function does.
    """
    if not n:
        return []
    varying = [v for v in vectors if not isinstance(v, Constant)]
    if not varying:
        return Constant(_located(function, [repeat(v.value, 1) for v in vectors if isinstance(v, Constant)])[0])
    only = varying[0]
    if len(varying) == 1 and isinstance(only, Coded) and len(only.values) <= n:
        found = _by_value(function, only, vectors)
        if found is not None:
            return found
    return pack(_located(function, [repeat(v.value, n) if isinstance(v, Constant) else to_list(v, n) for v in vectors]))


def _by_value(function: Callable[..., Any], only: Coded, vectors: Sequence[Vector]) -> Vector | None:
    """The function over the values of a coded vector; None where it is undefined for one of them.

    That value may occur in none of the rows: the caller then goes row by row.
    """
    many = [repeat(v.value) if isinstance(v, Constant) else only.values for v in vectors]
    try:
        results = pack(list(map(function, *many)))
    except Undefined:
        return None
    return Coded(only.codes, results) if isinstance(results, list) else to_array(results, len(only.values))[only.codes]


def _located(function: Callable[..., Any], columns: Sequence[Any]) -> list[Any]:
    results: list[Any] = []
    try:
        # `extend` keeps what was done before the failure, so its length is the failing row.
        results.extend(map(function, *columns))
    except Undefined as undefined:
        raise Undefined(str(undefined), len(results), undefined.code) from None
    return results


def pack(values: list[Any]) -> Vector:
    """The values as an array where all are numbers, booleans, dates, times or durations of one type."""
    types = set(map(type, values))
    if len(types) == 1 and types.pop() in _PLAIN:
        return to_array(values, len(values))
    return values


def require(holds: NDArray[np.bool_], message: str, code: str = "E0801") -> None:
    """Raises `Undefined` at the first row where `holds` is false."""
    if not holds.all():
        raise Undefined(message, int(holds.argmin()), code)
