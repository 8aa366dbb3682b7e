"""`first`: the first item of a list."""

from __future__ import annotations

from typing import Any

from synthdsl.ops.contract import Operator, Undefined
from synthdsl.ops.lists.bounds import not_empty


def _scalar(items: list[Any]) -> Any:
    if not items:
        raise Undefined("An empty list has no first item.")
    return items[0]


OPERATOR = Operator(
    name="first",
    family="lists",
    kind="function",
    signatures=("first(items: list[T]) -> T",),
    doc="The first item of a list; undefined for an empty one.",
    examples=(("first([3, 4, 5])", 3),),
    check=not_empty,
    scalar=_scalar,
    whole=True,
)
