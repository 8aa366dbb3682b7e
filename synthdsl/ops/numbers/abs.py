"""`abs`: a number without its sign."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any

from synthdsl.ops.contract import Operator
from synthdsl.ops.numbers.limits import by_array
from synthdsl.ops.rows import require
from synthdsl.ops.symbols.exact import INT_MIN, TOO_LARGE_INT, checked

if TYPE_CHECKING:
    from numpy.typing import NDArray


def _scalar(x: Any) -> Any:
    return abs(x) if isinstance(x, datetime.timedelta) else checked(abs(x))


def _array(x: NDArray[Any]) -> NDArray[Any]:
    import numpy as np

    if x.dtype.kind == "i":
        require(x != INT_MIN, TOO_LARGE_INT)
    return np.abs(x)


OPERATOR = Operator(
    name="abs",
    family="numbers",
    kind="function",
    signatures=("abs(x: number) -> number", "abs(x: duration) -> duration"),
    doc="The distance of `x` from 0; of a duration, its length forwards.",
    examples=(("abs(-3)", 3), ("abs(2.5)", 2.5)),
    scalar=_scalar,
    kernel=by_array(_scalar, _array),
)
