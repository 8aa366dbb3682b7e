"""`floor`: the nearest whole number from below."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from synthdsl.ops.contract import Operator
from synthdsl.ops.numbers.limits import by_array, whole, whole_array

if TYPE_CHECKING:
    from typing import Any

    from numpy.typing import NDArray


def _scalar(x: float) -> int:
    return whole(math.floor(x)) if isinstance(x, float) else x


def _array(x: NDArray[Any]) -> NDArray[Any]:
    import numpy as np

    return x if x.dtype.kind == "i" else whole_array(np.floor(x))


OPERATOR = Operator(
    name="floor",
    family="numbers",
    kind="function",
    signatures=("floor(x: number) -> int",),
    doc="The largest whole number not above `x`.",
    examples=(("floor(3.7)", 3), ("floor(-3.2)", -4)),
    scalar=_scalar,
    kernel=by_array(_scalar, _array),
)
