"""`a >= b`."""

from __future__ import annotations

from operator import ge

from synthdsl.ops.contract import Operator
from synthdsl.ops.symbols.compare import comparison

OPERATOR = Operator(
    name="ge",
    family="symbols",
    kind="function",
    signatures=("ge(a: S, b: S) -> bool",),
    doc="Whether the first value comes after the second or is equal to it.",
    examples=(
        ("2 >= 2", True),
        ('"a" >= "b"', False),
    ),
    scalar=ge,
    kernel=comparison(ge),
)
