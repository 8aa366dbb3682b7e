"""The template filter `min`."""

from __future__ import annotations

from typing import Any

from synthdsl.ops.contract import Operator, Undefined
from synthdsl.ops.jinja.keys import sort_key


def _scalar(items: list[Any], case_sensitive: bool, attribute: str | None) -> Any:
    if not items:
        raise Undefined("An empty list has no smallest item.")
    return min(items, key=sort_key(case_sensitive, attribute))


OPERATOR = Operator(
    name="jinja.min",
    family="text",
    kind="function",
    signatures=("min(items: list[T], case_sensitive: bool, attribute: text? = null) -> T",),
    doc=(
        "The smallest item, letters without regard to case unless `case_sensitive`; of records by the field "
        "`attribute`."
    ),
    examples=(('t"{{ [3, 1, 2] | min }}"', "1"),),
    source="jinja2.filters.do_min",
    scalar=_scalar,
)
