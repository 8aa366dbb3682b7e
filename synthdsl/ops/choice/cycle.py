"""`cycle`: the values of a list in turn, row by row."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from synthdsl.dataset.vector import Coded, Constant, Vector, to_list
from synthdsl.ops.choice.options import options_type
from synthdsl.ops.contract import CallSite, Operator, Problem, Undefined

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_EMPTY = "There is nothing to go through."


def _check(call: CallSite) -> Iterator[Problem]:
    if call.constant("options") == []:
        yield Problem("E0311", _EMPTY, "options")


def _kernel(n: int, row: NDArray[np.int64], options: Vector) -> Vector:
    if isinstance(options, Constant):
        if n and not options.value:
            raise Undefined(_EMPTY, 0, "E0311")
        return Coded(row % max(1, len(options.value)), options.value)
    found: list[Any] = []
    for at, (values, i) in enumerate(zip(to_list(options, n), row.tolist(), strict=True)):
        if not values:
            raise Undefined(_EMPTY, at, "E0311")
        found.append(values[i % len(values)])
    return found


OPERATOR = Operator(
    name="cycle",
    family="choice",
    kind="function",
    signatures=("cycle(options: list[T]) -> T",),
    doc="The values of a list in turn: the first for row 0, the next for row 1, and the first again after the last.",
    examples=(('cycle(["morning", "noon", "night"])', None),),
    result=options_type,
    check=_check,
    kernel=_kernel,
    needs_row=True,
)
