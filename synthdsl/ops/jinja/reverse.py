"""The template filter `reverse`."""

from __future__ import annotations

from typing import Any

from synthdsl.ops.contract import Operator


def _scalar(value: Any) -> Any:
    return value[::-1]


OPERATOR = Operator(
    name="jinja.reverse",
    family="text",
    kind="function",
    signatures=(
        "reverse(value: text) -> str",
        "reverse(value: list[T]) -> list[T]",
    ),
    doc="The text or list from its end to its beginning.",
    examples=(("t\"{{ 'abc' | reverse }}\"", "cba"),),
    source="jinja2.filters.do_reverse",
    scalar=_scalar,
)
