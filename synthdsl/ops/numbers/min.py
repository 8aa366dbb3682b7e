"""`min`: the smallest of some values."""

from __future__ import annotations

from functools import reduce
from typing import Any

from synthdsl.dataset.column import WholeValues
from synthdsl.dataset.vector import Vector
from synthdsl.ops.contract import Operator, Undefined
from synthdsl.ops.numbers.limits import widen, widen_among
from synthdsl.ops.rows import by_row
from synthdsl.ops.symbols.exact import numbers


def _scalar(first: Any, *rest: Any) -> Any:
    if rest or not isinstance(first, list | WholeValues):
        return widen(min(first, *rest) if rest else first, first, *rest)
    if not first:
        raise Undefined("An empty list has no smallest item.")
    return widen_among(min(first), first)


def _kernel(n: int, *vectors: Vector) -> Vector:
    import numpy as np

    found = [numbers(v) for v in vectors]
    if any(f is None for f in found) or not any(isinstance(f, np.ndarray) for f in found):
        return by_row(_scalar, n, *vectors)
    out = reduce(np.minimum, found)
    return out + 0.0 if out.dtype.kind == "f" else out


OPERATOR = Operator(
    name="min",
    family="numbers",
    kind="function",
    signatures=("min(values: list[S]) -> S", "min(first: S, ...rest: S) -> S"),
    doc=(
        "The smallest item of a list, or the smallest of several arguments: numbers, texts (by code points), dates and "
        "all else that can be ordered. Undefined for an empty list."
    ),
    examples=(("min([3, 1, 2])", 1), ("min(3, 7)", 3), ('min("b", "a")', "a")),
    scalar=_scalar,
    kernel=_kernel,
    whole=True,
)
