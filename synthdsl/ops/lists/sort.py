"""`sort`: a list in order."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from synthdsl.ops.contract import CallSite, Operator, Problem, Undefined
from synthdsl.ops.lists.bounds import same_length

_UNEQUAL = "The numbers of items, {}, and of values in `by`, {}, differ."


def _check(call: CallSite) -> Iterator[Problem]:
    if "by" in call.arguments and call.known("items", "by"):
        items, by = call.constant("items"), call.constant("by")
        if len(items) != len(by):
            yield Problem("E0309", _UNEQUAL.format(len(items), len(by)), "by")


def _scalar(items: list[Any], *rest: Any) -> list[Any]:
    *keys, descending = rest
    by = keys[0] if keys else items
    if len(by) != len(items):
        raise Undefined(_UNEQUAL.format(len(items), len(by)))
    order = sorted(range(len(items)), key=by.__getitem__, reverse=descending)
    return [items[i] for i in order]


OPERATOR = Operator(
    name="sort",
    family="lists",
    kind="function",
    signatures=(
        "sort(items: list[S], *, descending: bool = false) -> list[S]",
        "sort(items: list[T], *, by: list[S], descending: bool = false) -> list[T]",
    ),
    doc=(
        "The items of a list from the smallest to the largest, or the other way round with `descending`. With "
        "`by`, a list with one value for each item, in the order of those: `sort(answers, by=grades.score)`. "
        "Equal ones stay in the order in which they stood."
    ),
    examples=(
        ("sort([3, 1, 2])", [1, 2, 3]),
        ('sort(["b", "a"], descending=true)', ["b", "a"]),
        ('sort(["x", "y", "z"], by=[2, 3, 1], descending=true)', ["y", "x", "z"]),
    ),
    result=same_length,
    check=_check,
    scalar=_scalar,
)
