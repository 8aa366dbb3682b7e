"""The template filter `float`."""

from __future__ import annotations

from typing import Any

from synthdsl.ops.contract import Operator
from synthdsl.ops.symbols.exact import checked


def _scalar(value: Any, default: float) -> float:
    try:
        return checked(float(value))
    except (ValueError, OverflowError):
        return default


OPERATOR = Operator(
    name="jinja.float",
    family="text",
    kind="function",
    signatures=(
        "float(value: text, default: number) -> float",
        "float(value: number, default: number) -> float",
        "float(value: bool, default: number) -> float",
    ),
    doc="The text or number as a float; `default` where the text is no number.",
    examples=(("t\"{{ '4.5' | float }} {{ 'x' | float }}\"", "4.5 0.0"),),
    source="jinja2.filters.do_float",
    scalar=_scalar,
)
