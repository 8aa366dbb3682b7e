"""`row`: the number of the row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from synthdsl.dataset.vector import Vector
from synthdsl.ops.contract import CallSite, Operator
from synthdsl.types.terms import IntType, Type

if TYPE_CHECKING:
    from numpy.typing import NDArray


def _kernel(n: int, row: NDArray[Any]) -> Vector:
    return row


def _result(call: CallSite, type_: Type) -> Type:
    return IntType(0, None)


OPERATOR = Operator(
    name="row",
    family="identity",
    kind="function",
    signatures=("row() -> int",),
    doc="The row's number in its dataset, counted from 0. Only under `of N`; it is written without parentheses.",
    examples=(("row", None), ("mod(row, 2)", None)),
    result=_result,
    kernel=_kernel,
    needs_row=True,
)
