"""The template filter `sum`."""

from __future__ import annotations

from typing import Any

from synthdsl.ops.contract import Operator
from synthdsl.ops.symbols.exact import checked


def _scalar(values: list[Any], start: float) -> float:
    return checked(sum(values, start))


OPERATOR = Operator(
    name="jinja.sum",
    family="text",
    kind="function",
    signatures=("sum(values: list[number], start: number) -> number",),
    doc="The sum of the numbers and `start`.",
    examples=(('t"{{ [1, 2.5] | sum }}"', "3.5"),),
    source="jinja2.filters.do_sum",
    scalar=_scalar,
)
