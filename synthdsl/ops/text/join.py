"""`join`: the texts of a list as one."""

from __future__ import annotations

from synthdsl.ops.contract import Operator
from synthdsl.ops.text.sizes import short_enough


def _scalar(items: list[str], separator: str) -> str:
    return short_enough(separator.join(items))


OPERATOR = Operator(
    name="join",
    family="text",
    kind="function",
    signatures=('join(items: list[text], separator: text = "") -> str',),
    doc="The texts of a list one after another, with the separator between them.",
    examples=(
        ('join(["a", "b", "c"], ", ")', "a, b, c"),
        ('join([], "-")', ""),
    ),
    scalar=_scalar,
)
