"""`a != b`."""

from __future__ import annotations

from operator import ne

from synthdsl.ops.contract import Operator
from synthdsl.ops.symbols.compare import comparison

OPERATOR = Operator(
    name="ne",
    family="symbols",
    kind="function",
    signatures=("ne(a: any, b: any) -> bool",),
    doc="Whether two values differ; the opposite of `==`.",
    examples=(
        ("2 != 3", True),
        ('"a" != "a"', False),
    ),
    scalar=ne,
    kernel=comparison(ne),
)
