"""The template filter `unique`."""

from __future__ import annotations

from typing import Any

from synthdsl.ops.contract import Operator
from synthdsl.ops.jinja.keys import sort_key


def _scalar(items: list[Any], case_sensitive: bool, attribute: str | None) -> list[Any]:
    key = sort_key(case_sensitive, attribute)
    first: dict[Any, Any] = {}
    for item in items:
        first.setdefault(key(item), item)
    return list(first.values())


OPERATOR = Operator(
    name="jinja.unique",
    family="text",
    kind="function",
    signatures=("unique(items: list[T], case_sensitive: bool, attribute: text? = null) -> list[T]",),
    doc="The items without those that equal an earlier one, letters without regard to case unless `case_sensitive`.",
    examples=(("t\"{{ ['a', 'b', 'A'] | unique | join }}\"", "ab"),),
    source="jinja2.filters.do_unique",
    scalar=_scalar,
)
