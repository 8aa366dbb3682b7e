"""The template filter `int`."""

from __future__ import annotations

from typing import Any

from synthdsl.ops.contract import Operator
from synthdsl.ops.symbols.exact import checked


def _scalar(value: Any, default: int, base: int) -> int:
    return checked(_converted(value, default, base))


def _converted(value: Any, default: int, base: int) -> int:
    try:
        return int(value, base) if isinstance(value, str) else int(value)
    except (TypeError, ValueError, OverflowError):
        try:
            return int(float(value))
        except (TypeError, ValueError, OverflowError):
            return default


OPERATOR = Operator(
    name="jinja.int",
    family="text",
    kind="function",
    signatures=(
        "int(value: text, default: int, base: int) -> int",
        "int(value: number, default: int, base: int) -> int",
        "int(value: bool, default: int, base: int) -> int",
    ),
    doc="The text or number as a whole number, without its fraction; `default` where the text is no number.",
    examples=(("t\"{{ '42' | int }} {{ 'x' | int(7) }} {{ 3.9 | int }}\"", "42 7 3"),),
    source="jinja2.filters.do_int",
    scalar=_scalar,
)
