"""`a < b`."""

from __future__ import annotations

from operator import lt

from synthdsl.ops.contract import Operator
from synthdsl.ops.symbols.compare import comparison

OPERATOR = Operator(
    name="lt",
    family="symbols",
    kind="function",
    signatures=("lt(a: S, b: S) -> bool",),
    doc=(
        "Whether the first value comes before the second: numbers by size, text by code points, times by time, "
        "false before true."
    ),
    examples=(
        ("1 < 2", True),
        ('"b" < "a"', False),
    ),
    scalar=lt,
    kernel=comparison(lt),
)
