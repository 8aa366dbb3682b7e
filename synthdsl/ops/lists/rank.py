"""`rank`: the place of each item among all."""

from __future__ import annotations

from typing import Any

from synthdsl.ops.contract import CallSite, Operator
from synthdsl.ops.lists.bounds import same_length
from synthdsl.types.terms import IntType, ListType, Type


def _scalar(items: list[Any], descending: bool) -> list[int]:
    places: dict[Any, int] = {}
    for place, item in enumerate(sorted(items, reverse=descending), 1):
        places.setdefault(item, place)
    return [places[item] for item in items]


def _result(call: CallSite, inferred: Type) -> Type:
    long = same_length(call, inferred)
    return ListType(IntType(1, long.max), long.min, long.max) if isinstance(long, ListType) else long


OPERATOR = Operator(
    name="rank",
    family="lists",
    kind="function",
    signatures=("rank(items: list[S], *, descending: bool = false) -> list[int]",),
    doc=(
        "The place of each item in the order from the smallest, 1, to the largest, or the other way round with "
        "`descending`. Equal items share the first of their places."
    ),
    examples=(
        ("rank([30, 10, 20, 10])", [4, 1, 3, 1]),
        ("rank([0.5, 0.9, 0.1], descending=true)", [2, 1, 3]),
    ),
    result=_result,
    scalar=_scalar,
)
