"""Whether a value counts as true in a template."""

from __future__ import annotations

from typing import Any

from synthdsl.ops.contract import Operator


def _scalar(value: Any) -> bool:
    return bool(value)


OPERATOR = Operator(
    name="jinja.truth",
    family="text",
    kind="function",
    signatures=("truth(value: any) -> bool",),
    doc="False for null, false, 0, an empty text, list or record; true for all else.",
    examples=(("t\"{{ 'yes' if [0] else 'no' }}\"", "yes"),),
    source="Jinja: tests of `if`",
    scalar=_scalar,
)
