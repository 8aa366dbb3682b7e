"""`ceil`: the nearest whole number from above."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from synthdsl.ops.contract import Operator
from synthdsl.ops.numbers.limits import by_array, whole, whole_array

if TYPE_CHECKING:
    from typing import Any

    from numpy.typing import NDArray


def _scalar(x: float) -> int:
    return whole(math.ceil(x)) if isinstance(x, float) else x


def _array(x: NDArray[Any]) -> NDArray[Any]:
    import numpy as np

    return x if x.dtype.kind == "i" else whole_array(np.ceil(x))


OPERATOR = Operator(
    name="ceil",
    family="numbers",
    kind="function",
    signatures=("ceil(x: number) -> int",),
    doc="The smallest whole number not below `x`.",
    examples=(("ceil(3.2)", 4), ("ceil(-3.7)", -3)),
    scalar=_scalar,
    kernel=by_array(_scalar, _array),
)
