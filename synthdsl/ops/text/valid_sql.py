"""`valid_sql`: whether a text is SQL."""

from __future__ import annotations

from synthdsl.ops.contract import Operator

OPERATOR = Operator(
    name="valid_sql",
    family="text",
    kind="function",
    signatures=("valid_sql(text: text) -> bool",),
    doc="Whether the text can be parsed as SQL. Nothing is run.",
    examples=(('valid_sql("select 1")', None),),
    runnable=False,
)
