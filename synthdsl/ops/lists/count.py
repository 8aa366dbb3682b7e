"""`count`: how many items a list has, or how many equal to one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from synthdsl.ops.contract import CallSite, Operator, Problem, Undefined
from synthdsl.ops.lists.keys import key_of
from synthdsl.ops.text.sizes import at_least_zero


def _check(call: CallSite) -> Iterator[Problem]:
    if call.constant("part") == "":
        yield Problem("E0309", "An empty part cannot be counted.", "part")


def _scalar(items: Any, *item: Any) -> int:
    if not item:
        return sum(1 for one in items if one is not False and one is not None)
    if isinstance(items, str):
        if not item[0]:
            raise Undefined("An empty part cannot be counted.")
        return items.count(item[0])
    wanted = key_of(item[0])
    return sum(1 for one in items if key_of(one) == wanted)


OPERATOR = Operator(
    name="count",
    family="lists",
    kind="function",
    signatures=(
        "count(items: list[any]) -> int",
        "count(items: list[T], item: T) -> int",
        "count(text: text, part: text) -> int",
    ),
    doc=(
        "How many items of a list are neither false nor null: the length of a list of values, the number of "
        "conditions that hold in a list of conditions.\n\n"
        "With a second argument, how many items are equal to it; of a text, how often the part stands in it "
        "without overlap."
    ),
    examples=(
        ("count([3, 4, 5])", 3),
        ("count(x > 3 for x in [3, 4, 5])", 2),
        ('count(["a", "b", "a"], "a")', 2),
        ('count("banana", "an")', 2),
    ),
    result=at_least_zero,
    check=_check,
    scalar=_scalar,
    whole=True,
)
