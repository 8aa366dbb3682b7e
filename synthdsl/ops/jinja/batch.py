"""The template filter `batch`."""

from __future__ import annotations

from typing import Any

from synthdsl.ops.contract import Operator, Undefined
from synthdsl.ops.text.sizes import within


def _scalar(items: list[Any], linecount: int, fill_with: Any) -> list[list[Any]]:
    if linecount < 1:
        raise Undefined(f"Groups of {linecount} items cannot be made.")
    groups = [items[i : i + linecount] for i in range(0, len(items), linecount)]
    if fill_with is not None and groups:
        within(linecount)
        groups[-1] = groups[-1] + [fill_with] * (linecount - len(groups[-1]))
    return groups


OPERATOR = Operator(
    name="jinja.batch",
    family="text",
    kind="function",
    signatures=("batch(items: list[T], linecount: int, fill_with: T? = null) -> list[list[T]]",),
    doc="The items in groups of `linecount`, the last one filled up with `fill_with` where that is given.",
    examples=(('t"{% for g in [1, 2, 3] | batch(2) %}{{ g | join }};{% endfor %}"', "12;3;"),),
    source="jinja2.filters.do_batch",
    scalar=_scalar,
)
