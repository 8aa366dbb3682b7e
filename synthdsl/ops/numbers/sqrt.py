"""`sqrt`: the square root."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING

from synthdsl.ops.contract import CallSite, Operator, Problem, Undefined
from synthdsl.ops.numbers.limits import by_array
from synthdsl.ops.rows import require

if TYPE_CHECKING:
    from typing import Any

    from numpy.typing import NDArray

_NEGATIVE = "A negative number has no square root."


def _check(call: CallSite) -> Iterator[Problem]:
    x = call.constant("x")
    if x is not None and x < 0:
        yield Problem("E0309", f"The square root of {x} is undefined.", "x")


def _scalar(x: float) -> float:
    if x < 0:
        raise Undefined(_NEGATIVE)
    return math.sqrt(x) + 0.0


def _array(x: NDArray[Any]) -> NDArray[Any]:
    import numpy as np

    require(x >= 0, _NEGATIVE)
    return np.sqrt(x.astype(np.float64)) + 0.0


OPERATOR = Operator(
    name="sqrt",
    family="numbers",
    kind="function",
    signatures=("sqrt(x: number) -> float",),
    doc="The square root of `x`, which must not be negative.",
    examples=(("sqrt(9)", 3.0),),
    check=_check,
    scalar=_scalar,
    kernel=by_array(_scalar, _array),
)
