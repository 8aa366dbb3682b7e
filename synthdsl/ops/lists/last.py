"""`last`: the last item of a list."""

from __future__ import annotations

from typing import Any

from synthdsl.ops.contract import Operator, Undefined
from synthdsl.ops.lists.bounds import not_empty


def _scalar(items: list[Any]) -> Any:
    if not items:
        raise Undefined("An empty list has no last item.")
    return items[-1]


OPERATOR = Operator(
    name="last",
    family="lists",
    kind="function",
    signatures=("last(items: list[T]) -> T",),
    doc="The last item of a list; undefined for an empty one.",
    examples=(("last([3, 4, 5])", 5),),
    check=not_empty,
    scalar=_scalar,
    whole=True,
)
