"""`a <= b`."""

from __future__ import annotations

from operator import le

from synthdsl.ops.contract import Operator
from synthdsl.ops.symbols.compare import comparison

OPERATOR = Operator(
    name="le",
    family="symbols",
    kind="function",
    signatures=("le(a: S, b: S) -> bool",),
    doc="Whether the first value comes before the second or is equal to it.",
    examples=(
        ("2 <= 2", True),
        ('"b" <= "a"', False),
    ),
    scalar=le,
    kernel=comparison(le),
)
