"""`all`: whether a condition always holds."""

from __future__ import annotations

from synthdsl.ops.contract import Operator


def _scalar(items: list[bool]) -> bool:
    return all(items)


OPERATOR = Operator(
    name="all",
    family="lists",
    kind="function",
    signatures=("all(items: list[bool]) -> bool",),
    doc="Whether every one of the conditions holds; true for an empty list.",
    examples=(
        ("all([true, false])", False),
        ("all([])", True),
        ("all(x > 1 for x in [1, 2, 3])", False),
    ),
    scalar=_scalar,
    whole=True,
)
