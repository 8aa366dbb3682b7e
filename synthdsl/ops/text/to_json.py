"""`to_json`: any value as JSON text."""

from __future__ import annotations

from typing import Any

from synthdsl.ops.contract import Operator
from synthdsl.ops.text.json_text import dumped


def _scalar(x: Any) -> str:
    return dumped(x)


OPERATOR = Operator(
    name="to_json",
    family="text",
    kind="function",
    signatures=("to_json(x: any) -> str",),
    doc=(
        "The value as JSON text on one line, fields in their order. Dates and timestamps are written by ISO 8601, "
        "durations as seconds."
    ),
    examples=(('to_json({ a: [1, null], b: "é" })', '{"a":[1,null],"b":"é"}'),),
    scalar=_scalar,
)
