"""`exp`: a power of e."""

from __future__ import annotations

from typing import TYPE_CHECKING

from synthdsl.dataset import portable, portable_arrays
from synthdsl.ops.contract import Operator
from synthdsl.ops.numbers.limits import by_array
from synthdsl.ops.symbols.exact import checked, finite

if TYPE_CHECKING:
    from typing import Any

    from numpy.typing import NDArray


def _scalar(x: float) -> float:
    return checked(portable.exp(float(x)))


def _array(x: NDArray[Any]) -> NDArray[Any]:
    return finite(portable_arrays.exp(x))


OPERATOR = Operator(
    name="exp",
    family="numbers",
    kind="function",
    signatures=("exp(x: number) -> float",),
    doc="e (2.71828...) to the power `x`; undefined above 709.78, where it exceeds the largest float.",
    examples=(("exp(0)", 1.0),),
    source="dataset/portable.py",
    scalar=_scalar,
    kernel=by_array(_scalar, _array),
)
