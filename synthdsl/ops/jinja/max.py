"""The template filter `max`."""

from __future__ import annotations

from typing import Any

from synthdsl.ops.contract import Operator, Undefined
from synthdsl.ops.jinja.keys import sort_key


def _scalar(items: list[Any], case_sensitive: bool, attribute: str | None) -> Any:
    if not items:
        raise Undefined("An empty list has no largest item.")
    return max(items, key=sort_key(case_sensitive, attribute))


OPERATOR = Operator(
    name="jinja.max",
    family="text",
    kind="function",
    signatures=("max(items: list[T], case_sensitive: bool, attribute: text? = null) -> T",),
    doc=(
        "The largest item, letters without regard to case unless `case_sensitive`; of records by the field `attribute`."
    ),
    examples=(('t"{{ [3, 1, 2] | max }}"', "3"),),
    source="jinja2.filters.do_max",
    scalar=_scalar,
)
