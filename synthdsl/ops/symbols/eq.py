"""`a == b`."""

from __future__ import annotations

from operator import eq

from synthdsl.ops.contract import Operator
from synthdsl.ops.symbols.compare import comparison

OPERATOR = Operator(
    name="eq",
    family="symbols",
    kind="function",
    signatures=("eq(a: any, b: any) -> bool",),
    doc=(
        "Whether two values are equal. Records and lists are equal when all their parts are; null is equal to null "
        "alone."
    ),
    examples=(
        ("2 == 2.0", True),
        ("2 == 3", False),
        ("[1, 2] == [1, 2]", True),
    ),
    scalar=eq,
    kernel=comparison(eq),
)
