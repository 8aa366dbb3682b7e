"""`sign`: whether a number is negative, zero or positive."""

from __future__ import annotations

from typing import TYPE_CHECKING

from synthdsl.ops.contract import CallSite, Operator
from synthdsl.ops.numbers.limits import by_array
from synthdsl.types.terms import IntType, Type

if TYPE_CHECKING:
    from typing import Any

    from numpy.typing import NDArray


def _scalar(x: float) -> int:
    return (x > 0) - (x < 0)


def _array(x: NDArray[Any]) -> NDArray[Any]:
    import numpy as np

    return np.sign(x).astype(np.int64)


def _result(call: CallSite, type_: Type) -> Type:
    return IntType(-1, 1)


OPERATOR = Operator(
    name="sign",
    family="numbers",
    kind="function",
    signatures=("sign(x: number) -> int",),
    doc="-1 for a negative number, 0 for zero, 1 for a positive one.",
    examples=(("sign(-2.5)", -1), ("sign(0)", 0)),
    result=_result,
    scalar=_scalar,
    kernel=by_array(_scalar, _array),
)
