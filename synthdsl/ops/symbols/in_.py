"""`x in xs`: a list, a text, a range."""

from __future__ import annotations

from typing import Any

from synthdsl.dataset.vector import Constant, Vector, to_list
from synthdsl.ops.contract import Operator
from synthdsl.ops.rows import by_row


def _scalar(x: Any, xs: Any) -> bool:
    if isinstance(xs, tuple):
        return bool(xs[0] <= x <= xs[1])
    if isinstance(xs, dict):
        return bool(xs["start"] <= x <= xs["stop"])
    return x in xs


def _kernel(n: int, x: Vector, xs: Vector) -> Vector:
    import numpy as np

    if isinstance(x, np.ndarray | list) and isinstance(xs, Constant) and isinstance(xs.value, list):
        try:
            members = frozenset(xs.value)
            return np.fromiter(map(members.__contains__, to_list(x, n)), dtype=np.bool_, count=n)
        except TypeError:
            # Lists and records cannot be hashed.
            return by_row(_scalar, n, x, xs)
    return by_row(_scalar, n, x, xs)


OPERATOR = Operator(
    name="in_",
    family="symbols",
    kind="function",
    signatures=(
        "in_(x: text, xs: text) -> bool",
        "in_(x: T, xs: list[T]) -> bool",
        "in_(x: S, xs: range[S]) -> bool",
    ),
    doc="Whether a list has the item `x`, a text the part `x`, or a range reaches over `x`, both ends included.",
    examples=(("2 in [1, 2, 3]", True), ('"bc" in "abcd"', True), ('"x" in ["a", "b"]', False)),
    scalar=_scalar,
    kernel=_kernel,
)
