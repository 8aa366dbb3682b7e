"""The template filter `sort`."""

from __future__ import annotations

from typing import Any

from synthdsl.ops.contract import Operator
from synthdsl.ops.jinja.keys import sort_key


def _scalar(items: list[Any], reverse: bool, case_sensitive: bool, attribute: str | None) -> list[Any]:
    return sorted(items, key=sort_key(case_sensitive, attribute), reverse=reverse)


OPERATOR = Operator(
    name="jinja.sort",
    family="text",
    kind="function",
    signatures=("sort(items: list[T], reverse: bool, case_sensitive: bool, attribute: text? = null) -> list[T]",),
    doc=(
        "The items in order: letters without regard to case unless `case_sensitive`; of records by the field "
        "`attribute`."
    ),
    examples=(("t\"{{ ['b', 'A', 'c'] | sort | join }}\"", "Abc"),),
    source="jinja2.filters.do_sort",
    scalar=_scalar,
)
