"""`integer`: a whole number between two bounds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from synthdsl.dataset.address import Draw
from synthdsl.dataset.vector import Vector
from synthdsl.ops.contract import Between, CallSite, Domain, Finite, Operator
from synthdsl.ops.numbers.bounds import ordered
from synthdsl.ops.numbers.drawing import evenly_within, integers
from synthdsl.ops.rows import require
from synthdsl.types.terms import IntType, Type

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

_FINITE = 1000
_WIDE = 2**52


def _kernel(draw: Draw, low: Vector, high: Vector) -> Vector:
    import numpy as np

    a, b = integers(low, draw.n), integers(high, draw.n)
    require(a <= b, "The lower bound is above the upper bound.")
    # In unsigned arithmetic the span of any two 64-bit integers fits.
    start = a.astype(np.uint64)
    span = b.astype(np.uint64) - start
    wide = span >= _WIDE - 1
    if wide.any():
        step = np.empty(draw.n, dtype=np.uint64)
        step[~wide] = draw.at(~wide).index(span[~wide].astype(np.int64) + 1).astype(np.uint64)
        step[wide] = _wide(draw.at(wide), span[wide])
    else:
        step = draw.index(span.astype(np.int64) + 1).astype(np.uint64)
    return (start + step).astype(np.int64)


def _wide(draw: Draw, span: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Evenly from 0 to `span`, by masking bits and drawing again what exceeds it."""
    import numpy as np

    mask = span.copy()
    for shift in (1, 2, 4, 8, 16, 32):
        mask |= mask >> np.uint64(shift)
    out = np.zeros(draw.n, dtype=np.uint64)
    rows = np.arange(draw.n)
    counter = 0
    while len(rows):
        bits = draw.at(rows).bits(counter) & mask[rows]
        good = bits <= span[rows]
        out[rows[good]] = bits[good]
        rows = rows[~good]
        counter += 1
    return out


def _within(draw: Draw, low: Floats, high: Floats, start: Vector, stop: Vector) -> tuple[Vector, Floats]:
    a, b = integers(start, draw.n), integers(stop, draw.n)
    require(a <= b, "The lower bound is above the upper bound.")
    return evenly_within(draw, (a, b), (low, high))


def _domain(call: CallSite) -> Domain | None:
    if not call.known("low", "high"):
        return None
    low, high = call.constant("low"), call.constant("high")
    size = high - low + 1
    if size <= _FINITE:
        return Finite(tuple((value, 1.0 / size) for value in range(low, high + 1)))
    return Between(low, high)


def _result(call: CallSite, type_: Type) -> Type:
    return IntType(call.constant("low"), call.constant("high")) if call.known("low", "high") else type_


OPERATOR = Operator(
    name="integer",
    family="numbers",
    kind="sampler",
    signatures=("integer(low: int, high: int) -> int",),
    doc="A whole number drawn evenly from `low` to `high`, both included.",
    examples=(("integer(1, 6)", None),),
    check=ordered,
    result=_result,
    kernel=_kernel,
    within=_within,
    domain=_domain,
)
