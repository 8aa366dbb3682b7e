"""`has_pii`: whether a text names a person's data."""

from __future__ import annotations

from synthdsl.ops.contract import Operator

OPERATOR = Operator(
    name="has_pii",
    family="text",
    kind="function",
    signatures=("has_pii(text: text) -> bool",),
    doc=("Whether the text holds personal data: e-mail addresses, telephone and card numbers, names with addresses."),
    examples=(('has_pii("Write to ann@example.org")', None),),
    runnable=False,
)
