"""What the functions on numbers share: widening, whole results, lists of numbers."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from synthdsl.dataset.vector import Vector
from synthdsl.ops.contract import Undefined
from synthdsl.ops.rows import by_row, require
from synthdsl.ops.symbols.exact import TOO_LARGE_FLOAT, TOO_LARGE_INT

if TYPE_CHECKING:
    from numpy.typing import NDArray


def widen(value: Any, *others: Any) -> Any:
    """The value as a float where it or one of the others is one, else as it is; -0.0 becomes 0.0."""
    if isinstance(value, float):
        return value + 0.0
    return float(value) if any(isinstance(o, float) for o in others) else value


def widen_among(value: Any, values: Iterable[Any]) -> Any:
    """The value, one of `values`, as a float where one of them is a float; -0.0 becomes 0.0."""
    if isinstance(value, int) and not isinstance(value, bool) and any(isinstance(v, float) for v in values):
        return float(value)
    return widen(value)


def whole(value: float) -> int:
    """A float without fraction as a 64-bit integer; raises `Undefined` where it does not fit."""
    if not -(2.0**63) <= value < 2.0**63:
        raise Undefined(TOO_LARGE_INT)
    return int(value)


def whole_array(values: NDArray[Any]) -> NDArray[Any]:
    """`whole` of each item."""
    import numpy as np

    require((values >= -(2.0**63)) & (values < 2.0**63), TOO_LARGE_INT)
    return values.astype(np.int64)


def by_array(
    scalar: Callable[..., Any], array: Callable[[NDArray[Any]], NDArray[Any]]
) -> Callable[[int, Vector], Vector]:
    """A kernel of one number: `array` where the argument is a numeric array, else row by row."""

    def kernel(n: int, x: Vector) -> Vector:
        import numpy as np

        return array(x) if isinstance(x, np.ndarray) and x.dtype.kind in "if" else by_row(scalar, n, x)

    return kernel


def exact_sum(values: Iterable[float]) -> float:
    """The sum of floats, rounded once, whatever their order (Shewchuk's algorithm, `math.fsum`)."""
    try:
        return math.fsum(values)
    except OverflowError:
        raise Undefined(TOO_LARGE_FLOAT) from None


def average(values: Sequence[float]) -> float:
    """The arithmetic mean; raises `Undefined` for no values."""
    if not values:
        raise Undefined("An empty list has no mean.")
    if all(isinstance(v, int) for v in values):
        return sum(values) / len(values)
    return exact_sum(values) / len(values)
