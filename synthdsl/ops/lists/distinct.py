"""`distinct`: a list without doubles."""

from __future__ import annotations

from typing import Any

from synthdsl.ops.contract import Operator
from synthdsl.ops.lists.bounds import no_longer
from synthdsl.ops.lists.keys import first_of_each


def _scalar(items: list[Any]) -> list[Any]:
    return list(first_of_each(items).values())


OPERATOR = Operator(
    name="distinct",
    family="lists",
    kind="function",
    signatures=("distinct(items: list[T]) -> list[T]",),
    doc="The items of a list without doubles, in the order in which they come first.",
    examples=(
        ("distinct([3, 1, 3, 2, 1])", [3, 1, 2]),
        ("distinct([{ a: 1 }, { a: 1 }])", [{"a": 1}]),
    ),
    result=no_longer,
    scalar=_scalar,
)
