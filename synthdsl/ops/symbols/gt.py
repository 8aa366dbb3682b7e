"""`a > b`."""

from __future__ import annotations

from operator import gt

from synthdsl.ops.contract import Operator
from synthdsl.ops.symbols.compare import comparison

OPERATOR = Operator(
    name="gt",
    family="symbols",
    kind="function",
    signatures=("gt(a: S, b: S) -> bool",),
    doc="Whether the first value comes after the second.",
    examples=(
        ("1 > 2", False),
        ('"b" > "a"', True),
    ),
    scalar=gt,
    kernel=comparison(gt),
)
