"""`mask_pii`: a text without personal data."""

from __future__ import annotations

from synthdsl.ops.contract import Operator

OPERATOR = Operator(
    name="mask_pii",
    family="text",
    kind="function",
    signatures=("mask_pii(text: text) -> str",),
    doc="The text with personal data replaced by its kind in brackets, as `[EMAIL]`.",
    examples=(('mask_pii("Write to ann@example.org")', None),),
    runnable=False,
)
