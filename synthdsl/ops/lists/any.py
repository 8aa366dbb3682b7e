"""`any`: whether a condition holds at least once."""

from __future__ import annotations

from synthdsl.ops.contract import Operator


def _scalar(items: list[bool]) -> bool:
    return any(items)


OPERATOR = Operator(
    name="any",
    family="lists",
    kind="function",
    signatures=("any(items: list[bool]) -> bool",),
    doc="Whether at least one of the conditions holds; false for an empty list.",
    examples=(
        ("any([true, false])", True),
        ("any([])", False),
        ("any(x > 1 for x in [1, 2, 3])", True),
    ),
    scalar=_scalar,
    whole=True,
)
